/** What checkout's tests stand on: real holds on a real gate, the real test provider with an impatient slow bank. */
import { createHolds, type Holds } from '../holds/index.ts';
import { brokenInvariants, checkInvariants } from '../operations/index.ts';
import { createProviders, type PaymentMethod, type Providers } from '../payments/index.ts';
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
  /** Ended turns: [drop, user]. */
  endedTurns: [string, string][];
  /** Another checkout on the same stores: a process of its own. */
  another(deps?: Partial<CheckoutDeps>): Checkout;
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  event(seed?: EventSeed): Promise<MadeEvent>;
  hold(event: MadeEvent, userId: string, quantity?: number): Promise<string>;
  /** A booked hold: of a fresh event and fan, unless given. */
  book(options?: { event?: MadeEvent; userId?: string; quantity?: number; seed?: EventSeed }): Promise<Booking>;
  /** Recovers until nothing is left to take up. */
  recoverAll(by?: Checkout): Promise<void>;
  broken(): Promise<string[]>;
  close(): Promise<void>;
}

const ROUNDS = 20;

export async function checkoutWorld(): Promise<CheckoutWorld> {
  const world = await testWorld();
  const holds = createHolds(world);
  const providers = createProviders({ db: world.ledger.payments, clock: world.clock, testCards: true, slowAnswerMs: SLOW_MS });
  const told: CheckoutWorld['told'] = [];
  const endedTurns: CheckoutWorld['endedTurns'] = [];
  const deps: CheckoutDeps = {
    ledger: world.ledger,
    clock: world.clock,
    ids: world.ids,
    log: world.log,
    keys: world.keys,
    notify: { toUser: (user, event, payload) => void told.push([user, event, payload]), toVendor: () => undefined },
    providers,
    holds,
    endTurn: async (dropId, userId) => void endedTurns.push([dropId, userId]),
    answerMs: ANSWER_MS,
  };
  const checkout = createCheckout(deps);
  const sql = async <Row>(text: string, values: unknown[] = []) => (await world.ledger.reads.raw.query(text, values)).rows as Row[];

  async function hold(event: MadeEvent, userId: string, quantity = 2): Promise<string> {
    const items = [{ tierId: event.tierIds[0] as string, quantity }];
    const held = await holds.place(userId, { dropId: event.dropId, requestId: world.ids.next(), items });
    if (!held.ok) throw new Error(`no hold: ${held.error.code}`);
    return held.value.id;
  }

  return {
    world, holds, providers, checkout, told, endedTurns, sql, hold,
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
        const { looked, failed } = await by.recover({ olderThanMs: 0 });
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
