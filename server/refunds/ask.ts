/** Giving tickets back: what it would bring, and doing it (rules F1–F17, F42). The ledger's functions decide. */
import { createHash } from 'node:crypto';
import { ok, type RefundQuote, type Result, refuse } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import type { RefundDeps } from './index.ts';
import { patiently } from './patiently.ts';
import { type RefundRow, readRefund, readRequest, refundView } from './view.ts';

const quoteOne = statement(
  'refund_quote',
  `select q.why, q.amount_cents as "amountCents", q.fee_cents as "feeCents", q.currency, q.until,
          q.needs_approval as "needsApproval", q.refund_id as "refundId",
          coalesce((select i.unit_points from ticketing.tickets k
                      join loyalty.redemption_items i on i.order_item_id = k.order_item_id where k.id = q.ticket_id), 0)::bigint as points
     from ticketing.quote_refunds(array[$2::uuid], false) q where q.owner_id = $1`,
);
const give = statement(
  'refund_tickets',
  `select outcome, request_id as "requestId", ticket_id as "ticketId", why, refund_id as "refundId"
     from ticketing.refund_tickets($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);

interface QuoteRow {
  why: string | null;
  amountCents: number;
  feeCents: number;
  currency: string;
  until: Date | null;
  needsApproval: boolean;
  refundId: string | null;
  points: number;
}

interface Given {
  outcome: 'DONE' | 'SEEN' | 'KEY_REUSED' | 'NOT_FOUND' | 'REFUSED';
  requestId: string | null;
  ticketId: string | null;
  why: string | null;
  refundId: string | null;
}

/** What giving this ticket back would bring now. Another's ticket: NOT_FOUND. */
export async function quote(db: Db, userId: string, ticketId: string): Promise<Result<RefundQuote>> {
  const row = await db.one<QuoteRow>(quoteOne, [userId, ticketId]);
  if (!row) return refuse('NOT_FOUND');
  const { why, amountCents, feeCents, currency, needsApproval } = row;
  const refund = row.refundId ? await readRefund(db, row.refundId) : undefined;
  return ok({
    ticketId,
    possible: why === null,
    why,
    amountCents,
    feeCents,
    points: row.points,
    currency,
    until: row.until?.toISOString() ?? null,
    needsApproval,
    refund: refund ? refundView(refund) : null,
  });
}

/** Refusals of the ledger by their reasons, with the ticket that is in the way. */
export function refusalOf({ why, ticketId, refundId }: Pick<Given, 'why' | 'ticketId' | 'refundId'>) {
  const details = { ...(ticketId ? { ticketId } : {}), ...(refundId ? { refundId } : {}) };
  if (why === 'refunded') return refuse('ALREADY_REFUNDED', details);
  if (why === 'pending') return refuse('REFUND_PENDING', details);
  return refuse('REFUND_REFUSED', { why, ...details });
}

export interface GiveBack {
  /** Whose tickets they must be; null: an operator's refund, outside the terms, of anybody's. */
  ownerId: string | null;
  actorId: string;
  ticketIds: readonly string[];
  reason: string | null;
  /** The request's Idempotency-Key. */
  key: string | null;
}

/**
 * One refund per order, all of them or none. Resolves with them as they now stand: `requested` where an operator has the
 * word. Refuses NOT_FOUND, ALREADY_REFUNDED, REFUND_PENDING, REFUND_REFUSED (details.why), IDEMPOTENCY_KEY_REUSED.
 */
export async function giveBack(deps: RefundDeps, wanted: GiveBack): Promise<Result<RefundRow[]>> {
  const { ledger, ids } = deps;
  const tickets = [...new Set(wanted.ticketIds.map((id) => id.toLowerCase()))].sort();
  const hash = createHash('sha256')
    .update(JSON.stringify(['refund', wanted.ownerId === null, tickets]))
    .digest();
  const given = await patiently<Given>(deps, give, [
    wanted.ownerId,
    tickets,
    tickets.map(() => ids.next()),
    ids.next(),
    wanted.actorId,
    wanted.ownerId === null ? 'operator' : 'fan',
    wanted.reason,
    wanted.key,
    hash,
  ]);
  switch (given.outcome) {
    case 'NOT_FOUND':
      return refuse('NOT_FOUND');
    case 'KEY_REUSED':
      return refuse('IDEMPOTENCY_KEY_REUSED');
    case 'REFUSED':
      return refusalOf(given);
    default: {
      const refunds = await readRequest(ledger.payments, given.requestId as string);
      if (given.outcome === 'DONE') await deps.aftermath.decided(refunds);
      return ok(refunds);
    }
  }
}
