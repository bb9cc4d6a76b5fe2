/**
 * Payment intents:
 *
 *   requires_payment_method ─confirm─▶ requires_action ─step─▶ requires_capture ─capture─▶ succeeded
 *        ▲      │                          │    │                    │
 *        └──────┴──── declined, refused ───┘    └───── cancel ───────┴──▶ canceled
 */
import { newId } from './books.ts';
import { authorised, declined, released, taken } from './charges.ts';
import { text } from './form.ts';
import {
  type Call,
  flag,
  hiddenOf,
  integer,
  made,
  metadataOf,
  need,
  needText,
  seconds,
  store,
  tell,
} from './house.ts';
import { attach, methodNamed, redeemToken, testCardOf } from './payment-methods.ts';
import { badParameter, missing, Refusal, unexpected } from './refusal.ts';
import type { Charge, Customer, Intent, IntentStatus, PaymentMethod } from './things.ts';

const AMOUNT_MIN = 50;
const AMOUNT_MAX = 99_999_999;

export const readIntent = (call: Call): Intent => need<Intent>(call, 'payment_intent', call.ids[0] as string);

function wrongState(intent: Intent, verb: string, fits: string): Refusal {
  const message = `This PaymentIntent could not be ${verb} because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be ${verb}: ${fits}.`;
  return unexpected('payment_intent_unexpected_state', message, { payment_intent: intent });
}

export function createIntent(call: Call): Intent {
  const { params, house } = call;
  const amount = integer(params, 'amount');
  if (amount === undefined) throw missing('amount');
  const currency = needText(params, 'currency').toLowerCase();
  if (!/^[a-z]{3}$/.test(currency)) throw badParameter('currency', `Invalid currency: ${currency}`);
  if (amount < AMOUNT_MIN)
    throw badParameter('amount', `Amount must be at least ${AMOUNT_MIN} ${currency}`, 'amount_too_small');
  if (amount > AMOUNT_MAX) throw badParameter('amount', 'Amount is too large.', 'amount_too_large');
  const capture = text(params.capture_method) ?? 'automatic_async';
  if (capture !== 'manual' && capture !== 'automatic' && capture !== 'automatic_async')
    throw badParameter('capture_method', 'Invalid capture_method.');
  const customer = text(params.customer) ?? null;
  if (customer !== null) need<Customer>(call, 'customer', customer, 'customer');
  const base = made(house, 'payment_intent', 'pi');
  const intent: Intent & Record<string, unknown> = {
    ...base,
    allowed_payment_method_types: null,
    amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: capture,
    client_secret: `${base.id}_secret_${newId('s').slice(2)}`,
    confirmation_method: 'automatic',
    currency,
    customer,
    customer_account: null,
    description: text(params.description) ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    managed_payments: null,
    metadata: metadataOf(params),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: text(params.setup_future_usage) ?? null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  };
  const method = text(params.payment_method);
  if (method !== undefined) {
    intent.payment_method = methodNamed(call, method, 'payment_method').id;
    intent.status = 'requires_confirmation';
  }
  store<Intent>(call, intent, 'payment_intent.created');
  return flag(params, 'confirm') ? confirm(call, intent) : intent;
}

const OPEN: readonly IntentStatus[] = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

export function updateIntent(call: Call): Intent {
  const intent = readIntent(call);
  const { params } = call;
  const customer = text(params.customer);
  if (customer !== undefined) need<Customer>(call, 'customer', customer, 'customer');
  const changesMoney = customer !== undefined || params.amount !== undefined || params.currency !== undefined;
  if (changesMoney && !OPEN.includes(intent.status)) throw wrongState(intent, 'updated', OPEN.join(', '));
  return store<Intent>(call, {
    ...intent,
    amount: integer(params, 'amount') ?? intent.amount,
    currency: text(params.currency)?.toLowerCase() ?? intent.currency,
    customer: customer ?? intent.customer,
    description: text(params.description) ?? intent.description,
    metadata: metadataOf(params, intent.metadata),
    setup_future_usage: text(params.setup_future_usage) ?? intent.setup_future_usage,
  });
}

