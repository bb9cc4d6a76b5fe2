/** The composed program over a fake Stripe with several accounts: whose trouble is whose, and what is counted. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startFakeStripe } from '../load-tests/fake-stripe/index.ts';
import { compose, type House } from '../server/compose.ts';
import { createHttp } from '../server/http/index.ts';
import { connectStripe } from '../server/payments/index.ts';
import { accountOf, credentials, granted, manageOver, vaultOf } from '../server/payments/methods/testing.ts';
import { generateVaultKey } from '../server/payments/vault/index.ts';
import { type MadeEvent, type TestWorld, testWorld, until } from '../server/stores/testing.ts';

const INSTALLED = 'sk_test_installation';
let world: TestWorld;
let house: House;
let fake: Awaited<ReturnType<typeof startFakeStripe>>;
const registry = new Registry();
const vaultKey = generateVaultKey();

beforeAll(async () => {
  [world, fake] = await Promise.all([testWorld(), startFakeStripe()]);
  const config = world.config({
    STRIPE_SECRET_KEY: INSTALLED,
    STRIPE_PUBLISHABLE_KEY: 'pk_test_installation',
    STRIPE_API_BASE: fake.url,
    HOLDFAST_VAULT_KEYS: vaultKey,
    HOLDFAST_BREAKER_BACKOFF_MS: '10',
    HOLDFAST_BREAKER_RETRIES: '2',
    HOLDFAST_BREAKER_COOLDOWN_MS: '1500',
  });
  const notify = { toUser: () => undefined, toVendor: () => undefined };
  house = compose({ ...world, config, notify, registry });
});
afterEach(() => fake.control.calm());
afterAll(async () => {
  await house.checkout.idle();
  await house.stop();
  await fake.close();
  await world.close();
});

/** An event with a way to pay through an account of its vendor's own. */
async function vendorEvent(name: string): Promise<{ event: MadeEvent; key: string }> {
  const vendor = await accountOf(world);
  const event = await world.createEvent({ vendorId: vendor.id });
  const keys = credentials(name);
  const manage = manageOver(world, vaultOf(vaultKey));
  granted(await manage.add(vendor, event.eventId, { provider: 'stripe', credentials: keys }));
  return { event, key: keys.secretKey };
}

async function book(event: MadeEvent) {
  const userId = (await world.createUser()).id;
  const items = [{ tierId: event.tierIds[0] as string, quantity: 1 }];
  const { order } = granted(await house.checkout.book(userId, { eventId: event.eventId, items }, null));
  return { userId, orderId: order.id };
}
type Booked = Awaited<ReturnType<typeof book>>;
const payFor = ({ userId, orderId }: Booked, paymentMethodId = 'pm_card_visa') =>
  house.checkout.pay(userId, { orderId, method: { provider: 'stripe', paymentMethodId } }, null);
/** `OK`, or the code of the refusal. */
async function buy(event: MadeEvent): Promise<string> {
  const paid = await payFor(await book(event));
  return paid.ok ? 'OK' : paid.error.code;
}
const asked = () => Object.values(fake.control.calls()).reduce((sum, n) => sum + n, 0);

/** Pays in vain until nobody is asked any more. */
async function pausedFor(event: MadeEvent): Promise<string> {
  const booked = await book(event);
  let code = '';
  await until('nobody is asked', async () => {
    const before = asked();
    const paid = await payFor(booked);
    code = paid.ok ? 'OK' : paid.error.code;
    return asked() === before;
  });
  return code;
}

