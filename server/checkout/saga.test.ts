/**
 * The saga's generic proofs: every step repeated, every effect failed, a kill before and after every effect. They
 * find the effects by counting (provider calls and ledger calls), so that a new step is covered without a word here.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChargeOutcome, PaymentMethod, Provider, Providers } from '../payments/index.ts';
import type { Ledger, Pool } from '../stores/index.ts';
import type { Checkout } from './index.ts';
import { type Booking, CARDS, CASH, type CheckoutWorld, card, checkoutWorld } from './testing.ts';
import { bookSeats } from './testing-seats.ts';

let w: CheckoutWorld;
beforeAll(async () => {
  w = await checkoutWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

class Killed extends Error {}

interface Plan {
  /** Called around every effect with its running number. */
  before(effect: number, name: string): void;
  after(effect: number, name: string): void;
}

/** A process of its own whose every effect passes by `plan`; once killed, it does nothing any more. */
function process(
  plan: Plan,
  alter: (name: keyof Provider, real: () => Promise<ChargeOutcome>) => Promise<ChargeOutcome> = (_n, real) =>
    real(),
) {
  let effects = 0;
  const trace: string[] = [];
  const effect = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const n = ++effects;
    trace.push(name);
    plan.before(n, name);
    const value = await work();
    plan.after(n, name);
    return value;
  };
  const pool: Pool = w.world.ledger.payments;
  const ledger: Ledger = {
    ...w.world.ledger,
    payments: {
      ...pool,
      all: (s, v) => effect(s.name, () => pool.all(s, v)),
      one: (s, v) => effect(s.name, () => pool.one(s, v)),
    },
  };
  const providers: Providers = {
    async get(name, methodId) {
      const found = await w.providers.get(name, methodId);
      if (!found.ok) return found;
      const real = found.value;
      return {
        ok: true,
        value: {
          ...real,
          authorise: (c, i) => effect('authorise', () => alter('authorise', () => real.authorise(c, i))),
          capture: (c) => effect('capture', () => alter('capture', () => real.capture(c))),
          void: (c) => effect('void', () => alter('void', () => real.void(c))),
          lookup: (c) => effect('lookup', () => alter('lookup', () => real.lookup(c))),
        },
      };
    },
  };
  return { checkout: w.another({ ledger, providers }), trace };
}

const HEALTHY: Plan = { before: () => undefined, after: () => undefined };

/** From that moment on nothing has an effect any more. */
function killedAt(n: number, moment: 'before' | 'after'): Plan {
  let dead = false;
  const die = (now: boolean) => {
    dead ||= now;
    if (dead) throw new Killed();
  };
  return {
    before: (k) => die(moment === 'before' && k === n),
    after: (k) => die(moment === 'after' && k === n),
  };
}

interface Scenario {
  name: string;
  method: PaymentMethod;
  /** Where an untroubled payment ends. */
  end: string;
  /** Charges that an untroubled payment leaves captured. */
  captured: number;
  /** Which seats the two tickets are for, where they have some. */
  seats?: number[];
}

const WAYS: Scenario[] = [
  { name: 'good card', method: card(CARDS.good), end: 'paid', captured: 1 },
  { name: 'declined card', method: card(CARDS.declined), end: 'pending', captured: 0 },
  { name: 'card that needs a step', method: card(CARDS.step), end: 'paid', captured: 1 },
  { name: 'card that fails to capture', method: card(CARDS.captureFails), end: 'canceled', captured: 0 },
  { name: 'cash on arrival', method: CASH, end: 'committed', captured: 0 },
];
const SCENARIOS = WAYS.flatMap((s) => [s, { ...s, name: `${s.name}, with seats`, seats: [3, 4] }]);

const booking = ({ seats }: Scenario): Promise<Booking> => (seats ? bookSeats(w, seats) : w.book());

/** The fan's whole way, as a client would walk it: pay, and take the step when asked. */
async function walk(by: Checkout, b: Booking, method: PaymentMethod): Promise<void> {
  const first = await by.pay(b.userId, { orderId: b.orderId, method }, null);
  if (first.ok && first.value.body.nextAction) await by.confirm(b.userId, b.orderId, true);
}

async function endOf(b: Booking) {
  const [row] = await w.sql<{
    status: string;
    hold: string;
    captured: number;
    tickets: number;
    live: number;
    seats: number[] | null;
    claims: number;
  }>(
    `select o.status, h.status as hold,
            (select count(*)::int from payments.test_charges c join ticketing.payments p on p.id = c.id
              where p.order_id = o.id and c.status = 'captured') as captured,
            (select count(*)::int from ticketing.tickets k where k.order_id = o.id and k.status = 'issued' and k.qr_code is not null) as tickets,
            (select count(*)::int from payments.test_charges c join ticketing.payments p on p.id = c.id
              where p.order_id = o.id and c.status in ('authorized', 'pending')) as live,
            (select array_agg(k.seat order by k.ordinal) from ticketing.tickets k
              where k.order_id = o.id and k.status = 'issued' and k.seat is not null) as seats,
            (select count(*)::int from ticketing.seat_claims c where c.hold_id = h.id and (c.ticket_id is null
               or exists (select from ticketing.tickets k where k.id = c.ticket_id and k.seat = c.seat))) as claims
       from ticketing.orders o join ticketing.holds h on h.id = o.hold_id where o.id = $1`,
    [b.orderId],
  );
  return row!;
}

