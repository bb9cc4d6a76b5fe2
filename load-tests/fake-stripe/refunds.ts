/** Money on its way back: never more than was taken; what fails is the merchant's again. */
import { TEST_CARDS } from './cards.ts';
import { text } from './form.ts';
import { type Call, hiddenOf, integer, made, metadataOf, need, store, tell } from './house.ts';
import { badParameter, missing, unexpected } from './refusal.ts';
import type { Charge, Intent, Refund } from './things.ts';

function chargeOf(call: Call): Charge {
  const named = text(call.params.charge);
  if (named !== undefined) return need<Charge>(call, 'charge', named, 'charge');
  const intent = text(call.params.payment_intent);
  if (intent === undefined) throw missing('payment_intent');
  const { latest_charge, id, status } = need<Intent>(call, 'payment_intent', intent, 'payment_intent');
  if (latest_charge === null || status !== 'succeeded')
    throw unexpected(
      'payment_intent_unexpected_state',
      `This PaymentIntent (${id}) does not have a successful charge to refund.`,
    );
  return need<Charge>(call, 'charge', latest_charge);
}

export function createRefund(call: Call): Refund {
  const charge = chargeOf(call);
  if (!charge.captured)
    throw unexpected('charge_not_captured', 'Nothing was taken that could be given back.');
  if (charge.disputed)
    throw unexpected('charge_disputed', `Charge ${charge.id} has been charged back; cannot issue a refund.`);
  const left = charge.amount_captured - charge.amount_refunded;
  if (left === 0)
    throw unexpected('charge_already_refunded', `Charge ${charge.id} has already been refunded.`);
  const amount = integer(call.params, 'amount') ?? left;
  if (amount < 1 || amount > left)
    throw badParameter(
      'amount',
      `Refund amount (${amount}) is greater than unrefunded amount on charge (${left}).`,
    );
  const { refunds } = TEST_CARDS[hiddenOf(call, charge.payment_method).card as string] ?? {};
  const refund: Refund & Record<string, unknown> = {
    ...made(call.house, 'refund', 're'),
    amount,
    balance_transaction: null,
    charge: charge.id,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: { type: 'card', card: { reference_status: 'pending', type: 'refund' } },
    metadata: metadataOf(call.params),
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: text(call.params.reason) ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: refunds === 'pending' ? 'pending' : 'succeeded',
    transfer_reversal: null,
  };
  book(call, charge, amount);
  store<Refund>(call, refund, 'refund.created');
  return refunds === 'fail' ? settle(call, refund, 'failed', 'expired_or_canceled_card') : refund;
}

function book(call: Call, charge: Charge, amount: number): void {
  const amount_refunded = charge.amount_refunded + amount;
  const after = { ...charge, amount_refunded, refunded: amount_refunded === charge.amount_captured };
  store<Charge>(call, after, amount > 0 ? 'charge.refunded' : undefined);
}

/** How a refund that was on its way ended; money that did not arrive is the charge's again. */
export function settle(call: Call, refund: Refund, status: Refund['status'], reason?: string): Refund {
  const lost = status === 'failed' || status === 'canceled';
  const wasLost = refund.status === 'failed' || refund.status === 'canceled';
  if (lost && !wasLost) book(call, need<Charge>(call, 'charge', refund.charge), -refund.amount);
  const after = store<Refund>(
    call,
    { ...refund, status, ...(reason === undefined ? {} : { failure_reason: reason }) },
    'refund.updated',
  );
  tell(call, 'charge.refund.updated', after);
  if (status === 'failed') tell(call, 'refund.failed', after);
  return after;
}

export function cancelRefund(call: Call): Refund {
  const refund = readRefund(call);
  if (refund.status !== 'requires_action')
    throw unexpected('refund_unexpected_state', `This refund is ${refund.status}.`);
  return settle(call, refund, 'canceled');
}

export const readRefund = (call: Call): Refund => need<Refund>(call, 'refund', call.ids[0] as string);
