/** Facets over HTTP; the events themselves are the catalogue's to show. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { FacetView } from '../protocol/index.ts';
import { answer, sendTagged } from '../transport/index.ts';
import type { Search } from './index.ts';
import { FacetQuery } from './query.ts';

export function searchRoutes(fastify: FastifyInstance, { search }: { search: Search }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    '/events/facets',
    {
      config: { access: 'public', ignoresCredentials: true },
      schema: {
        tags: ['events'],
        summary: 'How many events there are by type, city, month and price',
        querystring: FacetQuery,
        response: { 200: FacetView },
      },
    },
    async (request, reply) => {
      const facets = await search.showFacets(request.query);
      // A refusal says what was wrong with the question, for whoever asks it.
      if (!facets.ok) return answer(reply, facets);
      return sendTagged(request, reply.header('cache-control', 'public, max-age=10'), facets.value);
    },
  );
}
