/** HTTP edge of vendors' teams. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { EmailSchema } from '../accounts/index.ts';
import { LIMITS } from '../limits.ts';
import {
  InvitationLook,
  MyTeam,
  NewInvitation,
  RefusalError,
  type Result,
  TEAM_RIGHTS,
  TeamAct,
  type TeamRight,
  TeamRights,
  TeamView,
  UuidSchema,
} from '../protocol/index.ts';
import { accountOf, answer, personOf } from '../transport/index.ts';
import type { Teams } from './index.ts';
import type { By } from './members.ts';

const tags = ['teams'];
const strict = { additionalProperties: false } as const;
const byVendor = Type.Object({ vendorId: UuidSchema });
const byInvitation = Type.Object({ vendorId: UuidSchema, invitationId: UuidSchema });
const byMember = Type.Object({ vendorId: UuidSchema, userId: UuidSchema });
const Secret = Type.Object({ secret: Type.String({ minLength: 1, maxLength: 200 }) }, strict);
const RightsBody = Type.Object({ rights: TeamRights }, strict);
const InviteBody = Type.Object({ email: EmailSchema, rights: TeamRights }, strict);
const PageQuery = Type.Object(
  {
    cursor: Type.Optional(UuidSchema),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageMax })),
  },
  strict,
);
const ActPage = Type.Object({
  items: Type.Array(TeamAct),
  nextCursor: Type.Union([UuidSchema, Type.Null()]),
});
const MyTeams = Type.Object({ items: Type.Array(MyTeam) });

const ALL: ReadonlySet<TeamRight> = new Set(TEAM_RIGHTS);

/** Whoever asks about the team in the path: its vendor, a member let in by the door, an operator. @throws RefusalError NOT_FOUND */
function askerOf(request: FastifyRequest<{ Params: { vendorId: string } }>): By & { vendorId: string } {
  const account = accountOf(request);
  const vendorId = request.params.vendorId.toLowerCase();
  if (account.id !== vendorId && account.role !== 'operator') throw new RefusalError('NOT_FOUND');
  const { member } = account;
  return {
    vendorId,
    userId: personOf(account),
    rights: member?.rights ?? ALL,
    isMember: member !== undefined,
  };
}

const fresh = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'private, no-store');
const answerEmpty = (reply: FastifyReply, result: Result<null>): FastifyReply =>
  result.ok ? reply.code(204).send() : answer(reply, result);

function ofVendor(fastify: FastifyInstance, teams: Teams): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const own = { access: 'vendor', owns: 'user' } as const;

  app.get(
    '/vendors/:vendorId/team',
    {
      config: own,
      schema: {
        tags,
        summary: 'Who is in my team, and who is invited',
        params: byVendor,
        response: { 200: TeamView },
      },
    },
    async (request, reply) => answer(fresh(reply), await teams.read(askerOf(request).vendorId)),
  );
  app.get(
    '/vendors/:vendorId/team/acts',
    {
      config: own,
      schema: {
        tags,
        summary: 'What members changed in my name',
        params: byVendor,
        querystring: PageQuery,
        response: { 200: ActPage },
      },
    },
    async (request, reply) => {
      const { cursor = null, limit = LIMITS.pageDefault } = request.query;
      return fresh(reply).send(await teams.acts(askerOf(request).vendorId, limit, cursor));
    },
  );
  app.post(
    '/vendors/:vendorId/team/invitations',
    {
      config: { ...own, perMinute: LIMITS.teamInvitationsPerMinute },
      schema: {
        tags,
        summary: 'Invite somebody into my team',
        params: byVendor,
        body: InviteBody,
        response: { 201: NewInvitation },
      },
    },
    async (request, reply) => {
      const { vendorId, ...by } = askerOf(request);
      return answer(
        fresh(reply),
        await teams.invite(by, { vendorId, email: request.body.email.trim(), rights: request.body.rights }),
        201,
      );
    },
  );
  app.delete(
    '/vendors/:vendorId/team/invitations/:invitationId',
    {
      config: { access: 'vendor', owns: 'invitation' },
      schema: { tags, summary: 'Withdraw an invitation', params: byInvitation },
    },
    async (request, reply) => {
      const { vendorId, ...by } = askerOf(request);
      return answerEmpty(
        reply,
        await teams.withdraw(by, { vendorId, invitationId: request.params.invitationId }),
      );
    },
  );
  app.put(
    '/vendors/:vendorId/team/members/:userId',
    {
      config: { access: 'vendor', owns: 'member' },
      schema: { tags, summary: "Change a member's rights", params: byMember, body: RightsBody },
    },
    async (request, reply) => {
      const { vendorId, ...by } = askerOf(request);
      const userId = request.params.userId.toLowerCase();
      return answerEmpty(
        reply,
        await teams.changeRights(by, { vendorId, userId, rights: request.body.rights }),
      );
    },
  );
  app.delete(
    '/vendors/:vendorId/team/members/:userId',
    {
      config: { access: 'vendor', owns: 'member' },
      schema: { tags, summary: 'Remove a member', params: byMember },
    },
    async (request, reply) => {
      const { vendorId, ...by } = askerOf(request);
      return answerEmpty(
        reply,
        await teams.remove(by, { vendorId, userId: request.params.userId.toLowerCase() }),
      );
    },
  );
}

/** One's own memberships. */
function ofMember(fastify: FastifyInstance, teams: Teams): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const byLink = { access: 'account', perMinute: LIMITS.linksPerMinute } as const;

  app.get(
    '/me/teams',
    {
      config: { access: 'account' },
      schema: { tags, summary: 'Teams I am in', response: { 200: MyTeams } },
    },
    async (request, reply) => fresh(reply).send({ items: await teams.mine(accountOf(request).id) }),
  );
  app.post(
    '/me/teams/look',
    {
      config: byLink,
      schema: {
        tags,
        summary: 'See what an invitation is to, before joining',
        body: Secret,
        response: { 200: InvitationLook },
      },
    },
    async (request, reply) => answer(fresh(reply), await teams.lookAt(request.body.secret)),
  );
  app.post(
    '/me/teams',
    {
      config: byLink,
      schema: { tags, summary: 'Join a team by its invitation', body: Secret, response: { 201: MyTeam } },
    },
    async (request, reply) =>
      answer(
        fresh(reply),
        await teams.join({ secret: request.body.secret, userId: accountOf(request).id }),
        201,
      ),
  );
  app.delete(
    '/me/teams/:vendorId',
    {
      config: { access: 'account', owns: 'user' },
      schema: { tags, summary: 'Leave a team', params: byVendor },
    },
    async (request, reply) =>
      answerEmpty(
        reply,
        await teams.leave({
          vendorId: request.params.vendorId.toLowerCase(),
          userId: accountOf(request).id,
        }),
      ),
  );
}

export function teamRoutes(app: FastifyInstance, { teams }: { teams: Teams }): void {
  ofVendor(app, teams);
  ofMember(app, teams);
}
