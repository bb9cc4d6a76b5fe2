/** What a card's bank did for an intent: authorised, declined, taken, let go of. */
import { TEST_CARDS } from './cards.ts';
import { openDispute } from './disputes.ts';
import { type Call, hiddenOf, made, need, store } from './house.ts';
import type { Charge, Intent, PaymentMethod } from './things.ts';

function chargeFor(call: Call, intent: Intent, method: PaymentMethod): Charge & Record<string, unknown> {
  return {
    ...made(call.house, 'charge', 'ch'),
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: 'HOLDFAST',
    captured: false,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    metadata: { ...intent.metadata },
    on_behalf_of: null,
    outcome: {
      network_status: 'approved_by_network',
      reason: null,
      risk_level: 'normal',
      type: 'authorized',
    },
    paid: true,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: {
      type: 'card',
      card: { ...method.card, amount_authorized: intent.amount, authorization_code: null },
    },
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'succeeded',
    transfer_data: null,
    transfer_group: null,
  };
}

export const authorised = (call: Call, intent: Intent, method: PaymentMethod): Charge =>
  store<Charge>(call, chargeFor(call, intent, method), 'charge.succeeded');

export function declined(
  call: Call,
  intent: Intent,
  method: PaymentMethod,
  code: string,
  decline: string | undefined,
): Charge {
  return store<Charge>(
    call,
    {
      ...chargeFor(call, intent, method),
      paid: false,
      status: 'failed',
      failure_code: code,
      failure_message: 'Your card was declined.',
      outcome: {
        network_status: 'declined_by_network',
        reason: decline ?? code,
        risk_level: 'normal',
        type: 'issuer_declined',
      },
    } as Charge,
    'charge.failed',
  );
}

export function taken(call: Call, charge: Charge, amount: number): Charge {
  const after = store<Charge>(call, { ...charge, captured: true, amount_captured: amount });
  const { dispute } = TEST_CARDS[hiddenOf(call, charge.payment_method).card as string] ?? {};
  if (dispute) openDispute(call, after, dispute);
  return after;
}

/** An authorisation nobody captured. Stripe's books then say refunded, though no money had moved. */
export const released = (call: Call, charge: Charge): Charge =>
  store<Charge>(call, { ...charge, refunded: true, amount_refunded: charge.amount });

export const retrieveCharge = (call: Call): Charge => need<Charge>(call, 'charge', call.ids[0] as string);
