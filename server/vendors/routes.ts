/** What vendors see of their sales over HTTP: the thin edge. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { wrongEnd } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { refuse, SalesView, UuidSchema } from '../protocol/index.ts';
import type { Db } from '../stores/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import { csvOf, ReportQuery, ReportRow, reportOf } from './report.ts';
import { MINUTES_MAX, type Sales } from './sales.ts';
import { EventSummary, isVendor, SalesTotals, summariesOf, totalsOf } from './summary.ts';

const tags = ['vendors'];
const strict = { additionalProperties: false } as const;
const MinutesQuery = Type.Object(
  { minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: MINUTES_MAX })) },
  strict,
);
const PageQuery = Type.Object(
  {
    cursor: Type.Optional(UuidSchema),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageMax })),
  },
  strict,
);
const VendorSales = Type.Object({
  vendorId: UuidSchema,
  totals: Type.Array(SalesTotals),
  events: Type.Array(EventSummary),
  /** Orders paid in the time asked for, gathered as asked. */
  rows: Type.Array(ReportRow),
  truncated: Type.Boolean(),
});
const EventPage = Type.Object({
  items: Type.Array(EventSummary),
  nextCursor: Type.Union([UuidSchema, Type.Null()]),
});

export interface VendorRoutesDeps {
  sales: Sales;
  /** Where summaries are read. */
  db: Db;
}

export function vendorRoutes(fastify: FastifyInstance, { sales, db }: VendorRoutesDeps): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/vendors/me/events',
    {
      config: { access: 'vendor' },
      schema: {
        tags,
        summary: 'My events, drafts too',
        querystring: PageQuery,
        response: { 200: EventPage },
      },
    },
    async (request, reply) => {
      const { cursor = null, limit = LIMITS.pageDefault } = request.query;
      const found = await summariesOf(db, accountOf(request).id, limit + 1, cursor);
      const items = found.slice(0, limit);
      return reply
        .header('cache-control', 'no-store')
        .send({ items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null });
    },
  );

  app.get(
    '/vendors/:vendorId/sales',
    {
      config: { access: 'vendor', owns: 'user' },
      schema: {
        tags,
        summary: 'What a vendor took: per event and in all, by tier, day, channel or affiliate, also as CSV',
        params: Type.Object({ vendorId: UuidSchema }),
        querystring: ReportQuery,
        response: {
          200: {
            content: { 'application/json': { schema: VendorSales }, 'text/csv': { schema: Type.String() } },
          },
        },
      },
    },
    async (request, reply) => {
      const account = accountOf(request);
      const { query } = request;
      const vendorId = request.params.vendorId.toLowerCase();
      reply.header('cache-control', 'no-store');
      if (account.id !== vendorId && account.role !== 'operator') return answer(reply, refuse('NOT_FOUND'));
      const field = wrongEnd(query);
      if (field) return answer(reply, refuse('INVALID_REQUEST', { field }, 'This is not a date and time.'));
      const events = await summariesOf(db, vendorId);
      if (events.length === 0 && !(await isVendor(db, vendorId))) return answer(reply, refuse('NOT_FOUND'));
      const report = await reportOf(db, vendorId, query);
      if (query.format === 'csv')
        return reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="sales-by-${query.by ?? 'event'}.csv"`)
          .send(csvOf(report.rows));
      return reply.send({ vendorId, totals: totalsOf(events), events, ...report });
    },
  );

  app.get(
    '/events/:eventId/sales',
    {
      config: { access: 'vendor', owns: 'event' },
      schema: {
        tags,
        summary: "One event's live figures",
        params: Type.Object({ eventId: UuidSchema }),
        querystring: MinutesQuery,
        response: { 200: SalesView },
      },
    },
    async (request, reply) => {
      const { eventId } = request.params;
      reply.header('cache-control', 'no-store');
      if (!(await sales.maySee(accountOf(request), eventId))) return answer(reply, refuse('NOT_FOUND'));
      return answer(reply, await sales.salesOf(eventId.toLowerCase(), request.query.minutes ?? MINUTES_MAX));
    },
  );
}
