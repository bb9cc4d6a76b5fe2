/** Commissions against a model that knows nothing of SQL: paid, partly given back, charged back, free. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkInvariants } from '../operations/index.ts';
import { type MadeSale, makeSale } from '../operations/testing.ts';
import { statement } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

const sql = <Row = unknown>(text: string, values: unknown[] = []) =>
  world.ledger.reads.all<Row>(statement('commission_test', text), values);

/** A small generator, so that a found seed is a named test. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Case {
  price: number;
  discount: number;
  fee: number;
  tax: number;
  bp: number;
  status: 'paid' | 'partially_refunded' | 'refunded';
  /** Of the order's money, in the provider's books. */
  refunded: number;
  lost: number;
}
const QUANTITY = 2;
const totalOf = (c: Case): number => QUANTITY * (c.price - c.discount + c.fee + c.tax);

/** By hand: what is left of the money, its share of the tickets, its share of that. */
function naive(c: Case): { tickets: number; commission: number } {
  const total = BigInt(totalOf(c));
  if (total === 0n) return { tickets: 0, commission: 0 };
  const kept = total - BigInt(c.status === 'paid' ? 0 : c.refunded) - BigInt(c.lost);
  const net = kept < 0n ? 0n : kept;
  const tickets = BigInt(QUANTITY * (c.price - c.discount));
  return {
    tickets: Number((tickets * net) / total),
    commission: Number((tickets * net * BigInt(c.bp)) / (total * 10_000n)),
  };
}

function drawCase(roll: (below: number) => number): Case {
  const price = [0, 1, 99, 5_000, 100_000_000][roll(5)] as number;
  const discount = roll(3) === 0 ? roll(price + 1) : 0;
  const drawn = { price, discount, fee: roll(2) * roll(500), tax: roll(2) * roll(900), bp: roll(10_001) };
  const total = totalOf({ ...drawn, status: 'paid', refunded: 0, lost: 0 });
  const status = (['paid', 'partially_refunded', 'refunded'] as const)[roll(3)]!;
  const refunded = status === 'refunded' ? total : status === 'partially_refunded' ? roll(total + 1) : 0;
  return { ...drawn, status, refunded, lost: roll(4) === 0 ? roll(total + 1) : 0 };
}

async function stand(sale: MadeSale, c: Case): Promise<void> {
  const total = totalOf(c);
  await sql(
    `with i as (update ticketing.order_items set unit_price_cents = $2, unit_discount_cents = $3, unit_fee_cents = $4, unit_tax_cents = $5
                 where order_id = $1),
          p as (update ticketing.payments set amount_cents = $6, captured_cents = $6, refunded_cents = $7 where order_id = $1)
     update ticketing.orders set subtotal_cents = 2 * $2::bigint, discount_cents = 2 * $3::bigint, fees_cents = 2 * $4::bigint, tax_cents = 2 * $5::bigint,
       total_cents = $6, status = $8 where id = $1`,
    [sale.orderId, c.price, c.discount, c.fee, c.tax, total, c.refunded, c.status],
  );
  if (c.lost > 0)
    await sql(
      `insert into ticketing.disputes (id, provider, provider_ref, payment_id, order_id, user_id, amount_cents, currency, status, opened_at, closed_at)
       values (gen_random_uuid(), 'test', gen_random_uuid()::text, $1, $2, $3, $4, 'EUR', 'lost', now(), now())`,
      [sale.paymentId, sale.orderId, sale.buyer, c.lost],
    );
  await sql(
    `with a as (insert into ticketing.affiliates (id, vendor_id, name, code, commission_bp)
                select gen_random_uuid(), vendor_id, 'A', 'c-' || substr(md5($1::text), 1, 20), 0 from events.events where id = $2 returning id)
     insert into ticketing.affiliate_orders (order_id, affiliate_id, commission_bp) select $1::uuid, a.id, $3 from a`,
    [sale.orderId, sale.eventId, c.bp],
  );
}
const earned = async (orderId: string) => {
  const [row] = await sql<{ tickets: number; commission: number }>(
    'select ticket_cents as tickets, commission_cents as commission from ticketing.commissions where order_id = $1',
    [orderId],
  );
  return row ?? null;
};

test.each([
  ['whole', { refunded: 0, status: 'paid' as const }, 999],
  ['half of the money back', { refunded: 5_500, status: 'partially_refunded' as const }, 499],
  ['all of it back', { refunded: 11_000, status: 'refunded' as const }, 0],
  ['taken back by a bank', { refunded: 0, lost: 11_000, status: 'paid' as const }, 0],
])('V46: %s', async (_what, part, commission) => {
  const c = { price: 5_000, discount: 0, fee: 300, tax: 200, bp: 999, lost: 0, ...part };
  const sale = await makeSale(world);
  await stand(sale, c);
  expect((await earned(sale.orderId))?.commission).toBe(commission);
  expect(naive(c).commission).toBe(commission);
});

test('V46: whatever was charged, given back and taken back, it is the model’s to the cent', async () => {
  const roll = dice(27);
  let some = 0;
  for (let n = 0; n < 120; n++) {
    const c = drawCase(roll);
    const sale = await makeSale(world);
    await stand(sale, c);
    expect(await earned(sale.orderId), JSON.stringify(c)).toEqual(naive(c));
    if (naive(c).commission > 0) some++;
  }
  expect(some).toBeGreaterThan(20);
  const reports = await checkInvariants(world.ledger.reads);
  expect(reports.find(({ name }) => name === 'affiliate-orders')?.violations).toBe(0);
}, 60_000);
