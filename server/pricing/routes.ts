/** Prices over HTTP: terms, codes, presales, rules, and a code on one's own order. The thin edge. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import {
  CodeView,
  OrderView,
  PriceRuleView,
  type Result,
  refuse,
  TermsView,
  UuidSchema,
} from '../protocol/index.ts';
import { accountOf, answer, type Notify } from '../transport/index.ts';
import { CodeBody, CodeEdit } from './codes.ts';
import type { Pricing } from './index.ts';
import { PriceRuleBody } from './price-rule.ts';
import { TermsBody } from './terms.ts';
import { PriceChange, TierPrice } from './tier-prices.ts';

export interface PricingRoutesDeps {
  pricing: Pricing;
  notify: Notify;
  /** An order as its owner sees it. */
  orderOf(orderId: string): Promise<{ userId: string; view: OrderView } | null>;
}

const strict = { additionalProperties: false } as const;
const byEvent = Type.Object({ eventId: UuidSchema });
const byCode = Type.Object({ eventId: UuidSchema, codeId: UuidSchema });
const byTier = Type.Object({ tierId: UuidSchema });
const byOrder = Type.Object({ orderId: UuidSchema });
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageMax }));
const PageQuery = Type.Object({ cursor: Type.Optional(UuidSchema), limit }, strict);
const LogQuery = Type.Object(
  { cursor: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })), limit },
  strict,
);
const listOf = <T extends Parameters<typeof Type.Array>[0]>(items: T) =>
  Type.Object({ items: Type.Array(items), nextCursor: Type.Union([Type.String(), Type.Null()]) });
const CodeOnOrder = Type.Object({ code: Type.String({ minLength: 1, maxLength: 64 }) }, strict);
const PriceBody = Type.Object(
  {
    priceCents: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
    why: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        pattern: '^[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$',
      }),
    ),
  },
  strict,
);
const PresaleBody = Type.Object(
  { until: Type.Union([Type.String({ format: 'date-time', maxLength: 40 }), Type.Null()]) },
  strict,
);
const OrderBody = Type.Object({ order: OrderView });

const tags = ['prices'];
const own = { access: 'vendor', owns: 'event' } as const;
const fresh = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'private, no-store');

function termsRoutes(fastify: FastifyInstance, { terms }: Pricing): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const send = (reply: FastifyReply, result: Result<TermsView>) => {
    if (result.ok) reply.header('etag', `"${result.value.version}"`);
    return answer(
      reply.header('cache-control', 'private, no-cache').header('vary', 'authorization, cookie'),
      result,
    );
  };
  app.get(
    '/events/:eventId/terms',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'What is added to prices, and how tickets come back',
        params: byEvent,
        response: { 200: TermsView },
      },
    },
    async (request, reply) => send(reply, await terms.read(request.params.eventId, request.account)),
  );
  app.put(
    '/events/:eventId/terms',
    {
      config: own,
      schema: {
        tags,
        summary: "Change an event's terms; prices follow at once, holds keep theirs",
        params: byEvent,
        body: TermsBody,
        response: { 200: TermsView },
      },
    },
    async (request, reply) => {
      const { eventId } = request.params;
      return send(
        reply,
        await terms.put(accountOf(request), eventId, request.body, request.headers['if-match']),
      );
    },
  );
}

function codeRoutes(fastify: FastifyInstance, { codes }: Pricing): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    '/events/:eventId/codes',
    {
      config: own,
      schema: {
        tags,
        summary: 'Promo and presale codes of an event, and how often they were used',
        params: byEvent,
        querystring: PageQuery,
        response: { 200: listOf(CodeView) },
      },
    },
    async (request, reply) => {
      const { cursor = null, limit: most = LIMITS.pageDefault } = request.query;
      return answer(fresh(reply), await codes.list(accountOf(request), request.params.eventId, most, cursor));
    },
  );
  app.post(
    '/events/:eventId/codes',
    {
      config: own,
      schema: { tags, summary: 'Make a code', params: byEvent, body: CodeBody, response: { 201: CodeView } },
    },
    async (request, reply) =>
      answer(fresh(reply), await codes.create(accountOf(request), request.params.eventId, request.body), 201),
  );
  app.put(
    '/events/:eventId/codes/:codeId',
    {
      config: own,
      schema: { tags, summary: 'Change a code', params: byCode, body: CodeEdit, response: { 200: CodeView } },
    },
    async (request, reply) => {
      const { eventId, codeId } = request.params;
      return answer(fresh(reply), await codes.edit(accountOf(request), eventId, codeId, request.body));
    },
  );
  app.delete(
    '/events/:eventId/codes/:codeId',
    {
      config: own,
      schema: {
        tags,
        summary: 'Give a code up; orders keep it',
        params: byCode,
        response: { 200: CodeView },
      },
    },
    async (request, reply) => {
      const { eventId, codeId } = request.params;
      return answer(fresh(reply), await codes.remove(accountOf(request), eventId, codeId));
    },
  );
}

