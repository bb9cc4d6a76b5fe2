/** HTTP edge of passkeys. What authenticators say is opaque here: base64url, bounded, and judged by the use cases. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { PasskeyView, UuidSchema } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import type { Accounts } from './accounts.ts';
import { PasswordSchema } from './bodies.ts';
import { SignedInView } from './view.ts';
import { clientOf, originOf, ownerOf } from './who.ts';

const tags = ['passkeys'];
const strict = { additionalProperties: false } as const;
const Bytes = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[A-Za-z0-9_-]+$' });
const Name = Type.String({ minLength: 1, maxLength: 60 });
const Extensions = Type.Record(Type.String({ maxLength: 60 }), Type.Unknown());
const shared = {
  id: Bytes(1_400),
  rawId: Bytes(1_400),
  type: Type.Literal('public-key'),
  authenticatorAttachment: Type.Optional(Type.Enum(['platform', 'cross-platform'])),
  clientExtensionResults: Extensions,
};
const Registration = Type.Object(
  {
    ...shared,
    response: Type.Object(
      {
        clientDataJSON: Bytes(4_000),
        attestationObject: Bytes(16_000),
        authenticatorData: Type.Optional(Bytes(8_000)),
        transports: Type.Optional(Type.Array(Type.String({ maxLength: 30 }), { maxItems: 10 })),
        publicKeyAlgorithm: Type.Optional(Type.Integer()),
        publicKey: Type.Optional(Bytes(8_000)),
      },
      strict,
    ),
  },
  strict,
);
const Assertion = Type.Object(
  {
    ...shared,
    response: Type.Object(
      {
        clientDataJSON: Bytes(4_000),
        authenticatorData: Bytes(8_000),
        signature: Bytes(8_000),
        userHandle: Type.Optional(Bytes(100)),
      },
      strict,
    ),
  },
  strict,
);
const PasskeyParams = Type.Object({ passkeyId: UuidSchema }, strict);
const AskBody = Type.Object({ currentPassword: Type.Optional(PasswordSchema) }, strict);
const AddBody = Type.Object({ response: Registration, name: Name }, strict);
/** Handed to the browser as it is. */
const Question = Type.Object({ challenge: Type.String() }, { additionalProperties: true });
const Passkeys = Type.Object({ items: Type.Array(PasskeyView) });

export function passkeyRoutes(fastify: FastifyInstance, { accounts }: { accounts: Accounts }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const { passkeys } = accounts;
  const owned = { access: 'account', owns: 'passkey' } as const;
  const open = {
    access: 'public',
    ignoresCredentials: true,
    perMinute: LIMITS.passkeyLoginsPerMinute,
  } as const;

  app.get(
    '/passkeys',
    {
      config: { access: 'account' },
      schema: { tags, summary: 'My passkeys', response: { 200: Passkeys } },
    },
    async (request, reply) => reply.send({ items: await passkeys.list(accountOf(request).id) }),
  );

  app.post(
    '/passkeys/options',
    {
      config: { access: 'account' },
      schema: {
        tags,
        summary: 'The question for a new passkey; after an older log-in with the password',
        body: AskBody,
        response: { 200: Question },
      },
    },
    async (request, reply) =>
      answer(
        reply,
        await passkeys.askToAdd(ownerOf(request), originOf(request), request.body.currentPassword),
      ),
  );

  app.post(
    '/passkeys',
    {
      config: { access: 'account' },
      schema: { tags, summary: 'Add a passkey', body: AddBody, response: { 201: PasskeyView } },
    },
    async (request, reply) => {
      const { name } = request.body;
      const response = request.body.response as RegistrationResponseJSON;
      const added = await passkeys.add(accountOf(request).id, originOf(request), { response, name });
      return answer(reply, added, 201);
    },
  );

  app.put(
    '/passkeys/:passkeyId',
    {
      config: owned,
      schema: {
        tags,
        summary: 'Rename a passkey',
        params: PasskeyParams,
        body: Type.Object({ name: Name }, strict),
        response: { 200: PasskeyView },
      },
    },
    async (request, reply) =>
      answer(
        reply,
        await passkeys.rename(accountOf(request).id, request.params.passkeyId, request.body.name),
      ),
  );

  app.delete(
    '/passkeys/:passkeyId',
    {
      config: owned,
      schema: { tags, summary: 'Remove a passkey', params: PasskeyParams },
    },
    async (request, reply) => {
      const removed = await passkeys.remove(accountOf(request).id, request.params.passkeyId);
      return removed.ok ? reply.code(204).send() : answer(reply, removed);
    },
  );

  app.post(
    '/passkeys/login/options',
    {
      config: open,
      schema: { tags, summary: 'The question for a log-in by passkey', response: { 200: Question } },
    },
    async (request, reply) => answer(reply, await passkeys.askToLogIn(originOf(request))),
  );

  app.post(
    '/passkeys/login',
    {
      config: open,
      schema: {
        tags,
        summary: 'Log in by passkey',
        body: Type.Object({ response: Assertion }, strict),
        response: { 200: SignedInView },
      },
    },
    async (request, reply) => {
      const response = request.body.response as AuthenticationResponseJSON;
      const result = await passkeys.logIn(originOf(request), response, clientOf(request));
      if (result.ok) accounts.cookies.set(request, reply, result.value);
      return answer(reply, result);
    },
  );
}
