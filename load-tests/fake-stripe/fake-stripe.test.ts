/** The fake Stripe, asked by the official SDK. */
import Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { STRIPE_API_VERSION } from '../../server/payments/index.ts';
import { API_VERSION, type FakeStripe, startFakeStripe } from './index.ts';

let fake: FakeStripe;
beforeAll(async () => {
  fake = await startFakeStripe();
});
afterEach(() => fake.control.calm());
afterAll(() => fake.close());

function sdk(key = 'sk_test_fake', at = fake.url, timeout = 20_000): Stripe {
  const { hostname: host, port } = new URL(at);
  return new Stripe(key, { host, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false, timeout });
}
const params = { amount: 5000, currency: 'eur', capture_method: 'manual' } as const;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (err: Stripe.errors.StripeError) => ({ type: err.type, status: err.statusCode, code: err.code }),
  );
async function held(card = 'pm_card_visa', stripe = sdk()) {
  const { id } = await stripe.paymentIntents.create(params);
  return stripe.paymentIntents.confirm(id, { payment_method: card });
}

test('P80: an account per key; another account’s objects do not exist; no key, no answer', async () => {
  const { id } = await sdk('sk_test_one').paymentIntents.create(params);
  expect(await failure(sdk('sk_test_two').paymentIntents.retrieve(id))).toMatchObject({ status: 404 });
  const mine = await sdk('sk_test_one').accounts.retrieveCurrent();
  expect((await sdk('sk_test_two').accounts.retrieveCurrent()).id).not.toBe(mine.id);
  for (const key of ['sk_live_real', 'pk_test_fake', 'nonsense'])
    expect(await failure(sdk(key).balance.retrieve())).toMatchObject({ type: 'StripeAuthenticationError' });
});

test('P81: the version of the SDK and of this program; others and unknown parameters are refused', async () => {
  expect(API_VERSION).toBe(STRIPE_API_VERSION);
  expect(API_VERSION).toBe(Stripe.API_VERSION);
  expect(await failure(sdk().balance.retrieve({}, { apiVersion: '2020-08-27' }))).toMatchObject({
    status: 400,
  });
  const misspelt = { ...params, capture_methode: 'manual' };
  expect(await failure(sdk().paymentIntents.create(misspelt))).toMatchObject({ code: 'parameter_unknown' });
});

test('P82: intents: confirmed, captured in part, canceled, each in its states only', async () => {
  const intent = await held();
  expect(intent).toMatchObject({ status: 'requires_capture', amount_capturable: 5000, amount_received: 0 });
  const taken = await sdk().paymentIntents.capture(intent.id, { amount_to_capture: 3000 });
  expect(taken).toMatchObject({ status: 'succeeded', amount_received: 3000, amount_capturable: 0 });
  expect(await failure(sdk().paymentIntents.capture(intent.id))).toMatchObject({
    code: 'payment_intent_unexpected_state',
  });
  expect(await failure(sdk().paymentIntents.cancel(intent.id))).toMatchObject({ status: 400 });
  const other = await held();
  expect((await sdk().paymentIntents.cancel(other.id)).status).toBe('canceled');
  expect(
    await failure(sdk().paymentIntents.confirm(other.id, { payment_method: 'pm_card_visa' })),
  ).toMatchObject({
    code: 'payment_intent_unexpected_state',
  });
  await expect(held('pm_card_chargeDeclinedInsufficientFunds')).rejects.toMatchObject({
    type: 'StripeCardError',
    statusCode: 402,
    decline_code: 'insufficient_funds',
    payment_intent: { status: 'requires_payment_method' },
  });
  const old = await held();
  fake.control.advance(8 * 24 * 3_600_000);
  expect((await sdk().paymentIntents.retrieve(old.id)).status).toBe('canceled');
});

test('P83: keys: the first answer again, other parameters refused, errors remembered', async () => {
  const stripe = sdk();
  const [a, b] = [
    await stripe.paymentIntents.create(params, { idempotencyKey: 'k1' }),
    await stripe.paymentIntents.create(params, { idempotencyKey: 'k1' }),
  ];
  expect(b.id).toBe(a.id);
  expect(b.lastResponse.headers['idempotent-replayed']).toBe('true');
  await stripe.paymentIntents.cancel(a.id);
  expect((await stripe.paymentIntents.create(params, { idempotencyKey: 'k1' })).status).toBe(
    'requires_payment_method',
  );
  expect(
    await failure(stripe.paymentIntents.create({ ...params, amount: 1 }, { idempotencyKey: 'k1' })),
  ).toMatchObject({ type: 'StripeIdempotencyError', status: 400 });
  fake.control.fault({ op: 'payment_intents.create', answer: 500 });
  for (let i = 0; i < 2; i++)
    expect(await failure(stripe.paymentIntents.create(params, { idempotencyKey: 'k2' }))).toMatchObject({
      status: 500,
    });
  // A request that was wrong from the start leaves its key free.
  const bad = { ...params, currency: 'nope' };
  expect(await failure(stripe.paymentIntents.create(bad, { idempotencyKey: 'k3' }))).toMatchObject({
    status: 400,
  });
  expect((await stripe.paymentIntents.create(params, { idempotencyKey: 'k3' })).amount).toBe(5000);
  fake.control.fault({ op: 'payment_intents.create', answer: 'slow', ms: 300 });
  const [first, second] = await Promise.all([
    failure(stripe.paymentIntents.create(params, { idempotencyKey: 'k4' })),
    failure(stripe.paymentIntents.create(params, { idempotencyKey: 'k4' })),
  ]);
  expect([first, second].filter((answer) => answer?.status === 409)).toHaveLength(1);
});

