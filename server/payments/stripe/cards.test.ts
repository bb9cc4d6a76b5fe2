/** Kept cards: whose they are, who sees them, who may pay with them. */
import Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '../../stores/testing.ts';
import { createInstallationStripe, type InstallationStripe } from './index.ts';
import { KEYS, type StripeWorld, stripeWorld } from './testing.ts';

let world: TestWorld;
let stripe: StripeWorld;
let house: InstallationStripe;
let page: Stripe;
beforeAll(async () => {
  world = await testWorld();
  stripe = await stripeWorld(world.log);
  const { log, ids, ledger } = world;
  house = createInstallationStripe({ ...KEYS, apiBase: stripe.fake.url, db: ledger.payments, ids, log });
  const { hostname: host, port } = new URL(stripe.fake.url);
  page = new Stripe(KEYS.secretKey, { host, port, protocol: 'http', telemetry: false });
});
afterEach(() => stripe.fake.control.calm());
afterAll(async () => {
  await stripe.close();
  await world.close();
});

const fan = async () => (await world.createUser()).id;
/** What Stripe's form does with the client secret. */
async function keep(userId: string, card = 'pm_card_visa'): Promise<string> {
  const begun = await house.cards.add(userId);
  if (!begun.ok) throw new Error(begun.error.code);
  const id = begun.value.clientSecret.split('_secret_')[0] as string;
  return (await page.setupIntents.confirm(id, { payment_method: card })).payment_method as string;
}
const mine = async (userId: string) => {
  const listed = await house.cards.mine(userId);
  return listed.ok ? listed.value.map(({ id }) => id) : listed.error.code;
};

test('P72: a fan becomes a customer once, known to Stripe by our id alone', async () => {
  const userId = await fan();
  expect(await mine(userId)).toEqual([]);
  await Promise.all([keep(userId), keep(userId, 'pm_card_mastercard')]);
  const customers = stripe.fake.control
    .books()
    .customers.filter(({ metadata }) => metadata.user_id === userId);
  expect(customers).toMatchObject([{ email: null, name: null, metadata: { user_id: userId } }]);
  const { rows } = await world.ledger.reads.raw.query('select * from payments.customers where user_id = $1', [
    userId,
  ]);
  expect(rows).toMatchObject([{ customer_ref: customers[0]!.id }]);
  expect(await mine(userId)).toHaveLength(2);
});

test('P73: cards are seen and forgotten by their own fan only', async () => {
  const [a, b] = [await fan(), await fan()];
  const card = await keep(a, 'pm_card_mastercard');
  await keep(b);
  expect(await house.cards.mine(a)).toEqual({
    ok: true,
    value: [{ id: card, brand: 'mastercard', last4: '4444', expMonth: 12, expYear: 2034 }],
  });
  expect(await house.cards.remove(b, card)).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  expect(await mine(a)).toEqual([card]);
  expect(await house.cards.remove(a, card)).toMatchObject({ ok: true });
  expect(await house.cards.remove(a, card)).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  expect(await mine(a)).toEqual([]);
  stripe.fake.control.fault({ op: 'customers.payment_methods', answer: 500 });
  expect(await mine(b)).toBe('TEMPORARILY_UNAVAILABLE');
});

async function pays(userId: string, paymentMethodId: string, saveCard = false) {
  const read = await house.provider.instrument({ provider: 'stripe', paymentMethodId, saveCard }, userId);
  if (!read.ok) return read;
  const charge = stripe.charge();
  const { ref } = await house.provider.prepare!(charge);
  return house.provider.authorise({ ...charge, ref: ref as string }, read.value);
}

test('P67: a kept card pays for its own fan, and is refused to another as if it did not exist', async () => {
  const [a, b] = [await fan(), await fan()];
  const card = await keep(a);
  expect(await pays(a, card)).toMatchObject({ state: 'authorized' });
  expect(await pays(a, card)).toMatchObject({ state: 'authorized' });
  const nobodys = await pays(b, 'pm_doesnotexist');
  expect(await pays(b, card)).toEqual(nobodys);
  await keep(b);
  expect(await pays(b, card)).toEqual(nobodys);
  expect(nobodys).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } });
});

test('P78: whoever pays another’s order has no kept cards, nor may keep one', async () => {
  const userId = await fan();
  const card = await keep(userId);
  const method = { provider: 'stripe' as const, paymentMethodId: card };
  const nobodys = await house.provider.instrument({ ...method, paymentMethodId: 'pm_doesnotexist' }, null);
  expect(nobodys).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } });
  expect(await house.provider.instrument(method, null)).toEqual(nobodys);
  expect(await house.provider.instrument(method, userId)).toMatchObject({ ok: true });
  const kept = { ...method, paymentMethodId: 'pm_card_visa', saveCard: true };
  expect(await house.provider.instrument(kept, null)).toMatchObject({
    ok: false,
    error: { details: { field: 'method.saveCard' } },
  });
});

test('P72: a card may be kept while paying with it', async () => {
  const userId = await fan();
  expect(await pays(userId, 'pm_card_amex', true)).toMatchObject({ state: 'authorized' });
  expect(await house.cards.mine(userId)).toMatchObject({ ok: true, value: [{ brand: 'amex' }] });
});
