/** HTTP edge of checkout: book, pay, confirm, my orders. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { judgeWish } from '../loyalty/index.ts';
import { PROVIDER_NAMES, type ProviderName } from '../payments/index.ts';
import {
  HoldItems,
  HoldPlace,
  OrderView,
  ok,
  PointsWish,
  type Result,
  refuse,
  TicketView,
  UuidSchema,
} from '../protocol/index.ts';
import type { Ledger } from '../stores/index.ts';
import { readOrderTickets } from '../tickets/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import type { PaymentAnswer } from './answer.ts';
import type { Book, BookRequest } from './book.ts';
import { readMyOrders, readOrder } from './orders.ts';
import type { Pay } from './pay.ts';

export interface CheckoutRoutesDeps {
  ledger: Pick<Ledger, 'reads' | 'payments'>;
  checkout: Pick<Pay, 'pay' | 'confirm' | 'standing'> & { book: Book };
}

const strict = { additionalProperties: false } as const;

// One flat body rather than a union of two: a fan is then told which field is wrong.
const BookBody = Type.Object(
  {
    holdId: Type.Optional(UuidSchema),
    eventId: Type.Optional(UuidSchema),
    items: Type.Optional(HoldItems),
    accessible: HoldPlace.properties.accessible,
    channel: HoldPlace.properties.channel,
    /** A promo code. */
    code: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    points: Type.Optional(PointsWish),
    /** Codes of affiliates, the last click first, with commas between them. One that counts for nothing refuses nothing. */
    via: Type.Optional(Type.String({ maxLength: 1_000 })),
  },
  strict,
);
const PayBody = Type.Object(
  {
    orderId: UuidSchema,
    method: Type.Object(
      {
        provider: Type.Enum([...PROVIDER_NAMES]),
        card: Type.Optional(Type.String({ minLength: 12, maxLength: 30 })),
        paymentMethodId: Type.Optional(Type.String({ minLength: 3, maxLength: 255 })),
        returnUrl: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000 })),
        saveCard: Type.Optional(Type.Boolean()),
        methodId: Type.Optional(UuidSchema),
      },
      strict,
    ),
    amountCents: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
  },
  strict,
);
const ConfirmBody = Type.Object({ orderId: UuidSchema, approve: Type.Optional(Type.Boolean()) }, strict);
const KeyHeader = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
});
const OrderParams = Type.Object({ orderId: UuidSchema }, strict);
const PageQuery = Type.Object(
  {
    cursor: Type.Optional(UuidSchema),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageMax })),
  },
  strict,
);
const NextAction = Type.Object({
  type: Type.Enum(['confirm', 'stripe']),
  url: Type.String(),
  clientSecret: Type.Optional(Type.String()),
  publishableKey: Type.Optional(Type.String()),
});
const OrderBody = Type.Object({ order: OrderView });
const OrderWithTickets = Type.Object({
  order: OrderView,
  tickets: Type.Array(TicketView),
  nextAction: Type.Optional(NextAction),
});
const PendingBody = Type.Object({ order: OrderView, nextAction: Type.Optional(NextAction) });
const OrderList = Type.Object({
  items: Type.Array(OrderView),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
});

const keyOf = (request: FastifyRequest): string | null => {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' ? key : null;
};

function bookRequest(body: Static<typeof BookBody>): Result<BookRequest> {
  const { holdId, eventId, items, code, points, via, ...wishes } = body;
  const extras = {
    ...(code === undefined ? {} : { code }),
    ...(points === undefined ? {} : { points }),
    ...(via === undefined ? {} : { via }),
  };
  const judged = points === undefined ? ok(undefined) : judgeWish(points);
  if (!judged.ok) return judged;
  if (holdId !== undefined)
    return eventId === undefined && items === undefined && Object.keys(wishes).length === 0
      ? { ok: true, value: { holdId, ...extras } }
      : refuse('INVALID_REQUEST', { field: 'holdId' }, 'Give a hold, or an event with items; not both.');
  if (eventId === undefined)
    return refuse('INVALID_REQUEST', { field: 'holdId' }, 'Give a hold, or an event with items.');
  if (items === undefined)
    return refuse('INVALID_REQUEST', { field: 'items' }, 'Say what to book at this event.');
  return { ok: true, value: { eventId, items, ...extras, ...wishes } };
}