test('P84: a bank’s step on its page: shown, approved or refused, and back', async () => {
  for (const [approve, status] of [
    ['true', 'requires_capture'],
    ['false', 'requires_payment_method'],
  ] as const) {
    const { id } = await sdk().paymentIntents.create(params);
    const intent = await sdk().paymentIntents.confirm(id, {
      payment_method: 'pm_card_authenticationRequired',
      return_url: 'https://tickets.example/back?a=1',
    });
    expect(intent.status).toBe('requires_action');
    const page = intent.next_action?.redirect_to_url?.url as string;
    expect(await (await fetch(page)).text()).toContain('Approve');
    expect((await fetch(page.replace(/secret=.*/, 'secret=guessed'))).status).toBe(404);
    const answer = await fetch(page, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ approve }),
    });
    expect(answer.headers.get('location')).toContain(`https://tickets.example/back?a=1&payment_intent=${id}`);
    expect((await sdk().paymentIntents.retrieve(id)).status).toBe(status);
  }
});

test('P85: refunds within what was taken; disputes by control, and no refund of what is disputed', async () => {
  const { id } = await held();
  expect(await failure(sdk().refunds.create({ payment_intent: id }))).toMatchObject({ status: 400 });
  await sdk().paymentIntents.capture(id);
  expect((await sdk().refunds.create({ payment_intent: id, amount: 4000 })).status).toBe('succeeded');
  expect(await failure(sdk().refunds.create({ payment_intent: id, amount: 1001 }))).toMatchObject({
    status: 400,
  });
  const dispute = fake.control.dispute({ intent: id });
  expect((await sdk().disputes.retrieve(dispute.id)).amount).toBe(1000);
  expect(await failure(sdk().refunds.create({ payment_intent: id }))).toMatchObject({
    code: 'charge_disputed',
  });
  fake.control.closeDispute(dispute.id, 'won');
  expect((await sdk().disputes.list({ payment_intent: id })).data[0]?.status).toBe('won');
  const charge = await held('pm_card_createDispute').then((i) => sdk().paymentIntents.capture(i.id));
  const [opened] = (await sdk().disputes.list({ payment_intent: charge.id })).data;
  expect((await sdk().disputes.close(opened!.id)).status).toBe('lost');
});

test('P86: errors, silence, cuts, delays and limits, before or after the effect', async () => {
  const stripe = sdk('sk_test_faults');
  for (const answer of [500, 429, 'hang', 'reset'] as const)
    for (const when of ['before', 'after'] as const) {
      const { id } = await stripe.paymentIntents.create(params);
      fake.control.fault({ op: 'payment_intents.cancel', answer, when, times: answer === 'reset' ? 2 : 1 });
      const options = { idempotencyKey: id, ...(answer === 'hang' ? { timeout: 500 } : {}) };
      const heard = await failure(stripe.paymentIntents.cancel(id, {}, options));
      // Over a cut connection the SDK asks once more, and under its key hears what it missed.
      expect(heard === null, `${answer} ${when}`).toBe(answer === 'reset' && when === 'after');
      const { status } = await stripe.paymentIntents.retrieve(id);
      expect(status === 'canceled', `${answer} ${when}`).toBe(when === 'after');
    }
  fake.control.fault({ op: 'balance.*', answer: 503, skip: 1 });
  expect(await failure(stripe.balance.retrieve())).toBeNull();
  expect(await failure(stripe.balance.retrieve())).toMatchObject({ status: 503 });
  fake.control.settings({ rateLimit: 2 });
  const many = await Promise.all(Array.from({ length: 12 }, () => failure(stripe.balance.retrieve())));
  expect(many.some((answer) => answer?.type === 'StripeRateLimitError')).toBe(true);
});

test('P90: pages, times, metadata, and what is left', async () => {
  const stripe = sdk('sk_test_lists');
  for (let i = 0; i < 5; i++) await stripe.paymentIntents.create({ ...params, metadata: { n: `${i}` } });
  const first = await stripe.paymentIntents.list({ limit: 2 });
  const second = await stripe.paymentIntents.list({ limit: 3, starting_after: first.data[1]!.id });
  expect([...first.data, ...second.data].map(({ metadata }) => metadata.n)).toEqual([
    '4',
    '3',
    '2',
    '1',
    '0',
  ]);
  expect([first.has_more, second.has_more]).toEqual([true, false]);
  expect((await stripe.paymentIntents.list({ created: { lt: 1000 } })).data).toEqual([]);
  const found = await stripe.paymentIntents.search({ query: "metadata['n']:'3'" });
  expect(found.data.map(({ metadata }) => metadata.n)).toEqual(['3']);
  const { id } = await held('pm_card_visa', stripe);
  await stripe.paymentIntents.capture(id);
  await stripe.refunds.create({ payment_intent: id, amount: 500 });
  expect((await stripe.balance.retrieve()).available).toMatchObject([{ amount: 4500, currency: 'eur' }]);
});
