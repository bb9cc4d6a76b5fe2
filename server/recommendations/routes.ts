/** HTTP edge of recommendations: one's own. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { RecommendationsView } from '../protocol/index.ts';
import { accountOf, personOf } from '../transport/index.ts';
import type { Recommendations } from './index.ts';

const Query = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.recommendationsMax })) },
  { additionalProperties: false },
);
const LIMIT = 10;

export function recommendationRoutes(
  fastify: FastifyInstance,
  { recommendations }: { recommendations: Recommendations },
): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    '/recommendations',
    {
      config: { access: 'account' },
      schema: {
        tags: ['events'],
        summary: 'Events picked for me, each with its reason',
        querystring: Query,
        response: { 200: RecommendationsView },
      },
    },
    async (request, reply) => {
      // Who asks in a vendor's name is still the person who looks.
      const userId = personOf(accountOf(request));
      reply.header('cache-control', 'private, no-store');
      return recommendations.of(userId, request.query.limit ?? LIMIT);
    },
  );
}
