/** The vendor's picture of an event over HTTP. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { UuidSchema } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import type { Pictures } from './index.ts';
import { receive } from './receive.ts';

const tags = ['pictures'];
const EventParams = Type.Object({ eventId: UuidSchema }, { additionalProperties: false });
type EventParams = Static<typeof EventParams>;
const Cover = Type.Object({ imageUrl: Type.String() });

export function coverRoutes(app: FastifyInstance, pictures: Pictures): void {
  app.put<{ Params: EventParams }>(
    '/events/:eventId/image',
    {
      schema: {
        tags,
        summary: 'Show a picture of the event, in place of the one before',
        description: 'multipart/form-data: `image` (the file).',
        params: EventParams,
        response: { 200: Cover },
      },
      config: {
        access: 'vendor',
        owns: 'event',
        perMinute: LIMITS.uploadsPerMinute,
        bodyMs: LIMITS.uploadMs,
      },
    },
    async (request, reply) => {
      const account = accountOf(request);
      const { eventId } = request.params;
      const may = await pictures.mayCover(account, eventId);
      if (!may.ok) return answer(reply, may);
      const put = await pictures.enter(async () => {
        const received = await receive(request, { fields: [] });
        return received.ok ? pictures.putCover(account, eventId, received.value.image) : received;
      });
      return answer(reply, put);
    },
  );

  app.delete<{ Params: EventParams }>(
    '/events/:eventId/image',
    {
      schema: { tags, summary: 'Take the event’s picture away', params: EventParams },
      config: { access: 'vendor', owns: 'event' },
    },
    async (request, reply) => {
      const gone = await pictures.removeCover(accountOf(request), request.params.eventId);
      return gone.ok ? reply.code(204).send() : answer(reply, gone);
    },
  );
}
