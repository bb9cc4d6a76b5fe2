/** HTTP edge of refunds: fans give tickets back, vendors look on, operators decide. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { RefundCase, RefundQuote, RefundView, refuse, UuidSchema } from '../protocol/index.ts';
import type { Ledger } from '../stores/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import type { Refunds } from './index.ts';
import { KeyHeader, keyOf } from './key.ts';
import { operatorRoutes } from './operator-routes.ts';
import { PageQuery, pageOf, privately } from './page.ts';
import { listMine, listOfEvent, type RefundRow, refundView } from './view.ts';

export interface RefundRoutesDeps {
  refunds: Refunds;
  ledger: Pick<Ledger, 'reads'>;
}

const tags = ['refunds'];
const strict = { additionalProperties: false } as const;
const TicketParams = Type.Object({ ticketId: UuidSchema }, strict);
type TicketParams = Static<typeof TicketParams>;
const EventParams = Type.Object({ eventId: UuidSchema }, strict);
const GiveBackBody = Type.Object(
  {
    ticketIds: Type.Array(UuidSchema, { minItems: 1, maxItems: LIMITS.refundTicketsMax }),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: LIMITS.refundReasonMax })),
  },
  strict,
);
const cursor = Type.Union([Type.String(), Type.Null()]);
const Given = Type.Object({ refunds: Type.Array(RefundView) });
const GivenOne = Type.Object({ refund: RefundView });
const RefundList = Type.Object({ items: Type.Array(RefundView), nextCursor: cursor });
const { userEmail: _hidden, ...ofVendor } = RefundCase.properties;
const VendorList = Type.Object({ items: Type.Array(Type.Object(ofVendor)), nextCursor: cursor });

const own = { access: 'account', owns: 'ticket' } as const;
/** 202: an operator has the word. */
const statusOf = (refunds: readonly RefundRow[]) =>
  refunds.some(({ status }) => status === 'requested') ? 202 : 200;

function fanRoutes(app: FastifyInstance, { refunds, ledger }: RefundRoutesDeps): void {
  app.get<{ Params: TicketParams }>(
    '/tickets/:ticketId/refund',
    {
      schema: {
        tags,
        summary: 'What giving a ticket back brings',
        params: TicketParams,
        response: { 200: RefundQuote },
      },
      config: own,
    },
    async (request, reply) =>
      answer(privately(reply), await refunds.quote(accountOf(request).id, request.params.ticketId)),
  );

  app.post<{ Body: Static<typeof GiveBackBody> }>(
    '/tickets/refund',
    {
      schema: {
        tags,
        summary: 'Give tickets back',
        body: GiveBackBody,
        headers: KeyHeader,
        response: { 200: Given, 202: Given },
      },
      config: { access: 'account' },
    },
    async (request, reply) => {
      const { id } = accountOf(request);
      const { ticketIds, reason = null } = request.body;
      const given = await refunds.giveBack({
        ownerId: id,
        actorId: id,
        ticketIds,
        reason,
        key: keyOf(request),
      });
      if (!given.ok) return answer(privately(reply), given);
      return privately(reply)
        .code(statusOf(given.value))
        .send({ refunds: given.value.map(refundView) });
    },
  );

  app.delete<{ Params: TicketParams }>(
    '/tickets/:ticketId',
    {
      schema: {
        tags,
        summary: 'Give one ticket back',
        params: TicketParams,
        headers: KeyHeader,
        response: { 200: GivenOne, 202: GivenOne },
      },
      config: own,
    },
    async (request, reply) => {
      const { id } = accountOf(request);
      const { ticketId } = request.params;
      const given = await refunds.giveBack({
        ownerId: id,
        actorId: id,
        ticketIds: [ticketId],
        reason: null,
        key: keyOf(request),
      });
      if (!given.ok) return answer(privately(reply), given);
      return privately(reply)
        .code(statusOf(given.value))
        .send({ refund: refundView(given.value[0] as RefundRow) });
    },
  );

  app.get<{ Querystring: Static<typeof PageQuery> }>(
    '/me/refunds',
    {
      schema: { tags, summary: 'My refunds', querystring: PageQuery, response: { 200: RefundList } },
      config: { access: 'account' },
    },
    async (request, reply) =>
      privately(reply).send(await listMine(ledger.reads, accountOf(request).id, pageOf(request.query))),
  );
}

export function refundRoutes(app: FastifyInstance, deps: RefundRoutesDeps): void {
  fanRoutes(app, deps);
  operatorRoutes(app, deps);

  app.get<{ Params: Static<typeof EventParams>; Querystring: Static<typeof PageQuery> }>(
    '/events/:eventId/refunds',
    {
      schema: {
        tags,
        summary: 'Refunds of an event',
        params: EventParams,
        querystring: PageQuery,
        response: { 200: VendorList },
      },
      config: { access: 'vendor', owns: 'event' },
    },
    async (request, reply) => {
      const { id, role } = accountOf(request);
      const page = await listOfEvent(
        deps.ledger.reads,
        request.params.eventId,
        role === 'operator' ? null : id,
        pageOf(request.query),
      );
      return page ? privately(reply).send(page) : answer(reply, refuse('NOT_FOUND'));
    },
  );
}
