/** Seats' states over HTTP: for pages whose socket is away, and for whoever has none. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { refuse, SeatStates, UuidSchema } from '../protocol/index.ts';
import { answer } from '../transport/index.ts';
import type { SeatsPage, ShowSeats } from './show-states.ts';

const strict = { additionalProperties: false } as const;

function sendPage(request: FastifyRequest, reply: FastifyReply, page: SeatsPage, plain: boolean) {
  const { etag } = page;
  reply.header('cache-control', 'public, max-age=1').header('etag', etag).header('vary', 'accept-encoding');
  if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send();
  const gzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (gzip) reply.header('content-encoding', 'gzip');
  return reply.type('application/json; charset=utf-8').send(page.body({ plain, gzip }));
}

export function statesRoutes(fastify: FastifyInstance, { showSeats }: { showSeats: ShowSeats }): void {
  fastify.withTypeProvider<TypeBoxTypeProvider>().get(
    '/drops/:dropId/seats',
    {
      config: { access: 'public' },
      schema: {
        tags: ['seats'],
        summary: 'Every seat’s state',
        params: Type.Object({ dropId: UuidSchema }, strict),
        querystring: Type.Object(
          { plain: Type.Optional(Type.Literal('1', { description: '`states` packed, not deflated' })) },
          strict,
        ),
        response: { 200: SeatStates },
      },
    },
    async (request, reply) => {
      const page = await showSeats(request.params.dropId);
      return page
        ? sendPage(request, reply, page, request.query.plain === '1')
        : answer(reply, refuse('NOT_FOUND'));
    },
  );
}
