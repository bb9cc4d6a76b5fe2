/**
 * Random interleavings of holding, booking, paying, killing, expiring, releasing, pausing and reopening, several at a
 * time, with seats and without; afterwards everything is healed and every invariant must hold, in ledger, bank and gate.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChargeOutcome } from '../payments/index.ts';
import type { HoldItem } from '../protocol/index.ts';
import { hallMap, type MadeSeatEvent, seatEvent } from '../seating/testing.ts';
import type { Checkout } from './index.ts';
import { altered, CARDS, CASH, type CheckoutWorld, card, checkoutWorld } from './testing.ts';
import { seatProblems } from './testing-seats.ts';

let w: CheckoutWorld;
/** A submit does not wait long for one that was killed. */
let checkout: Checkout;
beforeAll(async () => {
  w = await checkoutWorld();
  checkout = w.another({ waitMs: 60 });
});
afterAll(() => w.close());

class Killed extends Error {}

/** A process that dies at its n-th ledger call, before or after it took effect. */
function mortal(n: number, after: boolean): Checkout {
  let calls = 0;
  const pool = w.world.ledger.payments;
  const dying = async <T>(work: () => Promise<T>): Promise<T> => {
    calls++;
    if (calls > n || (calls === n && !after)) throw new Killed();
    const value = await work();
    if (calls === n) throw new Killed();
    return value;
  };
  const payments = {
    ...pool,
    all: (s, v) => dying(() => pool.all(s, v)),
    one: (s, v) => dying(() => pool.one(s, v)),
  } as typeof pool;
  return w.another({ waitMs: 60, ledger: { ...w.world.ledger, payments } });
}

const FANS = 3;
const SEATS = 6;
const fan = fc.nat(FANS - 1);
const method = fc.constantFrom(
  card(CARDS.good),
  card(CARDS.declined),
  card(CARDS.step),
  card(CARDS.captureFails),
  CASH,
);
const operation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('hold' as const),
      fan,
      quantity: fc.integer({ min: 1, max: 3 }),
      seats: fc.subarray([0, 1, 2, 3, 4, 5], { maxLength: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('pay' as const), fan, method }) },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('payAndDie' as const),
      fan,
      method,
      at: fc.integer({ min: 1, max: 12 }),
      after: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('confirm' as const), fan, approve: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('release' as const), fan }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('lapse' as const), fan }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('cap' as const), fan }) },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constantFrom('sweep' as const, 'recover' as const, 'settle' as const, 'reopen' as const),
    }),
  },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** Seats of the first tier, units of the second, or both. */
function wish(event: MadeSeatEvent, quantity: number, seats: readonly number[]): HoldItem[] {
  const [seated = '', standing = ''] = event.tierIds;
  const seatIds = seats.map((seat) => event.seatIds[seat] as string);
  const units = { tierId: standing, quantity };
  if (seatIds.length === 0) return [units];
  return quantity === 3
    ? [
        { tierId: seated, seatIds },
        { ...units, quantity: 1 },
      ]
    : [{ tierId: seated, seatIds }];
}

async function act(event: MadeSeatEvent, users: string[], o: Operation): Promise<void> {
  const userId = 'fan' in o ? (users[o.fan] as string) : '';
  const orders = () =>
    w.sql<{ id: string; hold_id: string }>(
      'select id, hold_id from ticketing.orders where drop_id = $1 and user_id = $2 order by id desc limit 1',
      [event.dropId, userId],
    );
  switch (o.op) {
    case 'hold': {
      const held = await w.holds.place(userId, {
        dropId: event.dropId,
        requestId: w.world.ids.next(),
        items: wish(event, o.quantity, o.seats),
      });
      if (held.ok) await w.checkout.book(userId, { holdId: held.value.id }, null);
      return;
    }
    case 'pay':
    case 'payAndDie': {
      const [order] = await orders();
      if (!order) return;
      const by = o.op === 'pay' ? checkout : mortal(o.at, o.after);
      await by.pay(userId, { orderId: order.id, method: o.method }, null).catch((err: unknown) => {
        if (!(err instanceof Killed)) throw err;
      });
      return;
    }
    case 'confirm': {
      const [order] = await orders();
      if (order) await checkout.confirm(userId, order.id, o.approve);
      return;
    }
    case 'release':
      for (const { hold_id } of await orders()) await w.holds.release(userId, hold_id);
      return;
    case 'lapse':
      await w.sql(
        `with h as (update ticketing.holds set expires_at = now() - interval '1 ms'
                     where drop_id = $1 and user_id = $2 and status in ('active', 'paying') returning id, expires_at)
         update ticketing.ticket_holds i set expires_at = h.expires_at from h where i.hold_id = h.id`,
        [event.dropId, userId],
      );
      return;
    case 'cap':
      await w.sql(
        `update ticketing.holds set paying_until = now() where drop_id = $1 and user_id = $2 and status = 'paying'`,
        [event.dropId, userId],
      );
      return;
    case 'sweep':
      await w.holds.sweep();
      return;
    case 'recover':
      await checkout.recover({ all: true });
      return;
    case 'settle':
      await w.holds.settle(event.dropId);
      return;
    case 'reopen':
      await w.holds.gate.reopen(event.dropId, 'test');
  }
}

