/** Payments while the card provider is away: paused before anything freezes, and taken up again by themselves. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Breakers,
  type BreakerTimes,
  createBreakers,
  createReady,
  createServices,
  guardProvider,
  paymentsBy,
  type Services,
} from '../breakers/index.ts';
import { call, type HttpWorld, httpWorld, signedIn } from '../http/testing.ts';
import type { Charge, Provider, Providers } from '../payments/index.ts';
import { until } from '../stores/testing.ts';
import { type Checkout, routes } from './index.ts';
import { type Booking, CARDS, CASH, type CheckoutWorld, card, checkoutWorld, probes } from './testing.ts';

let w: CheckoutWorld;
const { code, stands, charges, counters } = probes(() => w);
beforeAll(async () => {
  w = await checkoutWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

/** The bank's line: while it is cut every call fails, without effect. */
let cut = false;
let breakers: Breakers;
let services: Services;
let checkout: Checkout;

/** A checkout whose cards go through a breaker of milliseconds, as compose.ts wires it. */
function openTill(times: BreakerTimes): void {
  cut = false;
  const { clock, log } = w.world;
  breakers = createBreakers({
    clock,
    log,
    times,
    random: () => 0,
  });
  const onTheLine = (provider: Provider): Provider => {
    const down = () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    return {
      ...provider,
      authorise: (c, i) => (cut ? down() : provider.authorise(c, i)),
      capture: (c) => (cut ? down() : provider.capture(c)),
      void: (c) => (cut ? down() : provider.void(c)),
      lookup: (c) => (cut ? down() : provider.lookup(c)),
    };
  };
  const bank = async (): Promise<Provider> => {
    const found = await w.providers.get('test', null);
    if (!found.ok) throw new Error('no test provider');
    return onTheLine(found.value);
  };
  const nobody: Charge = {
    id: w.world.ids.next(),
    amountCents: 0,
    currency: 'EUR',
    ref: null,
    orderId: w.world.ids.next(),
  };
  const breaker = breakers.of({
    name: paymentsBy('test'),
    label: 'our test bank',
    timeoutMs: 1_000,
    probe: async () => (await bank()).lookup(nobody),
  });
  services = createServices({
    [paymentsBy('test')]: {
      parts: [breaker],
      words: { unavailable: 'Card payments are paused', degraded: 'Card payments may take longer' },
    },
  });
  const providers: Providers = {
    get: async (name, methodId) =>
      name === 'test'
        ? { ok: true, value: guardProvider(await bank(), breaker) }
        : w.providers.get(name, methodId),
  };
  checkout = w.another({ providers, ready: createReady(services, clock) });
}
beforeEach(() => openTill({ backoffMs: 5, retries: 4, cooldownMs: 300 }));
afterEach(() => breakers.stop());

const pay = (b: Booking, method = card(CARDS.good)) =>
  checkout.pay(b.userId, { orderId: b.orderId, method }, null);
const state = () => services.state(paymentsBy('test'));

/** Somebody's payment fails, and so do the four retries after it. */
async function outage(): Promise<Booking> {
  const unlucky = await w.book();
  cut = true;
  const answer = await pay(unlucky);
  expect(answer).toMatchObject({
    ok: true,
    value: { settled: false, body: { order: { status: 'paying' } } },
  });
  await until('unavailable', () => state() === 'unavailable');
  return unlucky;
}

describe('while the card provider is away', () => {
  test('O28, B28: a card is refused PAYMENTS_PAUSED, with why and how long, and nothing has frozen', async () => {
    await outage();
    const b = await w.book();
    const refused = await pay(b);
    expect(refused).toMatchObject({
      ok: false,
      error: {
        code: 'PAYMENTS_PAUSED',
        details: {
          reason: 'Card payments are paused: our test bank cannot be reached.',
          retryAfterMs: expect.any(Number),
        },
      },
    });
    const wait = refused.ok ? 0 : (refused.error.details?.retryAfterMs as number);
    expect(wait).toBeGreaterThanOrEqual(1_000);
    expect(await stands(b)).toEqual({ order: 'pending', hold: 'active', payment: null, cause: null });
    expect(await charges(b)).toEqual([]);
  });

  test('O28: cash on arrival, orders that cost nothing, holds and bookings go on', async () => {
    await outage();
    const cash = await w.book();
    expect(code(await pay(cash, CASH))).toBe('OK');
    expect(await stands(cash)).toMatchObject({ order: 'committed', payment: 'authorized' });
    const gift = await w.book({ seed: { tiers: [{ priceCents: 0 }] } });
    expect(code(await pay(gift))).toBe('OK');
    expect(await stands(gift)).toMatchObject({ order: 'paid', payment: 'captured' });
    const event = await w.event();
    const fan = await w.world.createUser();
    const holdId = await w.hold(event, fan.id, 1);
    expect(code(await checkout.book(fan.id, { holdId }, null))).toBe('OK');
  });

  test('O28: a payment under way answers as it stands, and never that nothing was charged', async () => {
    const unlucky = await outage();
    expect(await pay(unlucky)).toMatchObject({
      ok: true,
      value: { settled: false, body: { order: { status: 'paying' } } },
    });
    const stranger = await w.world.createUser();
    const order = { orderId: unlucky.orderId, method: card(CARDS.good) };
    expect(code(await checkout.pay(stranger.id, order, null))).toBe('NOT_FOUND');
  });

  test('O28, B28: degraded, calls go through, and one that succeeds ends it', async () => {
    breakers.stop();
    // Its retries are far off, so that the fan's own call is what ends it.
    openTill({ backoffMs: 3_600_000, retries: 4, cooldownMs: 300 });
    const b = await w.book();
    const other = await w.book();
    cut = true;
    await pay(b);
    expect(state()).toBe('degraded');
    cut = false;
    expect(code(await pay(other))).toBe('OK');
    expect(state()).toBe('available');
    await w.recoverAll(checkout);
  });

  test('O28, O29: when it is back, the probe opens the way, the open payment is found and the kept hold is paid', async () => {
    const unlucky = await outage();
    const kept = await w.book();
    expect(code(await pay(kept))).toBe('PAYMENTS_PAUSED');
    cut = false;
    await until('available', () => state() === 'available');
    expect(code(await pay(kept))).toBe('OK');
    await w.recoverAll(checkout);
    // The bank had never heard of it: given back, and paid on the second try.
    expect(await stands(unlucky)).toMatchObject({ order: 'pending', hold: 'active', payment: 'voided' });
    expect(code(await pay(unlucky))).toBe('OK');
    for (const b of [kept, unlucky]) {
      expect(await stands(b)).toMatchObject({ order: 'paid', payment: 'captured' });
      expect(await counters(b)).toEqual({ r: 0, i: 2 });
    }
  });
});

test('B28: over HTTP it is 503 with Retry-After, and the message says that the tickets stay held', async () => {
  const http: HttpWorld = await httpWorld(w.world, {
    slices: [(app) => routes(app, { ledger: w.world.ledger, checkout })],
  });
  const fan = await signedIn(w.world, http.accounts);
  await outage();
  const b = await w.book({ userId: fan.user.id });
  const answer = await call(http.app, 'POST', '/payment', {
    body: { orderId: b.orderId, method: card(CARDS.good) },
    headers: fan.headers,
  });
  expect(answer).toMatchObject({
    status: 503,
    body: { error: { code: 'PAYMENTS_PAUSED', message: expect.stringContaining('stay held') } },
  });
  expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  await http.app.close();
});
