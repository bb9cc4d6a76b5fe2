/** HTTP edge of tickets. Whatever carries a code is for its owner's eyes and for no cache. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Clock } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { TicketView, UuidSchema } from '../protocol/index.ts';
import { type Copies, keepNothing, type Ledger } from '../stores/index.ts';
import { accountOf, answer, markAsOf } from '../transport/index.ts';
import { calendarEntry } from './calendar.ts';
import { createMyTickets } from './my-tickets.ts';
import { type PictureFormat, qrPng, qrSvg } from './picture.ts';
import { qrOf } from './tickets.ts';

export interface TicketRoutesDeps {
  ledger: Pick<Ledger, 'reads'>;
  clock: Clock;
  /** For when the ledger is away; default: then there are no tickets. */
  copies?: Copies;
}

const strict = { additionalProperties: false } as const;
const TicketParams = Type.Object({ ticketId: UuidSchema }, strict);
type TicketParams = Static<typeof TicketParams>;
const QrQuery = Type.Object({ format: Type.Optional(Type.Enum(['png', 'svg'])) }, strict);
const PageQuery = Type.Object(
  {
    cursor: Type.Optional(UuidSchema),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageMax })),
  },
  strict,
);
const TicketList = Type.Object({
  items: Type.Array(TicketView),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
});

const own = { access: 'account', owns: 'ticket', whileLedgerAway: true } as const;

/** `?format=` decides; without it, whichever of the two an `Accept` header names first; else PNG. */
function formatOf(request: FastifyRequest<{ Querystring: Static<typeof QrQuery> }>): PictureFormat {
  if (request.query.format) return request.query.format as PictureFormat;
  const accepted = request.headers.accept ?? '';
  const svg = accepted.indexOf('image/svg+xml');
  const png = accepted.indexOf('image/png');
  return svg >= 0 && (png < 0 || svg < png) ? 'svg' : 'png';
}

const privately = (reply: FastifyReply) => reply.header('cache-control', 'private, no-store');

export function routes(app: FastifyInstance, { ledger, clock, copies }: TicketRoutesDeps): void {
  const tickets = createMyTickets(ledger.reads, copies ?? keepNothing(clock).copies);
  app.get<{ Querystring: Static<typeof PageQuery> }>(
    '/me/tickets',
    {
      schema: {
        tags: ['tickets'],
        summary: 'My tickets',
        querystring: PageQuery,
        response: { 200: TicketList },
      },
      config: { access: 'account', whileLedgerAway: true },
    },
    async (request, reply) => {
      const { cursor, limit } = request.query;
      const page = await tickets.page(accountOf(request).id, limit ?? LIMITS.pageDefault, cursor ?? null);
      return markAsOf(privately(reply), page.asOf).send(page.value);
    },
  );

  // A HEAD of one's own stands before its GET, or the GET's own HEAD takes its place.
  app.head<{ Params: TicketParams }>(
    '/tickets/:ticketId',
    {
      schema: { tags: ['tickets'], summary: "A ticket's state, in a header", params: TicketParams },
      config: { ...own, swagger: { exposeHeadRoute: true } },
    },
    async (request, reply) => {
      const ticket = await tickets.one(accountOf(request).id, request.params.ticketId);
      if (!ticket.ok) return answer(reply, ticket);
      const { value, asOf } = ticket.value;
      return markAsOf(privately(reply), asOf).header('holdfast-ticket-state', value.status).send();
    },
  );

  app.get<{ Params: TicketParams }>(
    '/tickets/:ticketId',
    {
      schema: {
        tags: ['tickets'],
        summary: 'One ticket',
        params: TicketParams,
        response: { 200: TicketView },
      },
      config: own,
    },
    async (request, reply) => {
      const ticket = await tickets.one(accountOf(request).id, request.params.ticketId);
      if (!ticket.ok) return answer(privately(reply), ticket);
      return markAsOf(privately(reply), ticket.value.asOf).send(ticket.value.value);
    },
  );

  app.get<{ Params: TicketParams; Querystring: Static<typeof QrQuery> }>(
    '/tickets/:ticketId/qr',
    {
      schema: {
        tags: ['tickets'],
        summary: "A ticket's QR code (PNG or SVG)",
        params: TicketParams,
        querystring: QrQuery,
      },
      config: own,
    },
    async (request, reply) => {
      const ticket = await tickets.one(accountOf(request).id, request.params.ticketId);
      if (!ticket.ok) return answer(reply, ticket);
      const code = qrOf(ticket.value.value);
      if (!code.ok) return answer(reply, code);
      markAsOf(privately(reply), ticket.value.asOf).header('vary', 'accept');
      return formatOf(request) === 'svg'
        ? reply.type('image/svg+xml').send(await qrSvg(code.value))
        : reply.type('image/png').send(await qrPng(code.value));
    },
  );

  app.get<{ Params: TicketParams }>(
    '/tickets/:ticketId/calendar.ics',
    {
      schema: { tags: ['tickets'], summary: 'The event as a calendar entry', params: TicketParams },
      config: own,
    },
    async (request, reply) => {
      const ticket = await tickets.one(accountOf(request).id, request.params.ticketId);
      if (!ticket.ok) return answer(reply, ticket);
      const { value, asOf } = ticket.value;
      return markAsOf(privately(reply), asOf)
        .type('text/calendar; charset=utf-8')
        .header('content-disposition', `attachment; filename="${value.id}.ics"`)
        .send(calendarEntry(value, clock.now()));
    },
  );
}
