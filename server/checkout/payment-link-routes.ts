/** Payment links over HTTP. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { PROVIDER_NAMES, type ProviderName } from '../payments/index.ts';
import { OrderView, type Result, UuidSchema, WayToPay } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import type { LinkAnswer, PaymentLinks } from './payment-link.ts';

const strict = { additionalProperties: false } as const;
const OrderParams = Type.Object({ orderId: UuidSchema }, strict);
const TokenParams = Type.Object({ token: Type.String({ minLength: 20, maxLength: 1_000 }) }, strict);
const PayBody = Type.Object(
  {
    method: Type.Object(
      {
        provider: Type.Enum([...PROVIDER_NAMES]),
        card: Type.Optional(Type.String({ minLength: 12, maxLength: 30 })),
        paymentMethodId: Type.Optional(Type.String({ minLength: 3, maxLength: 255 })),
        returnUrl: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000 })),
        methodId: Type.Optional(UuidSchema),
      },
      strict,
    ),
    amountCents: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
  },
  strict,
);
const ConfirmBody = Type.Object({ approve: Type.Optional(Type.Boolean()) }, strict);
const KeyHeader = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
});
const Link = Type.Object({ url: Type.String(), qrSvg: Type.String(), expiresAt: Type.String() });
const Paid = Type.Object({
  order: OrderView,
  nextAction: Type.Optional(
    Type.Object({
      type: Type.Enum(['confirm', 'stripe']),
      url: Type.String(),
      clientSecret: Type.Optional(Type.String()),
      publishableKey: Type.Optional(Type.String()),
    }),
  ),
});

/** 200 when it came to an end, 202 while it is open, else the refusal. */
function send(reply: FastifyReply, result: Result<LinkAnswer>): FastifyReply {
  reply.header('cache-control', 'private, no-store');
  if (!result.ok) return answer(reply, result);
  return reply.code(result.value.settled ? 200 : 202).send(result.value.body);
}

export function paymentLinkRoutes(fastify: FastifyInstance, { links }: { links: PaymentLinks }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['checkout'];
  // Whoever holds the token may pay; it is signed, so that guessing one is not among the dangers.
  const open = { access: 'public', perMinute: LIMITS.paymentLinkPerMinute } as const;

  app.post(
    '/orders/:orderId/payment-link',
    {
      config: { access: 'account', owns: 'order' },
      schema: {
        tags,
        summary: 'A link by which anybody may pay this order',
        params: OrderParams,
        response: { 201: Link },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'private, no-store');
      const origin = `${request.protocol}://${request.host}`;
      return answer(reply, await links.make(accountOf(request).id, request.params.orderId, origin), 201);
    },
  );

  app.get(
    '/pay/:token',
    {
      config: open,
      schema: {
        tags,
        summary: 'What a payment link is for',
        params: TokenParams,
        response: { 200: Type.Object({ order: OrderView, ways: Type.Array(WayToPay) }) },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'private, no-store');
      return answer(reply, await links.show(request.params.token));
    },
  );

  app.post(
    '/pay/:token',
    {
      config: open,
      schema: {
        tags,
        summary: 'Pay by a link',
        params: TokenParams,
        body: PayBody,
        headers: KeyHeader,
        response: { 200: Paid, 202: Paid },
      },
    },
    async (request, reply) => {
      const { method, ...wanted } = request.body;
      const key = request.headers['idempotency-key'] ?? null;
      const asked = { ...wanted, method: { ...method, provider: method.provider as ProviderName } };
      return send(reply, await links.pay(request.params.token, asked, key));
    },
  );

  app.post(
    '/pay/:token/confirm',
    {
      config: open,
      schema: {
        tags,
        summary: 'Take the step a payment by link asks for',
        params: TokenParams,
        body: ConfirmBody,
        response: { 200: Paid, 202: Paid },
      },
    },
    async (request, reply) =>
      send(reply, await links.confirm(request.params.token, request.body.approve ?? true)),
  );
}
