/** What Stripe's objects mean to this program: pure (rules P62, P65). */
import type Stripe from 'stripe';
import type {
  BookedCharge,
  BookedDispute,
  Charge,
  ChargeOutcome,
  ChargeState,
  RefundOutcome,
} from '../provider.ts';

/** Where our ids stand in Stripe's objects. */
export const PAYMENT_ID = 'payment_id';
export const ORDER_ID = 'order_id';
export const REFUND_ID = 'refund_id';

const STATES: Readonly<Record<string, ChargeState>> = {
  // Without an error nobody has confirmed it yet; with one its card was declined (below).
  requires_payment_method: 'none',
  requires_confirmation: 'requires_action',
  requires_action: 'requires_action',
  processing: 'pending',
  requires_capture: 'authorized',
  succeeded: 'captured',
  canceled: 'voided',
};

type IntentFacts = Pick<
  Stripe.PaymentIntent,
  'id' | 'status' | 'amount' | 'amount_received' | 'currency' | 'metadata' | 'last_payment_error'
>;

const declineOf = (intent: IntentFacts): string | undefined => {
  const error = intent.last_payment_error;
  return error ? (error.decline_code ?? error.code ?? 'declined') : undefined;
};

export function stateOf(intent: IntentFacts): ChargeState {
  const declined = intent.status === 'requires_payment_method' && intent.last_payment_error;
  // A state of Stripe's that is newer than this program is neither a yes nor a no.
  return declined ? 'declined' : (STATES[intent.status] ?? 'unknown');
}

/** Why this intent is not the charge's; null: it is. */
function mismatch(charge: Charge, intent: IntentFacts): string | null {
  if (intent.metadata[PAYMENT_ID] !== charge.id) return 'other_payment';
  if (intent.currency.toUpperCase() !== charge.currency) return 'other_currency';
  if (intent.amount !== charge.amountCents) return 'other_amount';
  return intent.status === 'succeeded' && intent.amount_received !== charge.amountCents
    ? 'other_amount_taken'
    : null;
}

export function outcomeOf(charge: Charge, intent: IntentFacts): ChargeOutcome {
  const ref = intent.id;
  const reason = declineOf(intent);
  // What is canceled took nothing and never will, whatever it was for.
  if (intent.status === 'canceled') return { state: 'voided', ref, ...(reason ? { reason } : {}) };
  const other = mismatch(charge, intent);
  if (other) {
    const taken = intent.amount_received;
    return { state: 'mismatched', ref, reason: other, ...(taken > 0 ? { takenCents: taken } : {}) };
  }
  return { state: stateOf(intent), ref, ...(reason ? { reason } : {}) };
}

export function bookedOf(intent: Stripe.PaymentIntent): BookedCharge {
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  return {
    ref: intent.id,
    paymentId: intent.metadata[PAYMENT_ID] ?? null,
    amountCents: intent.amount,
    capturedCents: intent.amount_received,
    // An authorisation that was let go of stands in Stripe's books as refunded, though nothing had been taken.
    refundedCents: charge?.captured ? charge.amount_refunded : 0,
    currency: intent.currency.toUpperCase(),
    state: stateOf(intent),
    ...(charge?.disputed ? { disputed: true } : {}),
    createdAtMs: intent.created * 1000,
  };
}

/** `prevented`: its bank gave the fan the money back before it came to a dispute, and nobody is asked any more. */
export function disputeStatusOf(status: string): BookedDispute['status'] {
  if (status === 'won') return 'won';
  return status === 'lost' || status === 'prevented' ? 'lost' : 'open';
}

/** Null: a bank's inquiry, which takes no money. */
export function disputeOf(dispute: Stripe.Dispute): BookedDispute | null {
  const { id, amount, currency, reason, status, created } = dispute;
  if (status.startsWith('warning_')) return null;
  return {
    ref: id,
    amountCents: amount,
    currency: currency.toUpperCase(),
    reason,
    status: disputeStatusOf(status),
    createdAtMs: created * 1000,
  };
}

const REFUND_STATES: Readonly<Record<string, RefundOutcome['state']>> = {
  succeeded: 'succeeded',
  pending: 'pending',
  requires_action: 'pending',
  failed: 'failed',
  canceled: 'failed',
};

export function refundOutcomeOf(refund: Stripe.Refund): RefundOutcome {
  const state = REFUND_STATES[refund.status ?? 'pending'] ?? 'unknown';
  const reason = state === 'failed' ? (refund.failure_reason ?? refund.status ?? 'failed') : undefined;
  return { state, ref: refund.id, amountCents: refund.amount, ...(reason ? { reason } : {}) };
}
