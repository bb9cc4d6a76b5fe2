/** Accounts over HTTP: the thin edge. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { refuse } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import type { Accounts } from './accounts.ts';
import { EmailSchema, NewPasswordSchema, PasswordSchema } from './bodies.ts';
import { passkeyRoutes } from './routes-passkeys.ts';
import { linkRoutes, profileRoutes, sessionRoutes } from './routes-profile.ts';
import { SignedInView, UserView } from './view.ts';
import { clientOf } from './who.ts';

const strict = { additionalProperties: false } as const;
const RegisterBody = Type.Object(
  {
    email: EmailSchema,
    password: NewPasswordSchema,
    name: Type.String({ minLength: 1, maxLength: 120 }),
    role: Type.Optional(Type.Enum(['user', 'vendor'])),
  },
  strict,
);
const LoginBody = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: 254 }),
    password: PasswordSchema,
  },
  strict,
);
const RefreshBody = Type.Optional(
  Type.Union([
    Type.Object({ refreshToken: Type.Optional(Type.String({ maxLength: 200 })) }, strict),
    Type.Null(),
  ]),
);
const Jwks = Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown())) });

export function accountRoutes(fastify: FastifyInstance, { accounts }: { accounts: Accounts }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['accounts'];
  const open = { access: 'public', ignoresCredentials: true } as const;

  app.post(
    '/register',
    {
      config: open,
      schema: { tags, summary: 'Create an account', body: RegisterBody, response: { 201: UserView } },
    },
    async (request, reply) => {
      const { role = 'user', ...rest } = request.body;
      return answer(reply, await accounts.register({ ...rest, role }, request.ip), 201);
    },
  );

  app.post(
    '/login',
    { config: open, schema: { tags, summary: 'Log in', body: LoginBody, response: { 200: SignedInView } } },
    async (request, reply) => {
      const result = await accounts.login({ ...request.body, ...clientOf(request) });
      if (result.ok) accounts.cookies.set(request, reply, result.value);
      return answer(reply, result);
    },
  );

  app.post(
    '/refresh',
    {
      config: open,
      schema: {
        tags,
        summary: 'Fresh tokens, by cookie or body',
        body: RefreshBody,
        response: { 200: SignedInView },
      },
    },
    async (request, reply) => {
      const token = request.body?.refreshToken ?? accounts.cookies.read(request).refresh;
      if (!token) return answer(reply, refuse('UNAUTHENTICATED'));
      const result = await accounts.refresh(token, clientOf(request));
      if (result.ok) accounts.cookies.set(request, reply, result.value);
      // A late tab keeps its cookies: they may be the good ones already.
      else if (result.error.code !== 'REQUEST_IN_PROGRESS') accounts.cookies.clear(request, reply);
      return answer(reply, result);
    },
  );

  app.post(
    '/logout',
    { config: open, schema: { tags, summary: 'End this session everywhere', body: RefreshBody } },
    async (request, reply) => {
      const { access, refresh } = accounts.cookies.read(request);
      const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? access;
      const verified = bearer ? accounts.verifyAccessToken(bearer) : null;
      const sessionId = verified?.ok ? verified.value.account.sessionId : undefined;
      await accounts.logout({ sessionId, refreshToken: request.body?.refreshToken ?? refresh });
      accounts.cookies.clear(request, reply);
      return reply.code(204).send();
    },
  );

  app.get(
    '/me',
    { config: { access: 'account' }, schema: { tags, summary: 'Who I am', response: { 200: UserView } } },
    async (request, reply) => answer(reply, await accounts.me(accountOf(request).id)),
  );

  app.get(
    '/.well-known/jwks.json',
    {
      config: open,
      schema: { tags, summary: 'Public keys of all tokens and tickets', response: { 200: Jwks } },
    },
    async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=300').send(accounts.publicJwks()),
  );

  profileRoutes(fastify, { accounts });
  linkRoutes(fastify, { accounts });
  sessionRoutes(fastify, { accounts });
  passkeyRoutes(fastify, { accounts });
}
