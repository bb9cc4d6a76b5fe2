/** Saved cards over HTTP. An installation without a Stripe account keeps none, and says so. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { refuse } from '../../protocol/index.ts';
import { accountOf, answer } from '../../transport/index.ts';
import type { Cards } from './cards.ts';

const CardView = Type.Object({
  id: Type.String(),
  brand: Type.String(),
  last4: Type.String(),
  expMonth: Type.Integer(),
  expYear: Type.Integer(),
});
const CardParams = Type.Object(
  { cardId: Type.String({ pattern: '^pm_[A-Za-z0-9_]{1,250}$' }) },
  { additionalProperties: false },
);

export function cardRoutes(fastify: FastifyInstance, { cards }: { cards: Cards | null }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['checkout'];
  const none = () => refuse('NOT_AVAILABLE', { provider: 'stripe' }, 'No cards are kept here.');

  app.get(
    '/me/cards',
    {
      config: { access: 'account' },
      schema: {
        tags,
        summary: 'My cards kept for next time',
        response: { 200: Type.Object({ items: Type.Array(CardView) }) },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'private, no-store');
      // Without an account there are none: a page that asks need not know why.
      const mine = cards ? await cards.mine(accountOf(request).id) : { ok: true as const, value: [] };
      return mine.ok ? reply.send({ items: mine.value }) : answer(reply, mine);
    },
  );

  app.post(
    '/me/cards',
    {
      config: { access: 'account' },
      schema: {
        tags,
        summary: 'Begin keeping a card',
        response: { 200: Type.Object({ clientSecret: Type.String(), publishableKey: Type.String() }) },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'private, no-store');
      return answer(reply, cards ? await cards.add(accountOf(request).id) : none());
    },
  );

  app.delete(
    '/me/cards/:cardId',
    {
      config: { access: 'account', owns: 'card' },
      schema: {
        tags,
        summary: 'Forget a card',
        params: CardParams,
        response: { 200: Type.Object({ removed: Type.Boolean() }) },
      },
    },
    async (request, reply) =>
      answer(reply, cards ? await cards.remove(accountOf(request).id, request.params.cardId) : none()),
  );
}
