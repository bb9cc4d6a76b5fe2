/** The card of an event over HTTP. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import qrcode from 'qrcode';
import { Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { AFFILIATE_CODE, refuse, UuidSchema } from '../protocol/index.ts';
import { answer } from '../transport/index.ts';
import type { Cards } from './cards.ts';
import { cardTag } from './preview.ts';
import type { Previews } from './previews.ts';

export interface SharingRoutesDeps {
  previews: Previews;
  cards: Cards;
  /** Where the pages are for the world. */
  origin: string;
}

export function sharingRoutes(
  fastify: FastifyInstance,
  { previews, cards, origin }: SharingRoutesDeps,
): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    '/events/:eventId/card.png',
    {
      config: { access: 'public', ignoresCredentials: true, perMinute: LIMITS.cardsPerMinute },
      schema: {
        tags: ['events'],
        summary: 'A picture for links to an event: title, date, place and price (PNG, 1200 by 630)',
        params: Type.Object({ eventId: UuidSchema }, { additionalProperties: false }),
        // Another card has another `v`, for readers of links that never ask again.
        querystring: Type.Object(
          { v: Type.Optional(Type.String({ maxLength: 64 })) },
          { additionalProperties: false },
        ),
      },
    },
    async (request, reply) => {
      const event = await previews.find(request.params.eventId);
      if (event?.id !== request.params.eventId.toLowerCase()) return answer(reply, refuse('NOT_FOUND'));
      const etag = `"${cardTag(event)}"`;
      reply.headers({
        etag,
        'cache-control': 'public, max-age=300',
        'cross-origin-resource-policy': 'cross-origin',
      });
      if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send();
      const card = await cards.of(event);
      if (card.ok) return reply.type('image/png').send(card.value);
      return answer(reply.removeHeader('etag').header('cache-control', 'no-store'), card);
    },
  );

  app.get(
    '/events/:eventId/link.svg',
    {
      config: { access: 'public', ignoresCredentials: true, perMinute: LIMITS.cardsPerMinute },
      schema: {
        tags: ['events'],
        summary: 'A link to an event as a QR code, for posters (SVG)',
        params: Type.Object({ eventId: UuidSchema }, { additionalProperties: false }),
        querystring: Type.Object(
          { via: Type.Optional(Type.String({ maxLength: 32, pattern: AFFILIATE_CODE.source })) },
          { additionalProperties: false },
        ),
      },
    },
    async (request, reply) => {
      const event = await previews.find(request.params.eventId);
      if (event?.id !== request.params.eventId.toLowerCase()) return answer(reply, refuse('NOT_FOUND'));
      const { via } = request.query;
      const link = `${origin}/e/${event.id}${via === undefined ? '' : `?via=${via}`}`;
      const svg = await qrcode.toString(link, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 });
      return reply.header('cache-control', 'public, max-age=300').type('image/svg+xml').send(svg);
    },
  );
}
