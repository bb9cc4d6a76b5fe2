/** What money may and may not do on its way: nothing to pay, the wrong amount, too late to be of use, prepared first. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChargeOutcome, Provider, Providers } from '../payments/index.ts';
import { until } from '../stores/testing.ts';
import {
  altered,
  type Booking,
  CARDS,
  CASH,
  type CheckoutWorld,
  card,
  checkoutWorld,
  probes,
} from './testing.ts';

let w: CheckoutWorld;
const { pay, code, stands, charges } = probes(() => w);
beforeAll(async () => {
  w = await checkoutWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

const refundsOf = (b: Booking) =>
  w.sql<{ status: string; cause: string; amount: number; payment: string }>(
    `select r.status, r.cause, r.amount_cents as amount, p.status as payment
       from ticketing.refunds r join ticketing.payments p on p.id = r.payment_id where r.order_id = $1`,
    [b.orderId],
  );
/** Providers whose answers are made up, by the call they are made to. */
const answering = (answers: Partial<Record<keyof Provider, ChargeOutcome>>): Providers =>
  Object.entries(answers).reduce(
    (providers, [name, answer]) => altered(providers, name as keyof Provider, async () => answer),
    w.providers,
  );

test('O26: an order that costs nothing is completed, and no bank hears of it', async () => {
  const b = await w.book({ seed: { tiers: [{ priceCents: 0, quantity: 10 }] } });
  const paid = await pay(b, CARDS.declined);
  expect(paid).toMatchObject({ ok: true, value: { settled: true, body: { order: { status: 'paid' } } } });
  expect(await stands(b)).toMatchObject({ order: 'paid', hold: 'completed', payment: 'captured' });
  expect(await charges(b)).toEqual([]);
  const [row] = await w.sql('select provider, last4 from ticketing.payments where order_id = $1', [
    b.orderId,
  ]);
  expect(row).toEqual({ provider: 'free', last4: null });
});

test('O26: what was chosen for an order that costs nothing pays none that costs something by then', async () => {
  const b = await w.book();
  const free = await w.providers.get('free', null);
  if (!free.ok) throw new Error(free.error.code);
  // Its code was taken off again between the choice and the beginning.
  const checkout = w.another({
    choose: async () => ({
      ok: true,
      value: { provider: free.value, methodId: null, brands: null, ownAccount: false },
    }),
  });
  for (const method of [CASH, card(CARDS.good)])
    for (const amountCents of [undefined, 10_000])
      expect(
        code(
          await checkout.pay(
            b.userId,
            { orderId: b.orderId, method, ...(amountCents ? { amountCents } : {}) },
            null,
          ),
        ),
      ).toBe('AMOUNT_MISMATCH');
  expect(await stands(b)).toMatchObject({ order: 'pending', hold: 'active', payment: null });
});

test('O27: money that was taken and comes too late is written down with its refund, and the fan is told', async () => {
  const b = await w.book({ seed: { tiers: [{ quantity: 2 }] } });
  // The bank takes the money at once, unasked; meanwhile the sale is canceled.
  await w.sql(`update ticketing.drops set phase = 'canceled', ended_at = now() where id = $1`, [
    b.event.dropId,
  ]);
  await w.sql(`update ticketing.drops set phase = 'live', ended_at = null where id = $1`, [b.event.dropId]);
  const late = w.another({
    providers: altered(answering({ void: { state: 'captured', ref: 'taken' } }), 'authorise', async () => {
      await w.sql(`update ticketing.drops set phase = 'canceled', ended_at = now() where id = $1`, [
        b.event.dropId,
      ]);
      return { state: 'captured', ref: 'taken' };
    }),
  });
  const answer = await late.pay(b.userId, { orderId: b.orderId, method: card(CARDS.good) }, null);
  expect(code(answer)).toBe('PAYMENT_RETURNED');
  expect(await refundsOf(b)).toEqual([
    { status: 'sending', cause: 'late_payment', amount: 10_000, payment: 'stray' },
  ]);
  expect(await w.sql('select 1 from ticketing.tickets where order_id = $1', [b.orderId])).toEqual([]);
  // Whoever comes upon it again makes no second refund.
  await late.recover({ all: true });
  expect(await refundsOf(b)).toHaveLength(1);
});

test.each([
  ['amount', { amountCents: 9_999 }],
  ['currency', { currency: 'CHF' }],
])('O30: a page that showed another %s is refused before anything freezes', async (_what, shown) => {
  const b = await w.book();
  const wrong = await w.checkout.pay(
    b.userId,
    { orderId: b.orderId, method: card(CARDS.good), ...shown },
    null,
  );
  expect(code(wrong)).toBe('AMOUNT_MISMATCH');
  expect(await stands(b)).toEqual({ order: 'pending', hold: 'active', payment: null, cause: null });
  const right = { amountCents: 10_000, currency: 'EUR' };
  const paid = await w.checkout.pay(
    b.userId,
    { orderId: b.orderId, method: card(CARDS.good), ...right },
    null,
  );
  expect(code(paid)).toBe('OK');
});

