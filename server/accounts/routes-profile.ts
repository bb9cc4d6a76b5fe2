/** HTTP edge of one's own account: profile, address, password, sessions. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { Preferences, ProfileView, type Result, refuse, SessionView, UuidSchema } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import type { Accounts } from './accounts.ts';
import { EmailSchema, NewPasswordSchema, PasswordSchema } from './bodies.ts';
import { etagOf } from './profile.ts';
import { ownerOf } from './who.ts';

const tags = ['accounts'];
const strict = { additionalProperties: false } as const;
const UserParams = Type.Object({ userId: UuidSchema }, strict);
const ProfileBody = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
    preferences: Type.Optional(Preferences),
    email: Type.Optional(EmailSchema),
    password: Type.Optional(NewPasswordSchema),
    currentPassword: Type.Optional(PasswordSchema),
  },
  { ...strict, minProperties: 1 },
);
const PasswordBody = Type.Object({ current: PasswordSchema, new: NewPasswordSchema }, strict);
const LinkSecret = Type.String({ minLength: 1, maxLength: 200 });
const Address = Type.Object({ email: Type.String() });
const Sessions = Type.Object({ items: Type.Array(SessionView) });
const Accepted = Type.Object({ accepted: Type.Boolean() });

function answerProfile(reply: FastifyReply, result: Result<ProfileView>): FastifyReply {
  reply.header('cache-control', 'private, no-store');
  if (result.ok) reply.header('etag', etagOf(result.value));
  return answer(reply, result);
}
const answerEmpty = (reply: FastifyReply, result: Result<unknown>): FastifyReply =>
  result.ok ? reply.code(204).send() : answer(reply, result);

export function profileRoutes(fastify: FastifyInstance, { accounts }: { accounts: Accounts }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const own = { access: 'account', owns: 'user' } as const;

  app.get(
    '/users/:userId',
    {
      config: own,
      schema: { tags, summary: 'My profile', params: UserParams, response: { 200: ProfileView } },
    },
    async (request, reply) => {
      const { id } = accountOf(request);
      const mine = request.params.userId.toLowerCase() === id;
      return answerProfile(reply, mine ? await accounts.profile.read(id) : refuse('NOT_FOUND'));
    },
  );

  app.put(
    '/users/:userId',
    {
      config: own,
      schema: {
        tags,
        summary: 'Change my name, preferences, address or password',
        params: UserParams,
        body: ProfileBody,
        response: { 200: ProfileView },
      },
    },
    async (request, reply) => {
      const owner = ownerOf(request);
      if (request.params.userId.toLowerCase() !== owner.userId) return answer(reply, refuse('NOT_FOUND'));
      const ifMatch = request.headers['if-match'];
      return answerProfile(reply, await accounts.profile.change(owner, request.body, ifMatch));
    },
  );

  app.put(
    '/users/:userId/password',
    {
      config: own,
      schema: {
        tags,
        summary: 'Change my password; ends my other sessions',
        params: UserParams,
        body: PasswordBody,
      },
    },
    async (request, reply) => {
      const owner = ownerOf(request);
      if (request.params.userId.toLowerCase() !== owner.userId) return answer(reply, refuse('NOT_FOUND'));
      const { current, new: next } = request.body;
      return answerEmpty(reply, await accounts.password.change(owner, { current, next }));
    },
  );
}

/** What is done with a link from a mail, by whoever has it. */
export function linkRoutes(fastify: FastifyInstance, { accounts }: { accounts: Accounts }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const byLink = {
    access: 'public',
    ignoresCredentials: true,
    perMinute: LIMITS.linksPerMinute,
  } as const;

  app.post(
    '/email/verify',
    {
      config: byLink,
      schema: {
        tags,
        summary: 'Confirm an address, by the link in its mail',
        body: Type.Object({ token: LinkSecret }, strict),
        response: { 200: Address },
      },
    },
    async (request, reply) => answer(reply, await accounts.email.verify(request.body.token)),
  );

  app.post(
    '/email/verification',
    {
      config: { access: 'account' },
      schema: {
        tags,
        summary: 'Send me the mail that confirms my address again',
        response: { 202: Address },
      },
    },
    async (request, reply) => answer(reply, await accounts.email.askAgain(accountOf(request).id), 202),
  );

  app.post(
    '/password/forgot',
    {
      config: { access: 'public', ignoresCredentials: true },
      schema: {
        tags,
        summary: 'Send a link that sets a new password, if there is such an account',
        body: Type.Object({ email: EmailSchema }, strict),
        response: { 202: Accepted },
      },
    },
    async (request, reply) => {
      const asked = await accounts.password.forgot({ email: request.body.email, address: request.ip });
      return answer(reply, asked.ok ? { ok: true, value: { accepted: true } } : asked, 202);
    },
  );

  app.post(
    '/password/reset',
    {
      config: byLink,
      schema: {
        tags,
        summary: 'Set a new password, by the link in a mail; ends all sessions',
        body: Type.Object({ token: LinkSecret, password: NewPasswordSchema }, strict),
      },
    },
    async (request, reply) => {
      const { token: secret, password } = request.body;
      return answerEmpty(reply, await accounts.password.reset({ secret, password }));
    },
  );
}

export function sessionRoutes(fastify: FastifyInstance, { accounts }: { accounts: Accounts }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/sessions',
    {
      config: { access: 'account' },
      schema: { tags, summary: 'Where I am logged in', response: { 200: Sessions } },
    },
    async (request, reply) =>
      reply
        .header('cache-control', 'private, no-store')
        .send({ items: await accounts.sessions.list(ownerOf(request)) }),
  );

  app.delete(
    '/sessions/:sessionId',
    {
      config: { access: 'account', owns: 'session' },
      schema: {
        tags,
        summary: 'Log out there',
        params: Type.Object({ sessionId: UuidSchema }, strict),
      },
    },
    async (request, reply) => {
      const { userId, sessionId } = ownerOf(request);
      const wanted = request.params.sessionId.toLowerCase();
      const ended = await accounts.sessions.end(userId, wanted);
      if (ended.ok && wanted === sessionId) accounts.cookies.clear(request, reply);
      return answerEmpty(reply, ended);
    },
  );

  app.delete(
    '/sessions',
    {
      config: { access: 'account' },
      schema: { tags, summary: 'Log out everywhere but here' },
    },
    async (request, reply) => {
      await accounts.sessions.endOthers(ownerOf(request));
      return reply.code(204).send();
    },
  );
}
