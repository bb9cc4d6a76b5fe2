/** Cards, whoever keeps them (customers), and what hands them over (confirmation tokens, setup intents). */
import { createHash } from 'node:crypto';
import { newId } from './books.ts';
import { NUMBERS, TEST_CARDS, type TestCard } from './cards.ts';
import { record, text } from './form.ts';
import { type Call, hiddenOf, made, metadataOf, need, needText, seconds, store } from './house.ts';
import { badParameter, missing, noSuch, Refusal, unexpected } from './refusal.ts';
import type { Card, ConfirmationToken, Customer, PaymentMethod, SetupIntent } from './things.ts';

const TOKEN_SECONDS = 12 * 3600;

function cardShape(card: TestCard, name: string, wallet: string | null): Card {
  return {
    brand: card.brand,
    display_brand: card.brand === 'amex' ? 'american_express' : card.brand,
    last4: card.last4,
    exp_month: 12,
    exp_year: 2034,
    country: 'US',
    funding: card.funding ?? 'credit',
    fingerprint: createHash('sha256').update(name).digest('base64url').slice(0, 16),
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    networks: { available: [card.brand], preferred: null },
    three_d_secure_usage: { supported: true },
    wallet: wallet === null ? null : { type: wallet, dynamic_last4: null },
    generated_from: null,
    regulated_status: 'unregulated',
  };
}

/** Every use of a test card's name makes a payment method of its own, as at Stripe. */
function makeMethod(call: Call, name: string, wallet: string | null = null): PaymentMethod {
  const card = TEST_CARDS[name];
  if (!card) throw noSuch('PaymentMethod', name, 'payment_method', 400);
  const method: PaymentMethod = {
    ...made(call.house, 'payment_method', 'pm'),
    type: 'card',
    card: cardShape(card, name, wallet),
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    customer: null,
    customer_account: null,
    allow_redisplay: 'unspecified',
    metadata: metadataOf(call.params),
  };
  return store(call, method, undefined, { card: name });
}

export const testCardOf = (call: Call, methodId: string): TestCard =>
  TEST_CARDS[hiddenOf(call, methodId).card as string] ?? { brand: 'visa', last4: '4242' };

/** A payment method by its id, or freshly made by a test card's name. */
export function methodNamed(call: Call, id: string, param?: string): PaymentMethod {
  if (id in TEST_CARDS) return makeMethod(call, id);
  return need<PaymentMethod>(call, 'payment_method', id, param);
}

export function createMethod(call: Call): PaymentMethod {
  if (needText(call.params, 'type') !== 'card') throw badParameter('type', 'Only cards are sold here.');
  const { number, token, wallet } = record(call.params.card);
  const name = NUMBERS[(text(number) ?? '').replaceAll(' ', '')] ?? text(token)?.replace(/^tok_/, 'pm_card_');
  if (name === undefined)
    throw new Refusal(
      402,
      {
        type: 'card_error',
        code: 'incorrect_number',
        message: 'Your card number is incorrect.',
        param: 'number',
      },
      false,
    );
  return makeMethod(call, name, text(wallet) ?? null);
}

export const retrieveMethod = (call: Call): PaymentMethod => methodNamed(call, call.ids[0] as string);

export function attach(call: Call, method: PaymentMethod, customer: string): PaymentMethod {
  need<Customer>(call, 'customer', customer, 'customer');
  if (method.customer === customer) return method;
  if (method.customer !== null)
    throw unexpected(
      'resource_already_exists',
      'The payment method you provided has already been attached to a customer.',
    );
  if (hiddenOf(call, method.id).detached)
    throw unexpected(
      'payment_method_unexpected_state',
      'This PaymentMethod was detached and may not be used again.',
    );
  return store(call, { ...method, customer }, 'payment_method.attached');
}

export const attachMethod = (call: Call): PaymentMethod =>
  attach(call, methodNamed(call, call.ids[0] as string), needText(call.params, 'customer'));

export function detachMethod(call: Call): PaymentMethod {
  const method = need<PaymentMethod>(call, 'payment_method', call.ids[0] as string);
  if (method.customer === null)
    throw unexpected(
      'payment_method_unexpected_state',
      'The payment method you provided is not attached to a customer.',
    );
  const hidden = { ...hiddenOf(call, method.id), detached: true };
  return store(call, { ...method, customer: null }, 'payment_method.detached', hidden);
}

export function methodsOf(call: Call): PaymentMethod[] {
  const customer = call.ids[0] ?? needText(call.query, 'customer');
  return call.house.books
    .all<PaymentMethod>(call.account, 'payment_method')
    .filter((method) => method.customer === customer);
}

