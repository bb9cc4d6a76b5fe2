/** What operators see and say of refunds and chargebacks. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { DisputeView, REFUND_STATUSES, RefundCase, UuidSchema } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import { KeyHeader, keyOf } from './key.ts';
import { PageQuery, pageOf, privately } from './page.ts';
import type { RefundRoutesDeps } from './routes.ts';
import { listCases, listDisputes, refundCase } from './view.ts';

const tags = ['operations'];
const strict = { additionalProperties: false } as const;
const operator = { access: 'operator' } as const;
const Reason = Type.String({ minLength: 1, maxLength: LIMITS.refundReasonMax });
const StatusQuery = Type.Object(
  { ...PageQuery.properties, status: Type.Optional(Type.Enum([...REFUND_STATUSES])) },
  strict,
);
const RefundParams = Type.Object({ refundId: UuidSchema }, strict);
const WordBody = Type.Object({ reason: Type.Optional(Reason) }, strict);
const OwnRefundBody = Type.Object(
  {
    ticketIds: Type.Array(UuidSchema, { minItems: 1, maxItems: LIMITS.refundTicketsMax }),
    reason: Reason,
  },
  strict,
);
const cursor = Type.Union([Type.String(), Type.Null()]);
const CaseList = Type.Object({ items: Type.Array(RefundCase), nextCursor: cursor });
const Cases = Type.Object({ refunds: Type.Array(RefundCase) });
const DisputeList = Type.Object({ items: Type.Array(DisputeView), nextCursor: cursor });

const WORDS = [
  ['approve', 'Approve a refund that waits'],
  ['reject', 'Reject a refund that waits'],
  ['retry', 'Send a failed refund once more'],
] as const;

export function operatorRoutes(app: FastifyInstance, { refunds, ledger }: RefundRoutesDeps): void {
  app.get<{ Querystring: Static<typeof StatusQuery> }>(
    '/operations/refunds',
    {
      schema: { tags, summary: 'Refunds, by state', querystring: StatusQuery, response: { 200: CaseList } },
      config: operator,
    },
    async (request, reply) => {
      const { status = null, ...page } = request.query;
      return privately(reply).send(await listCases(ledger.reads, status, pageOf(page)));
    },
  );

  app.post<{ Body: Static<typeof OwnRefundBody> }>(
    '/operations/refunds',
    {
      schema: {
        tags,
        summary: 'Refund tickets outside the terms',
        body: OwnRefundBody,
        headers: KeyHeader,
        response: { 200: Cases },
      },
      config: operator,
    },
    async (request, reply) => {
      const { ticketIds, reason } = request.body;
      const actorId = accountOf(request).id;
      const given = await refunds.giveBack({
        ownerId: null,
        actorId,
        ticketIds,
        reason,
        key: keyOf(request),
      });
      return given.ok
        ? privately(reply).send({ refunds: given.value.map(refundCase) })
        : answer(reply, given);
    },
  );

  for (const [word, summary] of WORDS)
    app.post<{ Params: Static<typeof RefundParams>; Body: Static<typeof WordBody> }>(
      `/operations/refunds/:refundId/${word}`,
      {
        schema: { tags, summary, params: RefundParams, body: WordBody, response: { 200: RefundCase } },
        config: operator,
      },
      async (request, reply) => {
        const { refundId } = request.params;
        const said = { refundId, actorId: accountOf(request).id, reason: request.body.reason ?? null };
        return answer(privately(reply), await refunds[word](said));
      },
    );

  app.get<{ Querystring: Static<typeof PageQuery> }>(
    '/operations/disputes',
    {
      schema: { tags, summary: 'Chargebacks', querystring: PageQuery, response: { 200: DisputeList } },
      config: operator,
    },
    async (request, reply) => privately(reply).send(await listDisputes(ledger.reads, pageOf(request.query))),
  );
}