function tierRoutes(fastify: FastifyInstance, { tiers }: Pricing): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.put(
    '/tiers/:tierId/price',
    {
      config: own,
      schema: {
        tags,
        summary: "Change a tier's price",
        params: byTier,
        body: PriceBody,
        response: { 200: TierPrice },
      },
    },
    async (request, reply) => {
      const { priceCents, why = 'changed by hand' } = request.body;
      return answer(
        fresh(reply),
        await tiers.setPrice(accountOf(request), request.params.tierId, priceCents, why),
      );
    },
  );
  app.put(
    '/tiers/:tierId/presale',
    {
      config: own,
      schema: {
        tags,
        summary: 'Until when a tier needs a presale code; null: it does not',
        params: byTier,
        body: PresaleBody,
        response: { 200: TierPrice },
      },
    },
    async (request, reply) =>
      answer(
        fresh(reply),
        await tiers.setPresale(accountOf(request), request.params.tierId, request.body.until),
      ),
  );
  app.get(
    '/events/:eventId/price-changes',
    {
      config: own,
      schema: {
        tags,
        summary: 'Every change of a price: when, by whom, why',
        params: byEvent,
        querystring: LogQuery,
        response: { 200: listOf(PriceChange) },
      },
    },
    async (request, reply) => {
      const { cursor = null, limit: most = LIMITS.pageDefault } = request.query;
      return answer(
        fresh(reply),
        await tiers.changes(accountOf(request), request.params.eventId, most, cursor),
      );
    },
  );
}

function ruleRoutes(fastify: FastifyInstance, { rules }: Pricing): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const response = { 200: PriceRuleView };
  app.get(
    '/tiers/:tierId/price-rule',
    {
      config: own,
      schema: { tags, summary: "How a tier's price moves by itself", params: byTier, response },
    },
    async (request, reply) =>
      answer(fresh(reply), await rules.read(accountOf(request), request.params.tierId)),
  );
  app.put(
    '/tiers/:tierId/price-rule',
    {
      config: own,
      schema: {
        tags,
        summary: 'Let a price move by time or share sold',
        params: byTier,
        body: PriceRuleBody,
        response,
      },
    },
    async (request, reply) =>
      answer(fresh(reply), await rules.put(accountOf(request), request.params.tierId, request.body)),
  );
  app.delete(
    '/tiers/:tierId/price-rule',
    { config: own, schema: { tags, summary: 'Let a price stay where it is', params: byTier, response } },
    async (request, reply) =>
      answer(fresh(reply), await rules.remove(accountOf(request), request.params.tierId)),
  );
}

function orderRoutes(fastify: FastifyInstance, { pricing, notify, orderOf }: PricingRoutesDeps): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const { orderCodes } = pricing;
  /** The order as it is now, on all its fan's pages. */
  async function send(reply: FastifyReply, userId: string, orderId: string, done: Result<void>) {
    if (!done.ok) return answer(fresh(reply), done);
    const order = await orderOf(orderId);
    if (order?.userId !== userId) return answer(fresh(reply), refuse('NOT_FOUND'));
    notify.toUser(userId, 'order:updated', order.view);
    return answer(fresh(reply), { ok: true, value: { order: order.view } });
  }
  app.post(
    '/orders/:orderId/code',
    {
      config: { access: 'account', owns: 'order' },
      schema: {
        tags,
        summary: 'Use a promo code for an order that waits to be paid',
        params: byOrder,
        body: CodeOnOrder,
        response: { 200: OrderBody },
      },
    },
    async (request, reply) => {
      const { id } = accountOf(request);
      const { orderId } = request.params;
      return send(reply, id, orderId, await orderCodes.apply(id, orderId, request.body.code));
    },
  );
  app.delete(
    '/orders/:orderId/code',
    {
      config: { access: 'account', owns: 'order' },
      schema: { tags, summary: 'Take the code off again', params: byOrder, response: { 200: OrderBody } },
    },
    async (request, reply) => {
      const { id } = accountOf(request);
      const { orderId } = request.params;
      return send(reply, id, orderId, await orderCodes.remove(id, orderId));
    },
  );
}

export function pricingRoutes(app: FastifyInstance, deps: PricingRoutesDeps): void {
  termsRoutes(app, deps.pricing);
  codeRoutes(app, deps.pricing);
  tierRoutes(app, deps.pricing);
  ruleRoutes(app, deps.pricing);
  orderRoutes(app, deps);
}