export function createCustomer(call: Call): Customer {
  const customer = {
    ...made(call.house, 'customer', 'cus'),
    address: null,
    balance: 0,
    currency: null,
    default_source: null,
    delinquent: false,
    description: text(call.params.description) ?? null,
    discount: null,
    email: text(call.params.email) ?? null,
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    metadata: metadataOf(call.params),
    name: text(call.params.name) ?? null,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  } satisfies Customer & Record<string, unknown>;
  return store<Customer>(call, customer, 'customer.created');
}

export const retrieveCustomer = (call: Call): Customer =>
  need<Customer>(call, 'customer', call.ids[0] as string);

/** What a payment form hands to its server (`/v1/test_helpers/confirmation_tokens`, as at Stripe). */
export function createToken(call: Call): ConfirmationToken {
  const named = text(call.params.payment_method);
  const data = record(call.params.payment_method_data);
  const number = text(record(data.card).number);
  const name = named ?? (number === undefined ? undefined : NUMBERS[number.replaceAll(' ', '')]);
  if (name === undefined) throw missing('payment_method');
  const method = methodNamed(call, name, 'payment_method');
  const { id: _id, object: _object, created: _created, metadata: _metadata, ...preview } = method;
  const token: ConfirmationToken = {
    ...made(call.house, 'confirmation_token', 'ctoken'),
    expires_at: seconds(call.house) + TOKEN_SECONDS,
    payment_intent: null,
    setup_intent: null,
    payment_method_preview: preview,
    return_url: text(call.params.return_url) ?? null,
    setup_future_usage: text(call.params.setup_future_usage) ?? null,
    use_stripe_sdk: true,
  };
  return store(call, token, undefined, { method: method.id });
}

export const retrieveToken = (call: Call): ConfirmationToken =>
  need<ConfirmationToken>(call, 'confirmation_token', call.ids[0] as string);

/** The card behind a token, which is used up by it: one confirmation each. */
export function redeemToken(call: Call, id: string, by: { payment_intent?: string; setup_intent?: string }) {
  const token = need<ConfirmationToken>(call, 'confirmation_token', id, 'confirmation_token');
  if (token.payment_intent !== null || token.setup_intent !== null || token.expires_at <= seconds(call.house))
    throw badParameter(
      'confirmation_token',
      `The provided confirmation token was already used or has expired: '${id}'.`,
      'resource_missing',
    );
  store(call, { ...token, ...by });
  return { token, method: need<PaymentMethod>(call, 'payment_method', hiddenOf(call, id).method as string) };
}

export function createSetup(call: Call): SetupIntent {
  const customer = text(call.params.customer) ?? null;
  if (customer !== null) need<Customer>(call, 'customer', customer, 'customer');
  const base = made(call.house, 'setup_intent', 'seti');
  const setup = {
    ...base,
    application: null,
    automatic_payment_methods: null,
    cancellation_reason: null,
    client_secret: `${base.id}_secret_${newId('s').slice(2)}`,
    customer,
    description: null,
    last_setup_error: null,
    latest_attempt: null,
    mandate: null,
    metadata: metadataOf(call.params),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method' as const,
    usage: text(call.params.usage) ?? 'off_session',
  };
  return store<SetupIntent>(call, setup, 'setup_intent.created');
}

export const retrieveSetup = (call: Call): SetupIntent =>
  need<SetupIntent>(call, 'setup_intent', call.ids[0] as string);

/** What Stripe.js does on the page: gives the card to the setup intent, and so to its customer. */
export function confirmSetup(call: Call): SetupIntent {
  const setup = retrieveSetup(call);
  if (setup.status !== 'requires_payment_method')
    throw unexpected('setup_intent_unexpected_state', `This SetupIntent is ${setup.status}.`);
  const token = text(call.params.confirmation_token);
  const method =
    token === undefined
      ? methodNamed(call, needText(call.params, 'payment_method'), 'payment_method')
      : redeemToken(call, token, { setup_intent: setup.id }).method;
  const { declines } = testCardOf(call, method.id);
  if (declines) {
    const error = { type: 'card_error' as const, code: declines.code, decline_code: declines.decline };
    const body = { ...error, message: 'Your card was declined.', payment_method: method };
    const failed = store(call, { ...setup, last_setup_error: body }, 'setup_intent.setup_failed');
    throw new Refusal(402, { ...body, setup_intent: failed });
  }
  if (setup.customer !== null) attach(call, method, setup.customer);
  return store(call, { ...setup, status: 'succeeded', payment_method: method.id }, 'setup_intent.succeeded');
}
