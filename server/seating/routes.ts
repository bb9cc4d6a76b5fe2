/** An event's seats over HTTP: plan, channels, one seat, moving a ticket. The thin edge. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { SeatChannel, SeatDetail, SeatingView, UuidSchema } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import { SeatingBody, SeatRules } from './plan-body.ts';
import type { Seating } from './seating.ts';

const strict = { additionalProperties: false } as const;
/** One line of text that is not blank: no control characters. */
const LINE = '^[^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$';
/** As many ids as a body has room for. */
const SEATS_AT_ONCE = 1_500;

const byEvent = Type.Object({ eventId: UuidSchema });
const byChannel = Type.Object({ eventId: UuidSchema, channel: Type.Integer({ minimum: 1, maximum: 250 }) });
const bySeat = Type.Object({ eventId: UuidSchema, seatId: UuidSchema });
const byTicket = Type.Object({ ticketId: UuidSchema });

const ChannelBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 120, pattern: LINE }),
    /** In any case: codes are compared without. */
    code: Type.Optional(
      Type.Union([
        Type.String({ minLength: 4, maxLength: 64, pattern: '^[A-Za-z0-9_-]{4,64}$' }),
        Type.Null(),
      ]),
    ),
    releaseAt: Type.Optional(Type.Union([Type.String({ format: 'date-time', maxLength: 40 }), Type.Null()])),
  },
  strict,
);
const SeatIds = Type.Array(UuidSchema, { maxItems: SEATS_AT_ONCE, uniqueItems: true });
const KeepBody = Type.Object(
  { add: Type.Optional(SeatIds), remove: Type.Optional(SeatIds) },
  { ...strict, minProperties: 1 },
);
const MoveBody = Type.Object(
  { seatId: UuidSchema, reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500, pattern: LINE })) },
  strict,
);
const ChannelList = Type.Object({ items: Type.Array(SeatChannel) });

const tags = ['seats'];
const own = { access: 'vendor', owns: 'event' } as const;

function planRoutes(fastify: FastifyInstance, seating: Seating): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    '/events/:eventId/seating',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Which seats of its map an event sells, as what',
        params: byEvent,
        response: { 200: SeatingView },
      },
    },
    async (request, reply) =>
      answer(
        reply.header('cache-control', 'private, no-cache').header('vary', 'authorization, cookie'),
        await seating.read(request.params.eventId, request.account),
      ),
  );

  app.put(
    '/events/:eventId/seating',
    {
      config: own,
      schema: {
        tags,
        summary: 'Plan the seats of an event nothing was held or sold of',
        params: byEvent,
        body: SeatingBody,
        response: { 200: SeatingView },
      },
    },
    async (request, reply) =>
      answer(reply, await seating.put(accountOf(request), request.params.eventId, request.body)),
  );

  app.patch(
    '/events/:eventId/seating',
    {
      config: own,
      schema: {
        tags,
        summary: 'Change how strictly seats are chosen, also while they are sold',
        params: byEvent,
        body: SeatRules,
        response: { 200: SeatingView },
      },
    },
    async (request, reply) =>
      answer(reply, await seating.changeRules(accountOf(request), request.params.eventId, request.body)),
  );

  app.get(
    '/events/:eventId/seats/:seatId',
    {
      config: own,
      schema: {
        tags,
        summary: 'One seat, and who sits there',
        params: bySeat,
        response: { 200: SeatDetail },
      },
    },
    async (request, reply) => {
      const { eventId, seatId } = request.params;
      return answer(
        reply.header('cache-control', 'private, no-store'),
        await seating.seat(accountOf(request), eventId, seatId),
      );
    },
  );

  app.post(
    '/tickets/:ticketId/move',
    {
      config: { access: 'vendor', owns: 'ticket' },
      schema: {
        tags,
        summary: 'Move a sold ticket to a free seat of its tier',
        params: byTicket,
        body: MoveBody,
        response: { 200: SeatDetail },
      },
    },
    async (request, reply) =>
      answer(reply, await seating.move(accountOf(request), { ...request.params, ...request.body })),
  );
}

function channelRoutes(fastify: FastifyInstance, { channels }: Seating): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    '/events/:eventId/channels',
    {
      config: own,
      schema: {
        tags,
        summary: 'Whom seats of an event are kept for',
        params: byEvent,
        response: { 200: ChannelList },
      },
    },
    async (request, reply) => {
      const listed = await channels.list(accountOf(request), request.params.eventId);
      return listed.ok ? reply.send({ items: listed.value }) : answer(reply, listed);
    },
  );

  app.post(
    '/events/:eventId/channels',
    {
      config: own,
      schema: {
        tags,
        summary: 'Make a channel to keep seats for',
        params: byEvent,
        body: ChannelBody,
        response: { 201: SeatChannel },
      },
    },
    async (request, reply) =>
      answer(reply, await channels.create(accountOf(request), request.params.eventId, request.body), 201),
  );

  app.put(
    '/events/:eventId/channels/:channel/seats',
    {
      config: own,
      schema: {
        tags,
        summary: 'Keep seats for a channel, or take them out',
        params: byChannel,
        body: KeepBody,
        response: { 200: SeatChannel },
      },
    },
    async (request, reply) => {
      const { eventId, channel } = request.params;
      return answer(reply, await channels.keep(accountOf(request), eventId, channel, request.body));
    },
  );

  app.delete(
    '/events/:eventId/channels/:channel',
    {
      config: own,
      schema: {
        tags,
        summary: 'Let all seats of a channel go',
        params: byChannel,
        response: { 200: SeatChannel },
      },
    },
    async (request, reply) => {
      const { eventId, channel } = request.params;
      return answer(reply, await channels.remove(accountOf(request), eventId, channel));
    },
  );
}

export function seatingRoutes(app: FastifyInstance, { seating }: { seating: Seating }): void {
  planRoutes(app, seating);
  channelRoutes(app, seating);
}