/** Heals: the worker recovers; where the attempt was given back, the fan tries once more. */
async function heal(b: Booking, method: PaymentMethod): Promise<void> {
  await w.recoverAll();
  const stuck = await endOf(b);
  if (stuck.status === 'paying') await w.checkout.confirm(b.userId, b.orderId, true);
  if ((await endOf(b)).status === 'pending') await walk(w.checkout, b, method);
}

const expectEnd = async (b: Booking, s: Scenario, at: string) => {
  const sold = s.end === 'paid' || s.end === 'committed';
  expect({ at, ...(await endOf(b)) }).toMatchObject({
    at,
    status: s.end,
    captured: s.captured,
    live: 0,
    tickets: sold ? 2 : 0,
    seats: (sold && s.seats) || null,
    claims: s.seats && s.end !== 'canceled' ? 2 : 0,
    hold: s.end === 'pending' ? 'active' : 'completed',
  });
};

async function effectsOf(s: Scenario): Promise<string[]> {
  const b = await booking(s);
  const healthy = process(HEALTHY);
  await walk(healthy.checkout, b, s.method);
  await expectEnd(b, s, 'untroubled');
  return healthy.trace;
}

describe.each(SCENARIOS)('$name', (s) => {
  test('O11, O21, O23: killed before or after any of its effects, it comes to the same end', async () => {
    const effects = await effectsOf(s);
    expect(effects.length).toBeGreaterThan(4);
    for (let n = 1; n <= effects.length; n++)
      for (const moment of ['before', 'after'] as const) {
        const b = await booking(s);
        const dead = killedAt(n, moment);
        const at = `${moment} ${n} (${effects[n - 1]})`;
        await walk(process(dead).checkout, b, s.method).catch((err: unknown) => {
          if (!(err instanceof Killed)) throw err;
        });
        await heal(b, s.method);
        await expectEnd(b, s, at);
      }
    expect(await w.broken()).toEqual([]);
  });

  test('O8, O10, O21, O23: every effect carried out twice, it comes to the same end', async () => {
    const b = await booking(s);
    const pool = w.world.ledger.payments;
    const twice: Ledger = {
      ...w.world.ledger,
      payments: {
        ...pool,
        async one(statement, values) {
          const first = await pool.one(statement, values);
          // A begin repeated is another submit, which has its own tests; all other calls are made again as they are.
          if (!statement.name.startsWith('payment_begin')) await pool.one(statement, values);
          return first as never;
        },
      },
    };
    const providers: Providers = {
      async get(name, methodId) {
        const found = await w.providers.get(name, methodId);
        if (!found.ok) return found;
        const real = found.value;
        const again = (call: () => Promise<ChargeOutcome>) => call().then(call);
        return {
          ok: true,
          value: {
            ...real,
            authorise: (c, i) => again(() => real.authorise(c, i)),
            capture: (c) => again(() => real.capture(c)),
            void: (c) => again(() => real.void(c)),
            lookup: (c) => again(() => real.lookup(c)),
          },
        };
      },
    };
    await walk(w.another({ ledger: twice, providers }), b, s.method);
    await expectEnd(b, s, 'twice');
  });

  test.each(['authorise', 'capture', 'lookup'] as const)(
    'P3, O11: %s fails on the way, with and without effect',
    async (failing) => {
      for (const effective of [true, false]) {
        const b = await booking(s);
        let failed = 0;
        const flaky = process(HEALTHY, async (name, real) => {
          if (name !== failing || failed > 0) return real();
          failed++;
          if (effective) await real();
          throw new Error('connection reset by the provider');
        });
        await walk(flaky.checkout, b, s.method);
        await heal(b, s.method);
        await expectEnd(b, s, `${failing} ${effective}`);
      }
    },
  );

  test('P3, O11: a provider that answers "unknown" for a while is asked until it knows', async () => {
    const b = await booking(s);
    let foggy = true;
    const fog = process(HEALTHY, async (_name, real) => (foggy ? { state: 'unknown' } : real()));
    await walk(fog.checkout, b, s.method);
    await fog.checkout.recover({ all: true });
    const during = await endOf(b);
    // Cash asks nobody; all others wait, and nothing is released meanwhile.
    expect([during.status, during.hold]).toEqual(['paying', 'paying']);
    foggy = false;
    await heal(b, s.method);
    await expectEnd(b, s, 'after the fog');
  });
});

describe('the slow card', () => {
  test('O11: its process is killed while the bank thinks: the worker of another process finishes it', async () => {
    const b = await w.book();
    let dead = false;
    const dying = process({
      ...HEALTHY,
      before: () => {
        if (dead) throw new Killed();
      },
    });
    const first = await dying.checkout.pay(b.userId, { orderId: b.orderId, method: card(CARDS.slow) }, null);
    expect(first.ok && !first.value.settled).toBe(true);
    dead = true;
    await w.recoverAll();
    expect(await endOf(b)).toMatchObject({ status: 'paid', captured: 1, tickets: 2 });
    await dying.checkout.idle();
  });
});
