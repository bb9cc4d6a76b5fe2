/** HTTP edge of points: what one has, and on one's own order. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { OrderView, PointsView, PointsWish, type Result, refuse, UuidSchema } from '../protocol/index.ts';
import { accountOf, answer, type Notify } from '../transport/index.ts';
import type { Loyalty } from './index.ts';

export interface LoyaltyRoutesDeps {
  loyalty: Loyalty;
  notify: Notify;
  /** An order as its owner sees it. */
  orderOf(orderId: string): Promise<{ userId: string; view: OrderView } | null>;
}

const strict = { additionalProperties: false } as const;
const byOrder = Type.Object({ orderId: UuidSchema });
const PageQuery = Type.Object(
  {
    cursor: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageMax })),
  },
  strict,
);
/** The order as it is now, and what its fan has left to spend. */
const OrderWithBalance = Type.Object({ order: OrderView, balance: Type.Integer() });

const tags = ['points'];
const fresh = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'private, no-store');

export function loyaltyRoutes(
  fastify: FastifyInstance,
  { loyalty, notify, orderOf }: LoyaltyRoutesDeps,
): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const own = { access: 'account', owns: 'order' } as const;

  /** The order as it is now, on all its fan's pages. */
  async function send(reply: FastifyReply, userId: string, orderId: string, done: Result<void>) {
    if (!done.ok) return answer(fresh(reply), done);
    const [order, { balance }] = await Promise.all([orderOf(orderId), loyalty.standing(userId)]);
    if (order?.userId !== userId) return answer(fresh(reply), refuse('NOT_FOUND'));
    notify.toUser(userId, 'order:updated', order.view);
    return answer(fresh(reply), { ok: true, value: { order: order.view, balance } });
  }

  app.get(
    '/loyalty-points',
    {
      config: { access: 'account' },
      schema: {
        tags,
        summary: 'My points: what I have, how they are earned, where they came from and went',
        querystring: PageQuery,
        response: { 200: PointsView },
      },
    },
    async (request, reply) => {
      const { cursor = null, limit = LIMITS.pageDefault } = request.query;
      return fresh(reply).send(await loyalty.points(accountOf(request).id, limit, cursor));
    },
  );
  app.put(
    '/orders/:orderId/points',
    {
      config: own,
      schema: {
        tags,
        summary: 'Use points for an order that waits to be paid: a discount, free tickets, or an upgrade',
        params: byOrder,
        body: PointsWish,
        response: { 200: OrderWithBalance },
      },
    },
    async (request, reply) => {
      const { id } = accountOf(request);
      const { orderId } = request.params;
      return send(reply, id, orderId, await loyalty.onOrders.use(id, orderId, request.body));
    },
  );
  app.delete(
    '/orders/:orderId/points',
    {
      config: own,
      schema: {
        tags,
        summary: 'Take the points off again',
        params: byOrder,
        response: { 200: OrderWithBalance },
      },
    },
    async (request, reply) => {
      const { id } = accountOf(request);
      const { orderId } = request.params;
      return send(reply, id, orderId, await loyalty.onOrders.remove(id, orderId));
    },
  );
}
