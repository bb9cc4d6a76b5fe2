/** Apps, consent and connected apps over HTTP; the authorization server itself is mounted beside it. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { AppView, ConnectedAppView, ConsentView, NewAppView, ok, UuidSchema } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import type { OAuth } from './index.ts';
import { SCOPES } from './scopes.ts';

const strict = { additionalProperties: false } as const;
const tags = ['oauth'];

const NewApp = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 80,
      pattern: '^[^\\u0000-\\u001f\\u007f]*\\S[^\\u0000-\\u001f\\u007f]*$',
    }),
    redirectUris: Type.Array(Type.String({ minLength: 1, maxLength: 500 }), {
      maxItems: LIMITS.oauthRedirectUrisPerClient,
    }),
    scopes: Type.Array(Type.Enum([...SCOPES]), { minItems: 1, maxItems: SCOPES.length }),
    kind: Type.Enum(['public', 'confidential']),
    ownName: Type.Optional(Type.Boolean()),
  },
  strict,
);
const ClientId = Type.Object({ clientId: UuidSchema });
const Answer = Type.Object(
  { requestId: Type.String({ minLength: 1, maxLength: 100 }), allow: Type.Boolean() },
  strict,
);
const raw = (request: FastifyRequest, reply: FastifyReply) => ({ req: request.raw, res: reply.raw });

function clientRoutes(fastify: FastifyInstance, { clients }: OAuth): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.post(
    '/oauth/clients',
    {
      config: { access: 'vendor' },
      schema: {
        tags,
        summary: 'Register an app; its secret is told this once',
        body: NewApp,
        response: { 201: NewAppView },
      },
    },
    async (request, reply) => {
      const wanted = { ...request.body, ownName: request.body.ownName ?? false };
      return answer(reply, await clients.register(accountOf(request).id, wanted), 201);
    },
  );
  app.get(
    '/oauth/clients',
    {
      config: { access: 'vendor' },
      schema: {
        tags,
        summary: 'Apps I registered',
        response: { 200: Type.Object({ items: Type.Array(AppView) }) },
      },
    },
    async (request, reply) => answer(reply, ok({ items: await clients.list(accountOf(request).id) })),
  );
  app.delete(
    '/oauth/clients/:clientId',
    {
      config: { access: 'vendor', owns: 'app' },
      schema: {
        tags,
        summary: 'Remove an app, with all that people allowed it',
        params: ClientId,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) =>
      answer(reply, await clients.remove(accountOf(request).id, request.params.clientId), 204),
  );
}

function consentRoutes(fastify: FastifyInstance, { consent }: OAuth): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    '/oauth/consent/request',
    {
      config: { access: 'account' },
      schema: { tags, summary: 'What this browser’s app asks for', response: { 200: ConsentView } },
    },
    async (request, reply) => answer(reply, await consent.read(raw(request, reply))),
  );
  app.post(
    '/oauth/consent/answer',
    {
      config: { access: 'account' },
      schema: {
        tags,
        summary: 'Allow it, or not',
        body: Answer,
        response: { 200: Type.Object({ redirectTo: Type.String() }) },
      },
    },
    async (request, reply) =>
      answer(
        reply,
        await consent.answer(raw(request, reply), { ...request.body, accountId: accountOf(request).id }),
      ),
  );
}

export function oauthRoutes(fastify: FastifyInstance, oauth: OAuth): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  clientRoutes(fastify, oauth);
  consentRoutes(fastify, oauth);
  app.get(
    '/me/apps',
    {
      config: { access: 'account' },
      schema: {
        tags,
        summary: 'Apps I let in',
        response: { 200: Type.Object({ items: Type.Array(ConnectedAppView) }) },
      },
    },
    async (request, reply) => answer(reply, ok({ items: await oauth.grants.list(accountOf(request).id) })),
  );
  app.delete(
    '/me/apps/:clientId',
    {
      config: { access: 'account', owns: 'grant' },
      schema: { tags, summary: 'Put an app out', params: ClientId, response: { 204: Type.Null() } },
    },
    async (request, reply) =>
      answer(reply, await oauth.grants.revoke(accountOf(request).id, request.params.clientId), 204),
  );
}
