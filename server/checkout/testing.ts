/** What checkout's tests stand on: real holds on a real gate, the real test provider with an impatient slow bank. */
import { createHolds, type Holds } from '../holds/index.ts';
import { brokenInvariants, checkInvariants } from '../operations/index.ts';
import {
  type ChargeOutcome,
  createProviders,
  type PaymentMethod,
  type Provider,
  type Providers,
} from '../payments/index.ts';
import type { EventSeed, MadeEvent, TestWorld } from '../stores/testing.ts';
import { testWorld } from '../stores/testing.ts';
import { type Checkout, type CheckoutDeps, createCheckout } from './index.ts';

export const CARDS = {
  good: '4242424242424242',
  declined: '4000000000000002',
  step: '4000002500003155',
  captureFails: '4000000000000341',
  slow: '4000000000000077',
} as const;

export const card = (number: string): PaymentMethod => ({ provider: 'test', card: number });
export const CASH: PaymentMethod = { provider: 'cash_on_arrival' };

/** The slow bank's answer, ms: later than checkout waits (`ANSWER_MS`). */
export const SLOW_MS = 400;
export const ANSWER_MS = 150;

export interface Booking {
  event: MadeEvent;
  userId: string;
  holdId: string;
  orderId: string;
}

export interface CheckoutWorld {
  world: TestWorld;
  holds: Holds;
  providers: Providers;
  checkout: Checkout;
  /** Everything told to somebody: [user, event, payload]. */
  told: [string, string, unknown][];
  /** Another checkout on the same stores: a process of its own. */
  another(deps?: Partial<CheckoutDeps>): Checkout;
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  event(seed?: EventSeed): Promise<MadeEvent>;
  hold(event: MadeEvent, userId: string, quantity?: number): Promise<string>;
  /** A booked hold: of a fresh event and fan, unless given. */
  book(options?: {
    event?: MadeEvent;
    userId?: string;
    quantity?: number;
    seed?: EventSeed;
  }): Promise<Booking>;
  /** Recovers until nothing is left to take up. */
  recoverAll(by?: Checkout): Promise<void>;
  broken(): Promise<string[]>;
  close(): Promise<void>;
}

const ROUNDS = 20;

export async function checkoutWorld(stripe?: Provider): Promise<CheckoutWorld> {
  const world = await testWorld();
  const holds = createHolds(world);
  const providers = createProviders({
    db: world.ledger.payments,
    clock: world.clock,
    testCards: true,
    slowAnswerMs: SLOW_MS,
    stripe,
  });
  const told: CheckoutWorld['told'] = [];
  const deps: CheckoutDeps = {
    ledger: world.ledger,
    clock: world.clock,
    ids: world.ids,
    log: world.log,
    keys: world.keys,
    notify: {
      toUser: (user, event, payload) => void told.push([user, event, payload]),
      toVendor: () => undefined,
    },
    providers,
    holds,
    answerMs: ANSWER_MS,
  };
  const checkout = createCheckout(deps);
  const sql = async <Row>(text: string, values: unknown[] = []) =>
    (await world.ledger.reads.raw.query(text, values)).rows as Row[];

  async function hold(event: MadeEvent, userId: string, quantity = 2): Promise<string> {
    const items = [{ tierId: event.tierIds[0] as string, quantity }];
    const held = await holds.place(userId, { dropId: event.dropId, requestId: world.ids.next(), items });
    if (!held.ok) throw new Error(`no hold: ${held.error.code}`);
    return held.value.id;
  }

  return {
    world,
    holds,
    providers,
    checkout,
    told,
    sql,
    hold,
    another: (other = {}) => createCheckout({ ...deps, ...other }),
    event: (seed) => world.createEvent(seed),
    async book(options = {}) {
      const event = options.event ?? (await world.createEvent(options.seed));
      const userId = options.userId ?? (await world.createUser()).id;
      const holdId = await hold(event, userId, options.quantity);
      const booked = await checkout.book(userId, { holdId }, null);
      if (!booked.ok) throw new Error(`not booked: ${booked.error.code}`);
      return { event, userId, holdId, orderId: booked.value.order.id };
    },
    async recoverAll(by = checkout) {
      for (let round = 0; round < ROUNDS; round++) {
        const { looked, failed } = await by.recover({ all: true });
        if (looked === 0 || failed > 0) return;
        const open = await sql(`select 1 from ticketing.payments where status in ('started', 'unknown')
          or (status = 'authorized' and provider <> 'cash_on_arrival')`);
        if (open.length === 0) return;
        // A slow bank needs its time; nothing else is waited for.
        await world.clock.sleep(SLOW_MS / 4);
      }
    },
    broken: async () => brokenInvariants(await checkInvariants(world.ledger.reads)),
    async close() {
      await checkout.idle();
      await holds.idle();
      await world.close();
    },
  };
}