test('O31: a charge for something else gets no tickets: it is given back, and counted', async () => {
  let mismatches = 0;
  const b = await w.book();
  const wrong = w.another({
    providers: answering({ authorise: { state: 'mismatched', reason: '1 EUR', ref: 'odd' } }),
    onMismatch: () => {
      mismatches++;
    },
  });
  const answer = await wrong.pay(b.userId, { orderId: b.orderId, method: card(CARDS.good) }, null);
  expect(code(answer)).toBe('PAYMENT_DECLINED');
  expect(mismatches).toBe(1);
  expect(await stands(b)).toEqual({
    order: 'pending',
    hold: 'active',
    payment: 'voided',
    cause: 'amount_mismatch',
  });
  expect(code(await pay(b, CARDS.good))).toBe('OK');
});

test('O27, O31: what such a charge had taken goes back as it was taken', async () => {
  const b = await w.book();
  const odd: ChargeOutcome = { state: 'mismatched', ref: 'odd', takenCents: 123 };
  const wrong = w.another({ providers: answering({ authorise: odd, void: odd }) });
  const answer = await wrong.pay(b.userId, { orderId: b.orderId, method: card(CARDS.good) }, null);
  expect(code(answer)).toBe('PAYMENT_RETURNED');
  expect(await refundsOf(b)).toEqual([
    { status: 'sending', cause: 'mismatch', amount: 123, payment: 'stray' },
  ]);
  // The hold is as alive as before: another try buys its tickets.
  expect(code(await pay(b, CARDS.good))).toBe('OK');
});

/** A bank that wants to hear of a charge first; `prepare` answers as told. */
function preparing(prepare: (ref: string) => Promise<ChargeOutcome>, heard: string[]): Providers {
  return {
    async get(name, methodId) {
      const found = await w.providers.get(name, methodId);
      if (!found.ok) return found;
      const real = found.value;
      return {
        ok: true,
        value: {
          ...real,
          prepare: (charge) => prepare(`ref-${charge.id}`),
          authorise: async (charge, instrument) => {
            const [row] = await w.sql<{ ref: string }>(
              'select provider_ref as ref from ticketing.payments where id = $1',
              [charge.id],
            );
            heard.push(`${charge.ref} ${row?.ref}`);
            return real.authorise(charge, instrument);
          },
        },
      };
    },
  };
}

test('O32: a charge is prepared and written down before any money is asked for', async () => {
  const heard: string[] = [];
  const b = await w.book();
  const prepared = w.another({ providers: preparing(async (ref) => ({ state: 'none', ref }), heard) });
  expect(code(await prepared.pay(b.userId, { orderId: b.orderId, method: card(CARDS.good) }, null))).toBe(
    'OK',
  );
  expect(heard).toHaveLength(1);
  expect(heard[0]).toMatch(/^ref-(\S+) ref-\1$/);
});

test('O32: where it cannot be prepared, nothing was asked for: the hold thaws at once', async () => {
  const heard: string[] = [];
  const b = await w.book();
  const down = w.another({
    providers: preparing(async () => {
      throw new Error('no answer');
    }, heard),
  });
  const answer = await down.pay(b.userId, { orderId: b.orderId, method: card(CARDS.good) }, 'same-key');
  expect(code(answer)).toBe('TEMPORARILY_UNAVAILABLE');
  expect(heard).toEqual([]);
  expect(await stands(b)).toMatchObject({ order: 'pending', hold: 'active', payment: 'voided' });
  const again = w.another({ providers: preparing(async (ref) => ({ state: 'none', ref }), heard) });
  expect(code(await again.pay(b.userId, { orderId: b.orderId, method: card(CARDS.good) }, 'same-key'))).toBe(
    'OK',
  );
});

test('O32: whoever asked first shuts out a process that was still preparing', async () => {
  const heard: string[] = [];
  const b = await w.book();
  let go: () => void = () => undefined;
  const wait = new Promise<void>((resolve) => {
    go = resolve;
  });
  const slow = w.another({
    answerMs: 20_000,
    providers: preparing(async (ref) => {
      await wait;
      return { state: 'none', ref };
    }, heard),
  });
  const paying = slow.pay(b.userId, { orderId: b.orderId, method: card(CARDS.good) }, null);
  await until('the payment has begun', async () => (await stands(b))?.payment === 'started');
  await w.recoverAll();
  expect(await stands(b)).toMatchObject({ order: 'pending', payment: 'voided' });
  go();
  expect(code(await paying)).not.toBe('OK');
  expect(heard).toEqual([]);
  expect(await charges(b)).toEqual([{ status: 'voided' }]);
});
