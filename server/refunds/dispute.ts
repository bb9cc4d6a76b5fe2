/** Chargebacks as providers tell them (rules F50–F57): late, twice, in any order. */
import { statement } from '../stores/index.ts';
import type { RefundDeps } from './index.ts';
import { patiently } from './patiently.ts';
import { readRefund } from './view.ts';

const record = statement(
  'dispute_record',
  `select outcome, order_id as "orderId", drop_id as "dropId"
     from ticketing.record_dispute($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
);

export interface DisputeReport {
  provider: string;
  /** The provider's own name for the dispute, and for the charge it is about. */
  ref: string;
  paymentRef: string;
  /** Minor units. */
  amountCents: number;
  currency: string;
  reason: string | null;
  status: 'open' | 'won' | 'lost';
  /** When the bank opened it. */
  createdAt: Date;
}

export type DisputeOutcome = 'OPENED' | 'WON' | 'LOST' | 'SAME' | 'UNKNOWN';

const REASON_MAX = 200;

/** Resolves once it is recorded with all that follows from it. UNKNOWN: about a charge that nothing here made. */
export async function hearDispute(deps: RefundDeps, report: DisputeReport): Promise<DisputeOutcome> {
  const refundId = deps.ids.next();
  const { outcome, orderId, dropId } = await patiently<{
    outcome: DisputeOutcome;
    orderId: string | null;
    dropId: string | null;
  }>(deps, record, [
    deps.ids.next(),
    report.provider,
    report.ref,
    report.paymentRef,
    report.amountCents,
    report.currency,
    report.reason?.slice(0, REASON_MAX) ?? null,
    report.status,
    report.createdAt,
    refundId,
  ]);
  if (outcome === 'UNKNOWN')
    deps.log.error({ ref: report.ref, paymentRef: report.paymentRef }, 'dispute of a payment nobody knows');
  if (orderId && dropId && outcome !== 'SAME') {
    deps.log.warn({ orderId, ref: report.ref, outcome }, 'dispute recorded');
    const taken = await readRefund(deps.ledger.payments, refundId);
    if (taken) await deps.aftermath.decided([taken]);
    else await deps.aftermath.changed(orderId);
  }
  return outcome;
}