/** 200 with the tickets, 202 while the outcome is open, else the refusal. */
function answerPayment(reply: FastifyReply, result: Result<PaymentAnswer>): FastifyReply {
  reply.header('cache-control', 'private, no-store');
  if (!result.ok) return answer(reply, result);
  return reply.code(result.value.settled ? 200 : 202).send(result.value.body);
}

export function routes(app: FastifyInstance, { ledger, checkout }: CheckoutRoutesDeps): void {
  const tags = ['checkout'];

  app.post<{ Body: Static<typeof BookBody> }>(
    '/tickets/book',
    {
      schema: {
        tags,
        summary: 'Order what a hold holds',
        body: BookBody,
        headers: KeyHeader,
        response: { 201: OrderBody },
      },
      config: { access: 'account' },
    },
    async (request, reply) => {
      const wanted = bookRequest(request.body);
      if (!wanted.ok) return answer(reply, wanted);
      return answer(reply, await checkout.book(accountOf(request).id, wanted.value, keyOf(request)), 201);
    },
  );

  app.post<{ Body: Static<typeof PayBody> }>(
    '/payment',
    {
      schema: {
        tags,
        summary: 'Pay an order',
        body: PayBody,
        headers: KeyHeader,
        response: { 200: OrderWithTickets, 202: PendingBody },
      },
      config: { access: 'account' },
    },
    async (request, reply) => {
      const { method, ...wanted } = request.body;
      const paid = await checkout.pay(
        accountOf(request).id,
        { ...wanted, method: { ...method, provider: method.provider as ProviderName } },
        keyOf(request),
      );
      return answerPayment(reply, paid);
    },
  );

  app.post<{ Body: Static<typeof ConfirmBody> }>(
    '/payment/confirm',
    {
      schema: {
        tags,
        summary: 'Take the step a payment asks for',
        body: ConfirmBody,
        response: { 200: OrderWithTickets, 202: PendingBody },
      },
      config: { access: 'account' },
    },
    async (request, reply) => {
      const { orderId, approve } = request.body;
      return answerPayment(reply, await checkout.confirm(accountOf(request).id, orderId, approve ?? true));
    },
  );

  app.get<{ Params: Static<typeof OrderParams> }>(
    '/orders/:orderId',
    {
      schema: {
        tags,
        summary: 'One order, with its tickets',
        params: OrderParams,
        response: { 200: OrderWithTickets },
      },
      config: { access: 'account', owns: 'order' },
    },
    async (request, reply) => {
      const { id } = accountOf(request);
      const order = await readOrder(ledger.reads, id, request.params.orderId);
      if (!order) return answer(reply, refuse('NOT_FOUND'));
      const payment = order.status === 'paying' ? await checkout.standing(id, order.id) : null;
      const nextAction = payment?.ok ? payment.value.body.nextAction : undefined;
      const tickets = await readOrderTickets(ledger.reads, id, order.id);
      return reply
        .header('cache-control', 'private, no-store')
        .send({ order, tickets, ...(nextAction ? { nextAction } : {}) });
    },
  );

  app.get<{ Querystring: Static<typeof PageQuery> }>(
    '/me/orders',
    {
      schema: { tags, summary: 'My orders', querystring: PageQuery, response: { 200: OrderList } },
      config: { access: 'account' },
    },
    async (request, reply) => {
      const { cursor, limit } = request.query;
      const page = await readMyOrders(
        ledger.reads,
        accountOf(request).id,
        limit ?? LIMITS.pageDefault,
        cursor ?? null,
      );
      return reply.header('cache-control', 'private, no-store').send(page);
    },
  );
}