/** The same providers, but that one kind of call is answered as told. */
export function altered(
  providers: Providers,
  name: keyof Provider,
  answer: (real: () => Promise<ChargeOutcome>) => Promise<ChargeOutcome>,
): Providers {
  return {
    async get(which, methodId) {
      const found = await providers.get(which, methodId);
      if (!found.ok) return found;
      const real = found.value as unknown as Record<string, (...a: unknown[]) => Promise<ChargeOutcome>>;
      return {
        ok: true,
        value: { ...found.value, [name]: (...a: unknown[]) => answer(() => real[name]!(...a)) },
      };
    },
  };
}

/** What tests ask and do over and over; each reads the world it is to act on when it is called. */
export function probes(world: () => CheckoutWorld) {
  const first = async <Row>(text: string, values: unknown[]) => (await world().sql<Row>(text, values))[0];
  return {
    pay: (b: Booking, number: string, key: string | null = null) =>
      world().checkout.pay(b.userId, { orderId: b.orderId, method: card(number) }, key),
    code: (result: { ok: true } | { ok: false; error: { code: string } }) =>
      result.ok ? 'OK' : result.error.code,
    orderStatus: async (b: Booking) =>
      (await first<{ status: string }>('select status from ticketing.orders where id = $1', [b.orderId]))
        ?.status,
    /** Order, hold and latest payment of a booking, and why that was withdrawn. */
    stands: (b: Booking) =>
      first<{ order: string; hold: string; payment: string; cause: string | null }>(
        `select o.status as "order", h.status as hold, p.status as payment, p.detail ->> 'cause' as cause
           from ticketing.orders o
           join ticketing.holds h on h.id = o.hold_id
           left join ticketing.payments p on p.order_id = o.id
          where o.id = $1 order by p.created_at desc limit 1`,
        [b.orderId],
      ),
    holdStatus: async (b: Booking) =>
      (await first<{ status: string }>('select status from ticketing.holds where id = $1', [b.holdId]))
        ?.status,
    /** Of the booked tier: reserved and issued. */
    counters: (b: Booking) =>
      first<{ r: number; i: number }>(
        'select reserved_quantity as r, issued_quantity as i from ticketing.ticket_tiers where id = $1',
        [b.event.tierIds[0]],
      ),
    /** What the bank has in its books for this order, oldest first. */
    charges: (b: Booking) =>
      world().sql<{ status: string }>(
        `select c.status from payments.test_charges c join ticketing.payments p on p.id = c.id
          where p.order_id = $1 order by c.created_at`,
        [b.orderId],
      ),
    /** Moves the hold's deadline to `ms` from now; negative: it is over. */
    lapseIn: (b: Booking, ms: number) =>
      world().sql(
        `with h as (update ticketing.holds set expires_at = clock_timestamp() + make_interval(secs => $2::float8 / 1000)
                     where id = $1 returning id, expires_at)
         update ticketing.ticket_holds i set expires_at = h.expires_at from h where i.hold_id = h.id`,
        [b.holdId, ms],
      ),
  };
}
export type Probes = ReturnType<typeof probes>;
