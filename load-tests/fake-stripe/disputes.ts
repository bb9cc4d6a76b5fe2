/** Disputes: a card's owner asked the bank for the money back. Opened and decided by a control, or by a test card. */
import { type Call, made, need, seconds, store, tell } from './house.ts';
import { unexpected } from './refusal.ts';
import type { Charge, Dispute } from './things.ts';

const EVIDENCE_SECONDS = 7 * 24 * 3600;

export function openDispute(
  call: Call,
  charge: Charge,
  reason: string,
  amount = charge.amount_captured - charge.amount_refunded,
): Dispute {
  if (!charge.captured) throw unexpected('charge_not_captured', 'Nothing was taken that could be disputed.');
  if (charge.disputed) throw unexpected('charge_already_disputed', 'This charge is disputed already.');
  const dispute: Dispute & Record<string, unknown> = {
    ...made(call.house, 'dispute', 'dp'),
    amount,
    balance_transactions: [],
    charge: charge.id,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: {},
    evidence_details: {
      due_by: seconds(call.house) + EVIDENCE_SECONDS,
      has_evidence: false,
      past_due: false,
      submission_count: 0,
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    metadata: {},
    network_reason_code: '10.4',
    payment_intent: charge.payment_intent,
    reason,
    status: 'needs_response',
  };
  store<Charge>(call, { ...charge, disputed: true });
  store<Dispute>(call, dispute, 'charge.dispute.created');
  tell(call, 'charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

export function decideDispute(call: Call, outcome: 'won' | 'lost'): Dispute {
  const dispute = readDispute(call);
  if (dispute.status === 'won' || dispute.status === 'lost')
    throw unexpected('dispute_closed', `This dispute is ${dispute.status} already.`);
  const closed = store<Dispute>(call, { ...dispute, status: outcome }, 'charge.dispute.closed');
  if (outcome === 'won') tell(call, 'charge.dispute.funds_reinstated', closed);
  return closed;
}

/** As at Stripe: who closes a dispute without evidence has lost it. */
export const closeDispute = (call: Call): Dispute => decideDispute(call, 'lost');

export const readDispute = (call: Call): Dispute => need<Dispute>(call, 'dispute', call.ids[0] as string);