test('P29, P93, B30: one vendor’s account fails: theirs alone is paused, before anything freezes, and fans are told', async () => {
  const [a, b] = [await vendorEvent('alice'), await vendorEvent('bob')];
  const common = await world.createEvent();
  expect([await buy(a.event), await buy(b.event), await buy(common)]).toEqual(['OK', 'OK', 'OK']);
  expect(house.services.state('pay')).toBe('available');

  fake.control.fault({ op: '*', answer: 503, times: 10_000, account: a.key });
  const unlucky = await book(a.event);
  expect(await payFor(unlucky)).toMatchObject({ ok: false, error: { code: 'TEMPORARILY_UNAVAILABLE' } });
  // What is only read here asks nobody, and so shows nobody to be back.
  expect(await payFor(unlucky, 'nonsense')).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } });
  expect(house.services.note('pay')).toMatchObject({
    state: 'degraded',
    reason: 'Card payments may take longer: an organiser’s own card provider answers with errors.',
  });
  expect(await pausedFor(a.event)).toBe('TEMPORARILY_UNAVAILABLE');
  expect([await buy(b.event), await buy(common)]).toEqual(['OK', 'OK']);
  expect(house.services.state('payments:stripe')).toBe('available');
  expect(house.services.state('pay')).toBe('degraded');
  const payments = await world.ledger.reads.raw.query(
    'select 1 from ticketing.payments where order_id = $1',
    [unlucky.orderId],
  );
  expect(payments.rows).toEqual([]);

  fake.control.calm();
  await until('its account is back', () => house.services.state('pay') === 'available');
  const paid = await payFor(unlucky);
  expect(paid.ok && paid.value.settled).toBe(true);
});

test('P29, B28: the installation’s account fails: its events are paused, a vendor’s own are not', async () => {
  const { event } = await vendorEvent('carol');
  const common = await world.createEvent();
  fake.control.fault({ op: '*', answer: 503, times: 10_000, account: INSTALLED });
  expect(await pausedFor(common)).toBe('PAYMENTS_PAUSED');
  expect(house.services.state('payments:stripe')).toBe('unavailable');
  expect(await buy(event)).toBe('OK');
  fake.control.calm();
  await until('it is back', () => house.services.state('payments:stripe') === 'available');
  expect(await buy(common)).toBe('OK');
});

test('P92: without keys of the installation’s own, a vendor’s account opens the pages to Stripe’s form', async () => {
  await vendorEvent('dora');
  const config = world.config({ STRIPE_API_BASE: fake.url, HOLDFAST_VAULT_KEYS: vaultKey });
  const notify = { toUser: () => undefined, toVendor: () => undefined };
  const bare = compose({ ...world, config, notify });
  const staticDir = join(world.dir, 'pages');
  mkdirSync(staticDir);
  writeFileSync(join(staticDir, 'index.html'), '<!doctype html><title>x</title>');
  const { accounts, cardForms } = bare;
  const app = await createHttp({
    ...world,
    config,
    accounts,
    slices: [],
    status: () => ({}),
    staticDir,
    cardForms,
  });
  const policy = async () =>
    String(
      (await app.inject({ url: '/', headers: { host: 'x.example' } })).headers['content-security-policy'],
    );
  expect(await policy()).toContain('https://js.stripe.com');
  expect(await house.cardForms()).toBe(true);
  await app.close();
  await bare.stop();
});

test('O31: a charge that became one over another amount is counted where operators look', async () => {
  const count = async () =>
    Number(/holdfast_payment_mismatches_total (\d+)/.exec(await registry.metrics())?.[1]);
  expect(await count()).toBe(0);
  const booked = await book(await world.createEvent());
  expect(await payFor(booked, 'pm_card_authenticationRequired')).toMatchObject({
    ok: true,
    value: { settled: false },
  });
  const intent = fake.control.books(INSTALLED).intents.find((i) => i.metadata.order_id === booked.orderId)!;
  const stripe = connectStripe({ secretKey: INSTALLED, apiBase: fake.url });
  await stripe.paymentIntents.update(intent.id, { amount: intent.amount + 1 });
  fake.control.step(intent.id, true);
  expect(await house.checkout.confirm(booked.userId, booked.orderId, true)).toMatchObject({
    ok: false,
    error: { code: 'PAYMENT_DECLINED' },
  });
  expect(await count()).toBe(1);
  expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('canceled');
});
