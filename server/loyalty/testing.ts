/** What tests of points stand on: real bookings, payments and refunds, codes and terms, and the jobs that follow them. */
import { readOrder } from '../checkout/index.ts';
import { createPricing, type Pricing, type TermsBody, unbounded } from '../pricing/index.ts';
import type { OrderView, PointsWish, Result } from '../protocol/index.ts';
import { type RefundWorld, refundWorld } from '../refunds/testing.ts';
import type { EventSeed, MadeEvent } from '../stores/testing.ts';
import { createLoyalty, type Loyalty } from './index.ts';

/** The value; a refusal fails the test with its code. */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code} ${JSON.stringify(result.error.details ?? {})}`);
  return result.value;
}
/** The code, with its reason where it has one. */
export const codeOf = (result: Result<unknown>): string =>
  result.ok ? 'OK' : [result.error.code, result.error.details?.why].filter(Boolean).join(' ');

export interface Whose {
  userId: string;
  orderId: string;
}

export interface LoyaltyWorld extends RefundWorld {
  pricing: Pricing;
  loyalty: Loyalty;
  /** Runs the jobs that wait in the outbox; `twice`: each of them again, the other way round. */
  runJobs(twice?: boolean): Promise<void>;
  /** An event with terms. */
  priced(terms: TermsBody, seed?: EventSeed): Promise<MadeEvent>;
  /** A fan who earned so many points by paying. */
  member(points: number): Promise<string>;
  use(b: Whose, wish: PointsWish): Promise<Result<void>>;
  remove(b: Whose): Promise<Result<void>>;
  makeCode(event: MadeEvent, value: number, code?: string): Promise<string>;
  /** What the fan has: balance less what is owed. */
  has(userId: string): Promise<number>;
  /** Kinds and points, oldest first. */
  entries(userId: string): Promise<[kind: string, points: number][]>;
  order(b: Whose): Promise<OrderView>;
}

/** A paid order of this price earns a point for each 20 cents. */
const CENTS_PER_POINT = 20;

export async function loyaltyWorld(): Promise<LoyaltyWorld> {
  const w = await refundWorld();
  const pricing = createPricing({ ...w.world, guessing: unbounded });
  const loyalty = createLoyalty(w.world);
  const vendorOf = ({ vendorId }: MadeEvent) =>
    ({ id: vendorId, role: 'vendor', name: 'Vendor', sessionId: vendorId }) as const;

  async function runJobs(twice = false): Promise<void> {
    const rows = await w.sql<{ topic: string; payload: unknown }>(
      'with gone as (delete from ticketing.outbox returning id, topic, payload) select topic, payload from gone order by id',
    );
    const run = async (all: typeof rows) => {
      for (const { topic, payload } of all) await loyalty.jobs[topic]?.(payload);
    };
    await run(rows);
    if (twice) await run(rows.toReversed());
  }

  return {
    ...w,
    pricing,
    loyalty,
    runJobs,
    async priced(terms, seed) {
      const event = await w.event(seed);
      value(await pricing.terms.put(vendorOf(event), event.eventId, terms));
      return event;
    },
    async member(points) {
      const { userId } = await w.sell({
        quantity: 1,
        seed: { tiers: [{ priceCents: points * CENTS_PER_POINT }] },
      });
      await runJobs();
      return userId;
    },
    use: (b, wish) => loyalty.onOrders.use(b.userId, b.orderId, wish),
    remove: (b) => loyalty.onOrders.remove(b.userId, b.orderId),
    async makeCode(event, basisPoints, code = 'SEAWEED') {
      value(
        await pricing.codes.create(vendorOf(event), event.eventId, {
          code,
          kind: 'percent',
          value: basisPoints,
        }),
      );
      return code;
    },
    async has(userId) {
      const { balance, owed } = await loyalty.standing(userId);
      return balance - owed;
    },
    async entries(userId) {
      const rows = await w.sql<{ kind: string; points: number }>(
        'select kind, points from loyalty.entries where user_id = $1 order by seq',
        [userId],
      );
      return rows.map(({ kind, points }) => [kind, points]);
    },
    async order(b) {
      const order = await readOrder(w.world.ledger.reads, b.userId, b.orderId);
      if (!order) throw new Error('no such order');
      return order;
    },
  };
}