/** The card this confirmation is about; what may not be used for this intent is refused. */
function methodOf(call: Call, intent: Intent): PaymentMethod {
  const { params } = call;
  const token = text(params.confirmation_token);
  const named = text(params.payment_method) ?? intent.payment_method ?? undefined;
  if (token === undefined && named === undefined)
    throw unexpected(
      'payment_intent_unexpected_state',
      'You cannot confirm this PaymentIntent because it’s missing a payment method.',
      { payment_intent: intent },
    );
  const method =
    token === undefined
      ? methodNamed(call, named as string, 'payment_method')
      : redeemToken(call, token, { payment_intent: intent.id }).method;
  if (method.customer !== null && method.customer !== intent.customer)
    throw badParameter(
      'payment_method',
      `The PaymentMethod ${method.id} belongs to a customer, and you must provide that customer to use it.`,
    );
  const { used, detached } = hiddenOf(call, method.id);
  if (method.customer === null && (used || detached))
    throw badParameter(
      'payment_method',
      'The provided PaymentMethod was previously used without being attached to a customer: it may not be used again.',
    );
  return method;
}

export const confirmIntent = (call: Call): Intent => confirm(call, readIntent(call));

function confirm(call: Call, before: Intent): Intent {
  if (before.status !== 'requires_payment_method' && before.status !== 'requires_confirmation')
    throw wrongState(before, 'confirmed', 'requires_payment_method, requires_confirmation');
  const expected = integer(call.params, 'amount_to_confirm');
  if (expected !== undefined && expected !== before.amount)
    throw badParameter('amount_to_confirm', 'The amount does not match the PaymentIntent.');
  const method = methodOf(call, before);
  const card = testCardOf(call, method.id);
  const intent: Intent = {
    ...before,
    payment_method: method.id,
    setup_future_usage: text(call.params.setup_future_usage) ?? before.setup_future_usage,
    last_payment_error: null,
  };
  if (card.declines) return refuseIntent(call, intent, method, card.declines);
  if (card.step) return askStep(call, intent);
  return authoriseIntent(call, intent, method);
}

function askStep(call: Call, intent: Intent): Intent {
  const url = `${call.house.baseUrl()}/_step/${intent.id}?secret=${intent.client_secret}`;
  const back = text(call.params.return_url);
  const next_action =
    back === undefined || flag(call.params, 'use_stripe_sdk')
      ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
      : { type: 'redirect_to_url', redirect_to_url: { url, return_url: back } };
  const hidden = { ...hiddenOf(call, intent.id), ...(back ? { returnUrl: back } : {}) };
  return store<Intent>(
    call,
    { ...intent, status: 'requires_action', next_action },
    'payment_intent.requires_action',
    hidden,
  );
}

export function refuseIntent(
  call: Call,
  intent: Intent,
  method: PaymentMethod,
  { code, decline }: { code: string; decline?: string },
  charge: Charge | null = declined(call, intent, method, code, decline),
): never {
  const error = {
    type: 'card_error' as const,
    code,
    ...(decline === undefined ? {} : { decline_code: decline }),
    message: 'Your card was declined.',
    payment_method: method,
    ...(charge ? { charge: charge.id } : {}),
  };
  const failed = store<Intent>(
    call,
    {
      ...intent,
      status: 'requires_payment_method',
      payment_method: null,
      latest_charge: charge?.id ?? intent.latest_charge,
      last_payment_error: error,
      next_action: null,
    },
    'payment_intent.payment_failed',
  );
  throw new Refusal(402, { ...error, payment_intent: failed });
}

function authoriseIntent(call: Call, intent: Intent, method: PaymentMethod): Intent {
  const manual = intent.capture_method === 'manual';
  store(call, method, undefined, { ...hiddenOf(call, method.id), used: true });
  if (intent.setup_future_usage !== null && intent.customer !== null) attach(call, method, intent.customer);
  const charge = authorised(call, intent, method);
  const held = store<Intent>(
    call,
    {
      ...intent,
      status: 'requires_capture',
      amount_capturable: intent.amount,
      latest_charge: charge.id,
      next_action: null,
    },
    manual ? 'payment_intent.amount_capturable_updated' : undefined,
  );
  return manual ? held : take(call, held, held.amount);
}

