/** What operators see and say of reconciliation: the thin edge. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { FindingView, ReconciliationView, UuidSchema } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import { findingView } from './findings.ts';
import type { Reconciler } from './index.ts';
import { runView } from './runs.ts';

const tags = ['operations'];
const strict = { additionalProperties: false } as const;
const operator = { access: 'operator' } as const;
const STATUSES = ['open', 'mended', 'approved', 'dismissed', 'gone'] as const;

const page = {
  cursor: Type.Optional(UuidSchema),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageMax })),
};
const PageQuery = Type.Object(page, strict);
const FindingQuery = Type.Object({ ...page, status: Type.Optional(Type.Enum([...STATUSES])) }, strict);
const FindingParams = Type.Object({ findingId: UuidSchema }, strict);
const WordBody = Type.Object(
  { reason: Type.Optional(Type.String({ minLength: 1, maxLength: LIMITS.refundReasonMax })) },
  strict,
);
const StartBody = Type.Object({ dryRun: Type.Optional(Type.Boolean()) }, strict);
const nextCursor = Type.Union([Type.String(), Type.Null()]);
const RunList = Type.Object({ items: Type.Array(ReconciliationView), nextCursor });
const FindingList = Type.Object({ items: Type.Array(FindingView), nextCursor });

const WORDS = [
  ['approve', 'Approve what mends a finding, and carry it out'],
  ['dismiss', 'A finding that needs nothing'],
] as const;

const listed = <Row extends { id: string }, View>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => View,
) => ({ items: rows.map(view), nextCursor: rows.length === limit ? (rows.at(-1)?.id ?? null) : null });

export function reconciliationRoutes(
  app: FastifyInstance,
  { reconciler }: { reconciler: Pick<Reconciler, 'start' | 'runs' | 'findings' | 'approve' | 'dismiss'> },
): void {
  app.get<{ Querystring: Static<typeof PageQuery> }>(
    '/operations/reconciliations',
    {
      schema: { tags, summary: 'Runs, latest first', querystring: PageQuery, response: { 200: RunList } },
      config: operator,
    },
    async (request, reply) => {
      const { cursor = null, limit = LIMITS.pageDefault } = request.query;
      const rows = await reconciler.runs(cursor, limit);
      return reply.header('cache-control', 'private, no-store').send(listed(rows, limit, runView));
    },
  );

  app.post<{ Body: Static<typeof StartBody> }>(
    '/operations/reconciliations',
    {
      schema: {
        tags,
        summary: 'Compare ledger, provider and tickets now',
        body: StartBody,
        response: { 202: ReconciliationView },
      },
      config: operator,
    },
    async (request, reply) => answer(reply, await reconciler.start(request.body), 202),
  );

  app.get<{ Querystring: Static<typeof FindingQuery> }>(
    '/operations/findings',
    {
      schema: {
        tags,
        summary: 'Differences, by state',
        querystring: FindingQuery,
        response: { 200: FindingList },
      },
      config: operator,
    },
    async (request, reply) => {
      const { status = null, cursor = null, limit = LIMITS.pageDefault } = request.query;
      const rows = await reconciler.findings(status, cursor, limit);
      return reply.header('cache-control', 'private, no-store').send(listed(rows, limit, findingView));
    },
  );

  for (const [word, summary] of WORDS)
    app.post<{ Params: Static<typeof FindingParams>; Body: Static<typeof WordBody> }>(
      `/operations/findings/:findingId/${word}`,
      {
        schema: { tags, summary, params: FindingParams, body: WordBody, response: { 200: FindingView } },
        config: operator,
      },
      async (request, reply) => {
        const { findingId } = request.params;
        const said = { findingId, actorId: accountOf(request).id, reason: request.body.reason ?? null };
        const done = await reconciler[word](said);
        return answer(reply, done.ok ? { ok: true, value: findingView(done.value) } : done);
      },
    );
}