/** What must be true once everything has come to rest. */
async function atRest(event: MadeSeatEvent): Promise<string[]> {
  await w.sql(`update ticketing.holds set paying_until = now() where drop_id = $1 and status = 'paying'`, [
    event.dropId,
  ]);
  await w.recoverAll(checkout);
  await w.holds.sweep();
  await w.holds.settle(event.dropId);
  const problems = await w.broken();
  const money = await w.sql(
    `select o.id, o.status, p.status as payment, c.status as charge
       from ticketing.orders o join ticketing.payments p on p.order_id = o.id join payments.test_charges c on c.id = p.id
      where o.drop_id = $1 and ((c.status = 'captured') <> (p.status = 'captured' and o.status = 'paid')
             or c.status in ('authorized', 'pending', 'requires_action'))`,
    [event.dropId],
  );
  problems.push(...money.map((row) => `the bank's books differ: ${JSON.stringify(row)}`));
  const open = await w.sql(`select status from ticketing.orders where drop_id = $1 and status = 'paying'`, [
    event.dropId,
  ]);
  problems.push(...open.map(() => 'an order is still paying'));
  problems.push(...(await seatProblems(w, event)), ...(await gateProblems(event)));
  return problems;
}

async function gateProblems(event: MadeSeatEvent): Promise<string[]> {
  const problems: string[] = [];
  const tiers = await w.sql<{ id: string; free: number }>(
    `select id, quantity - reserved_quantity - issued_quantity - kept_quantity as free
       from ticketing.ticket_tiers where event_id = $1`,
    [event.eventId],
  );
  const state = await w.holds.gate.read(event.dropId);
  for (const { id, free } of tiers) {
    const shown = state?.tiers.find((tier) => tier.id === id)?.available;
    if (shown !== free) problems.push(`the gate shows ${shown}, the ledger has ${free}`);
  }
  const seats = await w.holds.gate.readSeats(event.dropId, null);
  const claimed = await w.sql<{ seat: number }>(
    'select seat from ticketing.seat_claims where event_id = $1 order by seat',
    [event.eventId],
  );
  const taken = [...(seats && seats !== 'same' ? seats.seats.toString() : '')].flatMap((c, seat) =>
    c === '1' || c === '2' ? [seat] : [],
  );
  if (taken.join() !== claimed.map((row) => row.seat).join())
    problems.push(
      `the gate has seats ${taken.join()} taken, the ledger ${claimed.map((row) => row.seat).join()}`,
    );
  return problems;
}

const property = fc.asyncProperty(
  fc.array(fc.array(operation, { minLength: 1, maxLength: 3 }), { minLength: 4, maxLength: 20 }),
  async (waves) => {
    const event = await seatEvent(w.world, {
      map: hallMap({ rows: 1, seatsPerRow: SEATS }),
      tiers: [{ quantity: SEATS }, { quantity: 6 }],
      drop: { limitPerFan: 4 },
      orphanRule: false,
    });
    const users = await w.world.createUsers(FANS);
    // The operations of one wave race each other.
    for (const wave of waves) await Promise.all(wave.map((o) => act(event, users, o)));
    expect(await atRest(event)).toEqual([]);
  },
);

const { CHECKOUT_RUNS = '40', CHECKOUT_SEED } = globalThis.process.env;

test('O5, O7, O8, O11, O13, O15, O21, O23: whatever happens in whatever order, ledger, bank and gate agree in the end', async () => {
  await fc.assert(property, {
    numRuns: Number(CHECKOUT_RUNS),
    ...(CHECKOUT_SEED ? { seed: Number(CHECKOUT_SEED) } : {}),
  });
}, 300_000);

test.each<[string, 'void' | 'capture', ChargeOutcome]>([
  ['says "void" and does nothing', 'void', { state: 'voided' }],
  ['says "captured" and does nothing', 'capture', { state: 'captured' }],
])(
  'O8, O13: the same search finds a provider that %s',
  async (_what, name, lie) => {
    // A world of its own: it leaves broken books behind.
    const kept = w;
    w = await checkoutWorld();
    try {
      checkout = w.another({ waitMs: 60, providers: altered(w.providers, name, async () => lie) });
      expect((await fc.check(property, { numRuns: 60, endOnFailure: true })).failed).toBe(true);
    } finally {
      await w.close();
      w = kept;
    }
  },
  120_000,
);
