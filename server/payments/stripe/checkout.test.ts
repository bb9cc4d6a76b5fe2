/** Whole checkouts through Stripe, on the fake: whatever happens to calls, money and tickets agree in the end. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Checkout } from '../../checkout/index.ts';
import { type Booking, type CheckoutWorld, checkoutWorld, probes } from '../../checkout/testing.ts';
import { createProviders } from '../index.ts';
import { type StripeWorld, stripeWorld } from './testing.ts';

let world: CheckoutWorld;
let stripe: StripeWorld;
let checkout: Checkout;
const { stands, code, counters } = probes(() => world);
beforeAll(async () => {
  world = await checkoutWorld();
  stripe = await stripeWorld(world.world.log);
  const db = world.world.ledger.payments;
  const { clock } = world.world;
  const providers = createProviders({ db, clock, testCards: false, stripe: stripe.provider() });
  // As patient as production: which answers come in time is not what these tests are about.
  checkout = world.another({ providers, answerMs: 20_000, waitMs: 30_000 });
});
afterEach(() => stripe.fake.control.calm());
afterAll(async () => {
  await checkout.idle();
  await world.close();
  await stripe.close();
});

const pay = (b: Booking, paymentMethodId = 'pm_card_visa', by = checkout) =>
  by.pay(b.userId, { orderId: b.orderId, method: { provider: 'stripe', paymentMethodId } }, null);
const intentsOf = (b: Booking) =>
  stripe.fake.control.books().intents.filter(({ metadata }) => metadata.order_id === b.orderId);
const takenFor = (b: Booking) => intentsOf(b).reduce((sum, { amount_received }) => sum + amount_received, 0);
const recover = () => world.recoverAll(checkout);

async function settled(): Promise<void> {
  expect(await world.broken()).toEqual([]);
}

test('P75: paid: authorised, tickets, captured once; the same again changes nothing', async () => {
  const b = await world.book();
  const paid = await pay(b);
  expect(paid).toMatchObject({ ok: true, value: { settled: true, body: { order: { status: 'paid' } } } });
  await pay(b);
  expect(intentsOf(b)).toMatchObject([{ status: 'succeeded' }]);
  expect(paid.ok && takenFor(b) === paid.value.body.order.totalCents).toBe(true);
  expect(await stands(b)).toMatchObject({ order: 'paid', hold: 'completed', payment: 'captured' });
  await settled();
});

test('P75: declined: the hold lives, and another card pays', async () => {
  const b = await world.book();
  expect(code(await pay(b, 'pm_card_chargeDeclined'))).toBe('PAYMENT_DECLINED');
  expect(await stands(b)).toMatchObject({ order: 'pending', hold: 'active', payment: 'declined' });
  expect(code(await pay(b))).toBe('OK');
  expect(intentsOf(b).map(({ status }) => status)).toEqual(['requires_payment_method', 'succeeded']);
  await settled();
});

test('P75: the bank’s step approved, and refused', async () => {
  for (const approve of [true, false]) {
    const b = await world.book();
    const asked = await pay(b, 'pm_card_authenticationRequired');
    expect(asked).toMatchObject({
      ok: true,
      value: { settled: false, body: { nextAction: { type: 'stripe' } } },
    });
    stripe.fake.control.step(intentsOf(b)[0]!.id, approve);
    const after = await checkout.confirm(b.userId, b.orderId, true);
    expect(code(after)).toBe(approve ? 'OK' : 'PAYMENT_DECLINED');
    expect(takenFor(b) > 0).toBe(approve);
  }
  await settled();
});

test('P75: a capture that fails cancels order and tickets, and lets go of the money', async () => {
  const b = await world.book();
  await pay(b, 'pm_card_authenticationRequired');
  const [intent] = intentsOf(b);
  stripe.fake.control.step(intent!.id, true);
  stripe.fake.control.captureFails(intent!.id, 'declined');
  expect(code(await checkout.confirm(b.userId, b.orderId, true))).toBe('CAPTURE_FAILED');
  expect(intentsOf(b)).toMatchObject([{ status: 'canceled', amount_received: 0 }]);
  expect(await counters(b)).toEqual({ r: 0, i: 0 });
  await settled();
});

test('P75: twenty submits at once are one charge and one answer', async () => {
  const b = await world.book();
  const answers = await Promise.all(Array.from({ length: 20 }, () => pay(b)));
  expect(new Set(answers.map(code))).toEqual(new Set(['OK']));
  expect(intentsOf(b)).toHaveLength(1);
  expect(
    stripe.fake.control.books().charges.filter((c) => c.payment_intent === intentsOf(b)[0]!.id),
  ).toHaveLength(1);
  await settled();
});

const OPS = ['create', 'confirm', 'capture'] as const;
const FAULTS = [{ answer: 500 }, { answer: 429 }, { answer: 'reset', times: 2 }] as const;

test.each(
  OPS.flatMap((op) =>
    FAULTS.flatMap((fault) =>
      (['before', 'after'] as const).map((when) => [op, fault.answer, when, fault] as const),
    ),
  ),
)('P76: %s answered %s %s its effect: recovered to what happened', async (op, _answer, when, fault) => {
  const b = await world.book();
  stripe.fake.control.fault({ op: `payment_intents.${op}`, when, ...fault });
  await pay(b);
  await recover();
  const after = await stands(b);
  // Before the card was asked nothing was taken, and the fan may pay again; from then on it is paid.
  // Over a cut connection the SDK asks once more, and under its key hears what it missed.
  const unharmed = fault.answer === 'reset' && when === 'after';
  if (!unharmed && (op === 'create' || (op === 'confirm' && when === 'before'))) {
    expect(after).toMatchObject({ order: 'pending', hold: 'active', payment: 'voided' });
    expect(takenFor(b)).toBe(0);
    expect(code(await pay(b))).toBe('OK');
  }
  expect(await stands(b)).toMatchObject({ order: 'paid', hold: 'completed', payment: 'captured' });
  expect(intentsOf(b).filter(({ status }) => status === 'succeeded')).toHaveLength(1);
  await settled();
});

test('P76: an answer that never came: unknown, and found by another process', async () => {
  const b = await world.book();
  const db = world.world.ledger.payments;
  const { clock } = world.world;
  const providers = createProviders({
    db,
    clock,
    testCards: false,
    stripe: stripe.provider({ timeoutMs: 1_000 }),
  });
  stripe.fake.control.fault({ op: 'payment_intents.confirm', answer: 'hang', when: 'after' });
  const hasty = world.another({ providers, answerMs: 500 });
  expect(await pay(b, 'pm_card_visa', hasty)).toMatchObject({ ok: true, value: { settled: false } });
  await hasty.idle();
  await recover();
  expect(await stands(b)).toMatchObject({ order: 'paid', payment: 'captured' });
  expect(intentsOf(b)).toHaveLength(1);
  await settled();
});