/** The step a bank asked for: taken on the fake's page, or by a control. @throws Refusal where none is owed */
export function takeStep(call: Call, approved: boolean): Intent {
  const intent = readIntent(call);
  if (intent.status !== 'requires_action')
    throw unexpected('payment_intent_unexpected_state', `No step is owed: it is ${intent.status}.`);
  const method = need<PaymentMethod>(call, 'payment_method', intent.payment_method as string);
  if (approved) return authoriseIntent(call, intent, method);
  try {
    refuseIntent(call, intent, method, { code: 'payment_intent_authentication_failure' }, null);
  } catch (err) {
    // The page that asks is told how the intent stands now; the refusal is the merchant's to read.
    if (!(err instanceof Refusal)) throw err;
  }
  return readIntent(call);
}

function take(call: Call, intent: Intent, amount: number): Intent {
  const charge = taken(call, need<Charge>(call, 'charge', intent.latest_charge as string), amount);
  const after = store<Intent>(
    call,
    { ...intent, status: 'succeeded', amount_capturable: 0, amount_received: amount },
    'payment_intent.succeeded',
  );
  tell(call, 'charge.captured', charge);
  return after;
}

export function captureIntent(call: Call): Intent {
  const intent = readIntent(call);
  if (intent.status !== 'requires_capture') throw wrongState(intent, 'captured', 'requires_capture');
  const amount = integer(call.params, 'amount_to_capture') ?? intent.amount_capturable;
  if (amount < 1 || amount > intent.amount_capturable)
    throw badParameter('amount_to_capture', `Only ${intent.amount_capturable} can be captured.`);
  const fails = hiddenOf(call, intent.id).captureFails;
  if (fails === 'declined')
    throw new Refusal(402, {
      type: 'card_error',
      code: 'card_declined',
      decline_code: 'generic_decline',
      message: 'The capture was declined.',
      charge: intent.latest_charge as string,
      payment_intent: intent,
    });
  if (fails === 'expired') {
    closeIntent(call, intent, 'automatic');
    throw unexpected(
      'charge_expired_for_capture',
      'The authorization has expired: it can no longer be captured.',
    );
  }
  return take(call, intent, amount);
}

export function closeIntent(call: Call, intent: Intent, reason: string): Intent {
  if (intent.status === 'requires_capture')
    released(call, need<Charge>(call, 'charge', intent.latest_charge as string));
  return store<Intent>(
    call,
    {
      ...intent,
      status: 'canceled',
      amount_capturable: 0,
      canceled_at: seconds(call.house),
      cancellation_reason: reason,
      next_action: null,
    },
    'payment_intent.canceled',
  );
}

export function cancelIntent(call: Call): Intent {
  const intent = readIntent(call);
  if (intent.status === 'canceled' || intent.status === 'succeeded' || intent.status === 'processing')
    throw wrongState(intent, 'canceled', `${OPEN.join(', ')}, requires_capture`);
  const reason = text(call.params.cancellation_reason) ?? null;
  const reasons = [null, 'duplicate', 'fraudulent', 'requested_by_customer', 'abandoned'];
  if (!reasons.includes(reason)) throw badParameter('cancellation_reason', 'Invalid cancellation_reason.');
  return closeIntent(call, intent, reason as string);
}

const AUTHORISED_SECONDS = 7 * 24 * 3600;

/** Authorisations last a week: what nobody captured is let go of. */
export function expireAuthorisations(call: Call): number {
  const old = call.house.books
    .all<Intent>(call.account, 'payment_intent')
    .filter((i) => i.status === 'requires_capture' && i.created + AUTHORISED_SECONDS <= seconds(call.house));
  for (const intent of old) closeIntent(call, intent, 'automatic');
  return old.length;
}
