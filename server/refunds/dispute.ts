/** Chargebacks as providers tell them (rules F50–F56): late, twice, in any order. */
import type { Charge, ProviderName } from '../payments/index.ts';
import { statement } from '../stores/index.ts';
import type { RefundDeps } from './index.ts';
import { patiently } from './patiently.ts';
import { readRefund } from './view.ts';

const record = statement(
  'dispute_record',
  `select outcome, order_id as "orderId", drop_id as "dropId"
     from ticketing.record_dispute($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
);

const charge = statement(
  'dispute_charge',
  `select id, provider, method_id as "methodId", amount_cents as "amountCents", currency, provider_ref as ref,
          order_id as "orderId" from ticketing.payments where provider = $1 and provider_ref = $2`,
);

type Charged = Charge & { provider: ProviderName; methodId: string | null };

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

/**
 * The dispute as its provider has it now. Whoever signs messages (a vendor, of an account of their own) must not be able to
 * end tickets by one. @throws when the provider knows of none, or does not answer: it is told again
 */
async function asBooked(deps: RefundDeps, report: DisputeReport): Promise<DisputeReport> {
  const charged = await deps.ledger.payments.one<Charged>(charge, [report.provider, report.paymentRef]);
  if (!charged) return report;
  const { provider: name, methodId, ...about } = charged;
  const provider = await deps.providers.get(name, methodId);
  if (!provider.ok) throw new Error(`dispute ${report.ref} is about ${name}, which is not configured`);
  if (!provider.value.disputes) return report;
  const booked = (await provider.value.disputes(about)).find(({ ref }) => ref === report.ref);
  if (!booked) throw new Error(`${name} knows no such dispute: ${report.ref}`);
  const { createdAtMs, ...now } = booked;
  return { ...report, ...now, createdAt: new Date(createdAtMs) };
}

/** Resolves once it is recorded with all that follows from it. UNKNOWN: about a charge that nothing here made. */
export async function hearDispute(deps: RefundDeps, told: DisputeReport): Promise<DisputeOutcome> {
  const report = await asBooked(deps, told);
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
