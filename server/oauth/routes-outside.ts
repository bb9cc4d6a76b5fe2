/** Log-in by an account elsewhere over HTTP. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { OutsideView, ok } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import { type Came, OUTSIDE_CALLBACK, type Outside } from './outside.ts';

const tags = ['accounts'];
const strict = { additionalProperties: false } as const;
const perMinute = LIMITS.outsideLoginsPerMinute;
const Leave = Type.Object({ to: Type.Optional(Type.String({ maxLength: 500 })) });

/** The page that takes it up: `outside` says what came of it. */
function pageFor(came: Came & { tying: boolean }): string {
  const { to } = came;
  const result = came.how === 'not' ? came.problem : came.how;
  const page = came.tying ? '/profile' : '/login';
  const query = new URLSearchParams({ outside: result, ...(page === '/login' && to !== '/' ? { to } : {}) });
  return `${page}?${query}`;
}

export function outsideRoutes(fastify: FastifyInstance, outside: Outside): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  // Bound to this host where the browser lets it be, as our log-in's cookies are.
  const name = outside.secure ? '__Host-holdfast-outside' : 'holdfast-outside';
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure: outside.secure } as const;
  const keep = (reply: FastifyReply, ticket: string) =>
    reply.setCookie(name, ticket, { ...options, maxAge: LIMITS.outsideLoginSeconds });

  app.get(
    '/login/ways',
    {
      config: { access: 'public' },
      schema: { tags, summary: 'The outside provider one may log in by', response: { 200: OutsideView } },
    },
    async (request, reply) =>
      answer(
        reply,
        ok({
          name: outside.name,
          tied: request.account ? await outside.isTied(request.account.id) : null,
        }),
      ),
  );

  app.get(
    '/login/outside',
    {
      config: { access: 'public', ignoresCredentials: true, perMinute },
      schema: { tags, summary: 'Go there to log in', querystring: Leave },
    },
    async (request, reply) => {
      const left = await outside.leave({ to: request.query.to ?? '/', tieTo: null });
      if (!left.ok) return answer(reply, left);
      return keep(reply, left.value.ticket).redirect(left.value.url, 303);
    },
  );

  app.get(
    OUTSIDE_CALLBACK,
    { config: { access: 'public', perMinute }, schema: { tags, summary: 'Come back from there' } },
    async (request: FastifyRequest, reply) => {
      const came = await outside.comeBack({
        path: request.raw.url as string,
        ticket: request.cookies[name],
        account: request.account?.id ?? null,
        client: { userAgent: request.headers['user-agent'], address: request.ip },
      });
      reply.clearCookie(name, options);
      if (came.how === 'in') outside.cookies.set(request, reply, came.session);
      return reply.redirect(pageFor(came), 303);
    },
  );

  // By POST from a page of ours: no link elsewhere can tie somebody's account to anything.
  app.post(
    '/me/outside',
    {
      config: { access: 'account', perMinute },
      schema: {
        tags,
        summary: 'Tie my account to one there',
        body: Type.Object({}, strict),
        response: { 200: Type.Object({ redirectTo: Type.String() }) },
      },
    },
    async (request, reply) => {
      const left = await outside.leave({ to: '/profile', tieTo: accountOf(request).id });
      if (!left.ok) return answer(reply, left);
      return answer(keep(reply, left.value.ticket), ok({ redirectTo: left.value.url }));
    },
  );

  app.delete(
    '/me/outside',
    {
      config: { access: 'account' },
      schema: { tags, summary: 'Untie it', response: { 204: Type.Null() } },
    },
    async (request, reply) => answer(reply, await outside.untie(accountOf(request).id), 204),
  );
}
