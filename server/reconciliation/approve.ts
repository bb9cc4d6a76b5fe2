/**
 * What an operator's approval does. It is written down before (decide.ts), and everything here carries the finding's id:
 * carried out again after a crash, it has happened once.
 */
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import type { AccountName, Accounts } from './accounts.ts';
import type { FindingRow } from './findings.ts';
import { isEnded } from './judge.ts';
import { KINDS, type OnApproval } from './kinds.ts';
import { chargeOf, type Looked } from './look.ts';
import { returnStray } from './mend.ts';

const giveBack = statement(
  'reconcile_give_back',
  'select outcome from reconciliation.give_back($1, $2, $3, $4, $5, $6)',
);
const recordRefund = statement(
  'reconcile_record_refund',
  'select outcome from reconciliation.record_refund($1, $2, $3, $4, $5)',
);
const giveTicketsBack = statement(
  'reconcile_give_tickets_back',
  `select outcome, why from ticketing.refund_tickets(null, $1, array[$2::uuid], $2, $3, 'duplicate', $4, null, null)`,
);
const made = statement('reconcile_refund_made', 'select 1 from ticketing.refunds where id = $1');
const liveTickets = statement(
  'reconcile_live_tickets',
  `select array_agg(id order by id) as ids from ticketing.tickets where order_id = $1 and status in ('issued', 'transferred', 'redeemed')`,
);

const DONE = ok(undefined);
const notPossible = (why: string): Result<never> => refuse('REFUND_REFUSED', { why });

interface Call {
  db: Db;
  accounts: Accounts;
  finding: FindingRow;
  looked: Looked;
}

async function giveMoneyBack({ db, finding, looked }: Call, cause: string): Promise<Result<void>> {
  const p = looked.item?.payment;
  if (!p) return notPossible('no_payment');
  const cents = finding.amountCents ?? 0;
  const values = [finding.id, p.id, cents, cause, finding.decidedBy, finding.reason];
  const done = await db.one<{ outcome: string }>(giveBack, values);
  return done?.outcome === 'GIVEN' || done?.outcome === 'DONE' ? DONE : notPossible('not_paid');
}

/** The later of two payments: its tickets and its money, or what a provider took beside a payment. */
async function giveOrderBack(call: Call): Promise<Result<void>> {
  const { db, finding, looked } = call;
  if (finding.chargeRef !== null && finding.subject.startsWith('charge:')) return refundCharge(call);
  if (await db.one(made, [finding.id])) return DONE;
  const { item } = looked;
  if (item?.payment && isEnded(item.payment))
    return (await returnStray(db, looked, finding.id, 'duplicate')) ? DONE : notPossible('not_now');
  const tickets = await db.one<{ ids: string[] | null }>(liveTickets, [item?.orderId]);
  if (!tickets?.ids) return giveMoneyBack(call, 'duplicate');
  const done = await db.one<{ outcome: string; why: string | null }>(giveTicketsBack, [
    tickets.ids,
    finding.id,
    finding.decidedBy,
    finding.reason,
  ]);
  return done?.outcome === 'DONE' ? DONE : notPossible(done?.why ?? 'not_found');
}

async function refundCharge({ accounts, finding, looked }: Call): Promise<Result<void>> {
  const booked = looked.books?.booked;
  const name = { provider: finding.provider as AccountName['provider'], methodId: finding.methodId };
  const provider = await accounts.provider(name);
  if (!booked || !provider.refund) return notPossible('not_offered');
  const { state, reason } = await provider.refund({
    id: finding.id,
    amountCents: finding.amountCents ?? 0,
    charge: {
      id: finding.paymentId ?? booked.paymentId ?? finding.id,
      orderId: finding.orderId ?? finding.id,
      amountCents: booked.capturedCents,
      currency: booked.currency,
      ref: booked.ref,
    },
  });
  if (state === 'failed') return notPossible(reason ?? 'failed');
  if (state === 'succeeded' || state === 'pending') return DONE;
  return refuse('REFUND_PENDING');
}

async function capture({ accounts, looked: { item } }: Call): Promise<Result<void>> {
  const p = item?.payment;
  if (!item || p?.status !== 'captured') return notPossible('not_paid');
  const provider = await accounts.provider(accounts.of(p));
  const { state } = await provider.capture(chargeOf(item, p));
  return state === 'captured' ? DONE : refuse('CAPTURE_FAILED', { state });
}

async function sendRefund({ accounts, finding, looked: { item } }: Call): Promise<Result<void>> {
  const p = item?.payment;
  const refund = p?.refunds.find((r) => r.id === finding.refundId);
  if (!item || !p || !refund) return notPossible('no_refund');
  const provider = await accounts.provider(accounts.of(p));
  if (!provider.refund) return notPossible('not_offered');
  const { state, reason } = await provider.refund({
    id: refund.key,
    amountCents: refund.amountCents,
    charge: chargeOf(item, p),
  });
  if (state === 'failed') return notPossible(reason ?? 'failed');
  return state === 'succeeded' || state === 'pending' ? DONE : refuse('REFUND_PENDING');
}

async function record({ db, finding, looked }: Call): Promise<Result<void>> {
  const p = looked.item?.payment;
  const values = [finding.id, p?.id ?? null, finding.amountCents, finding.decidedBy, finding.reason];
  const done = await db.one<{ outcome: string }>(recordRefund, values);
  return done?.outcome === 'RECORDED' || done?.outcome === 'DONE' ? DONE : notPossible('not_paid');
}

const ACTIONS: Record<OnApproval, (call: Call) => Promise<Result<void>>> = {
  settle: async () => DONE,
  give_back: (call) => giveMoneyBack(call, 'operator'),
  give_back_order: giveOrderBack,
  refund_charge: refundCharge,
  capture,
  send_refund: sendRefund,
  record_refund: record,
};

/** REFUND_PENDING: the provider has not said; it is asked again. Any other refusal: it cannot be done. */
export const carryOut = (call: Call): Promise<Result<void>> =>
  ACTIONS[KINDS[call.finding.kind].onApproval](call);
