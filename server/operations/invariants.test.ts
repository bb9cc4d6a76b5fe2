import { afterAll, beforeAll, expect, test } from 'vitest';
import { hallMap, seatEvent } from '../seating/testing.ts';
import type { Db } from '../stores/index.ts';
import { statement } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { brokenInvariants, checkInvariants, INVARIANT_NAMES, type InvariantReport } from './invariants.ts';
import { type MadeSale, makeSale } from './testing.ts';

let world: TestWorld;
let sale: MadeSale;

beforeAll(async () => {
  world = await testWorld();
  sale = await makeSale(world);
  await seatEvent(world, { map: hallMap({ accessible: true }), accessibleHoursBefore: 48, drop: null });
});
afterAll(() => world.close());

class Undo extends Error {}

/** Breaks the ledger inside a transaction, checks there, and leaves no trace. */
async function afterPlanting(texts: string[], graceSeconds = 0): Promise<InvariantReport[]> {
  let reports: InvariantReport[] = [];
  const attempt = world.ledger.reads.transaction(async (tx: Db) => {
    // Without triggers and foreign keys, which would refuse most of it.
    await tx.all(statement('plant', 'set local session_replication_role = replica'));
    for (const text of texts) await tx.all(statement('plant', text));
    reports = await checkInvariants(tx, { graceSeconds });
    throw new Undo();
  });
  await expect(attempt).rejects.toThrow(Undo);
  return reports;
}

test('W30: a sale in order breaks no invariant', async () => {
  const reports = await checkInvariants(world.ledger.reads);
  expect(brokenInvariants(reports)).toEqual([]);
  expect(reports.map((r) => r.name)).toEqual(INVARIANT_NAMES);
  for (const report of reports) expect(report.sentence).toMatch(/^[A-Z].+\.$/);
});

/** One way, at least, in which each invariant can break; where the schema forbids it, the schema is opened first. */
const plants = (s: MadeSale): Record<string, string[]> => {
  const [floor, balcony] = s.tierIds;
  const refund = (amount: number, status: string) =>
    `insert into ticketing.refunds (id, order_id, payment_id, user_id, event_id, status, cause, amount_cents, currency)
     select gen_random_uuid(), o.id, p.id, o.user_id, o.event_id, '${status}', 'fan', ${amount}, 'EUR'
       from ticketing.orders o join ticketing.payments p on p.order_id = o.id where o.id = '${s.orderId}'`;
  return {
    'dispute-tickets': [
      `insert into ticketing.disputes (id, provider, provider_ref, payment_id, order_id, user_id, amount_cents, currency, status, opened_at)
       select gen_random_uuid(), 'test', 'd', p.id, p.order_id, '${s.buyer}', 10000, 'EUR', 'open', now()
         from ticketing.payments p where p.order_id = '${s.orderId}'`,
    ],
    'affiliate-orders': [
      `insert into ticketing.affiliates (id, vendor_id, name, code, commission_bp) values (gen_random_uuid(), '${s.buyer}', 'A', 'other', 500)`,
      `insert into ticketing.affiliate_orders (order_id, affiliate_id, commission_bp) select '${s.orderId}', id, 500 from ticketing.affiliates`,
    ],
    'code-limits': [
      `insert into ticketing.codes (id, event_id, code, kind, value, used)
       values (gen_random_uuid(), '${s.eventId}', 'PLANTED', 'percent', 1000, 1)`,
    ],
    'draw-complete': [`update ticketing.draws set place_count = place_count + 1`],
    'draw-order': [
      `update ticketing.places set number = 3 - number where number <= 2`,
      `delete from ticketing.place_numbers where number <= 2`,
      `insert into ticketing.place_numbers (drop_id, number, place_id)
       select drop_id, number, id from ticketing.places where number <= 2`,
    ],
    'draw-seed': [`update ticketing.drop_secrets set secret = sha256('another')`],
    'fan-bought': [`update ticketing.fans set bought = bought + 1 where user_id = '${s.buyer}'`],
    'fan-held': [`update ticketing.fans set held = held - 1 where user_id = '${s.holder}'`],
    'fan-limit': [`update ticketing.drops set limit_per_fan = 2`],
    'hold-completed': [`update ticketing.holds set status = 'completed' where id = '${s.liveHoldId}'`],
    'hold-epoch': [`update ticketing.drops set epoch = 2, epoch_bumped_at = now() - interval '3 min'`],
    'hold-rows': [`update ticketing.ticket_holds set quantity = 1 where hold_id = '${s.liveHoldId}'`],
    'hold-tiers': [
      `update ticketing.ticket_holds set tier_id = gen_random_uuid() where hold_id = '${s.liveHoldId}'`,
    ],
    'hold-turn': [`update ticketing.places set claimed_at = now() where user_id = '${s.holder}'`],
    'line-joined': [`update ticketing.lines set joined = joined - 1`],
    'line-numbers': [`delete from ticketing.place_numbers where number = 3`],
    'line-serving': [`update ticketing.lines set serving = last_number`],
    'money-tickets': [
      `update ticketing.tickets set status = 'canceled'`,
      `update ticketing.payments set updated_at = now() - interval '1 min'`,
    ],
    'order-discount': [`update ticketing.order_items set unit_discount_cents = 1`],
    'order-hold': [`update ticketing.holds set status = 'paying' where id = '${s.soldHoldId}'`],
    'order-money': [`update ticketing.payments set captured_cents = captured_cents - 1`],
    'order-once': [
      `drop index ticketing.one_live_payment_per_order`,
      `insert into ticketing.payments (id, order_id, provider, status, amount_cents, captured_cents, currency)
       select gen_random_uuid(), order_id, provider, status, amount_cents, captured_cents, currency from ticketing.payments`,
    ],
    'order-tickets': [`update ticketing.order_items set quantity = 3`],
    'order-total': [`update ticketing.order_items set unit_price_cents = unit_price_cents - 1`],
    'points-balance': [
      `insert into loyalty.entries (user_id, seq, kind, points, balance, owed, order_id)
       values ('${s.buyer}', 1, 'earned', 500, 501, 0, '${s.orderId}')`,
    ],
    'points-orders': [
      `insert into loyalty.redemptions (order_id, user_id, kind, asked, points)
       values ('${s.orderId}', '${s.buyer}', 'discount', 10, 10)`,
    ],
    'points-refunds': [
      refund(0, 'succeeded'),
      `update ticketing.refunds set decided_at = now() - interval '2 hours'`,
      `insert into loyalty.redemptions (order_id, user_id, kind, asked, points)
       values ('${s.orderId}', '${s.buyer}', 'discount', 10, 10)`,
      `insert into loyalty.redemption_items (order_item_id, order_id, unit_points, unit_off_cents)
       select id, order_id, 5, 5 from ticketing.order_items where order_id = '${s.orderId}'`,
      `insert into ticketing.refund_tickets (refund_id, ticket_id, amount_cents) select r.id, k.id, 0
         from ticketing.refunds r join ticketing.tickets k on k.order_id = r.order_id where k.ordinal = 1`,
    ],
    'refund-money': [refund(5_000, 'sending')],
    'refund-tickets': [
      refund(0, 'succeeded'),
      `insert into ticketing.refund_tickets (refund_id, ticket_id, amount_cents) select r.id, k.id, 0
         from ticketing.refunds r join ticketing.tickets k on k.order_id = r.order_id where k.ordinal = 1`,
    ],
    'seat-channels': ['update ticketing.seats set channel = 7 where seat = 0'],
    'seat-claims': [
      `insert into ticketing.seat_claims (event_id, seat, hold_id)
       select event_id, seat, gen_random_uuid() from ticketing.seats where seat = 3`,
    ],
    'seat-kept': ['update ticketing.ticket_tiers set kept_quantity = kept_quantity + 1 where seated'],
    'seat-lines': [`update ticketing.ticket_holds set seats = '{0,1,2}' where hold_id = '${s.liveHoldId}'`],
    'seat-orders': [`update ticketing.order_items set seats = '{0,1}'`],
    'seat-tickets': ['update ticketing.tickets set seat = ordinal'],
    'seat-tiers': ['update ticketing.seats set tier_id = null where seat = 5'],
    'ticket-code': [`update ticketing.orders set status = 'committed'`],
    'ticket-order': [`update ticketing.orders set status = 'canceled'`],
    'tier-capacity': [
      `alter table ticketing.ticket_tiers drop constraint check_total_not_exceeded, drop constraint check_kept_not_exceeded`,
      `update ticketing.ticket_tiers set quantity = 4 where id = '${floor}'`,
    ],
    'tier-issued': [
      `update ticketing.ticket_tiers set issued_quantity = issued_quantity + 1 where id = '${floor}'`,
    ],
    'tier-price': [`update ticketing.ticket_tiers set fee_cents = 1 where id = '${floor}'`],
    'tier-reserved': [`update ticketing.ticket_tiers set reserved_quantity = 1 where id = '${balcony}'`],
    'turn-cap': [
      `update ticketing.drops set max_turns = 1`,
      `update ticketing.places set state = 'called', called_at = now(), claim_by = now() + interval '1 min'
       where user_id = '${s.waiting}'`,
    ],
    'turn-rows': [`update ticketing.fans set turn_expires_at = null`],
  };
};

test('W31: every invariant has a planted violation in this table', () => {
  expect(Object.keys(plants(sale)).sort()).toEqual(INVARIANT_NAMES);
});

test.each(Object.keys(plants({ tierIds: [] } as unknown as MadeSale)))(
  'W31: a planted violation of %s is found',
  async (name) => {
    const reports = await afterPlanting(plants(sale)[name] as string[]);
    const found = reports.find((r) => r.name === name);
    expect(found?.violations).toBeGreaterThan(0);
    expect(Object.keys(found?.sample[0] ?? {})).not.toHaveLength(0);
  },
);

test('W32: money without tickets is tolerated within the grace given for its refund', async () => {
  const plant = plants(sale)['money-tickets'] as string[];
  const found = (reports: InvariantReport[]) => reports.find((r) => r.name === 'money-tickets')?.violations;
  expect(found(await afterPlanting(plant, 3600))).toBe(0);
  expect(found(await afterPlanting(plant, 30))).toBe(1);
});

test('F70: strays, kept fees, lost disputes and cash that was given back break no invariant, and each of them could', async () => {
  const broken = async (...texts: string[]) =>
    (await afterPlanting(texts)).filter((r) => r.violations > 0).map((r) => r.name);
  const stray = (refunded: number) =>
    `insert into ticketing.payments (id, order_id, provider, status, amount_cents, captured_cents, refunded_cents, currency)
     select '00000000-0000-4000-8000-000000000001', order_id, provider, 'stray', 7, 7, ${refunded}, currency from ticketing.payments`;
  const back = (amount: number, fee: number, cause: string, payment = 'p.id') =>
    `insert into ticketing.refunds (id, order_id, payment_id, user_id, event_id, status, cause, amount_cents, fee_cents, currency)
     select gen_random_uuid(), o.id, ${payment}, o.user_id, o.event_id, 'sending', '${cause}', ${amount}, ${fee}, 'EUR'
       from ticketing.orders o join ticketing.payments p on p.order_id = o.id and p.status <> 'stray'`;
  const strayBack = back(7, 0, 'late_payment', `'00000000-0000-4000-8000-000000000001'`);
  expect(await broken(stray(7), strayBack)).toEqual([]);
  expect(await broken(stray(0))).toEqual(['money-tickets']);
  const all = [
    `update ticketing.tickets set status = 'refunded', qr_code = null`,
    `update ticketing.orders set status = 'refunded'`,
    `update ticketing.ticket_tiers set issued_quantity = 0`,
    'update ticketing.fans set bought = 0',
  ];
  const tickets = (each: number) =>
    `insert into ticketing.refund_tickets (refund_id, ticket_id, amount_cents)
     select r.id, k.id, ${each} from ticketing.refunds r join ticketing.tickets k on k.order_id = r.order_id`;
  const paid = (cents: number) => `update ticketing.payments set refunded_cents = ${cents}`;
  expect(await broken(...all, back(9_000, 1_000, 'fan'), tickets(4_500), paid(9_000))).toEqual([]);
  expect(await broken(...all, back(9_000, 0, 'fan'), tickets(4_500), paid(9_000))).toEqual(['money-tickets']);
  const lost = (status: string) =>
    `insert into ticketing.disputes (id, provider, provider_ref, payment_id, order_id, user_id, amount_cents, currency, status, opened_at, closed_at)
     select gen_random_uuid(), 'test', 'd', p.id, p.order_id, o.user_id, 10000, 'EUR', '${status}', now(), now()
       from ticketing.payments p join ticketing.orders o on o.id = p.order_id`;
  expect(await broken(...all, back(0, 0, 'dispute'), tickets(0), lost('lost'))).toEqual([]);
  expect(await broken(...all, back(0, 0, 'dispute'), tickets(0), lost('won'))).toEqual(['money-tickets']);
  const cash = (status: string) =>
    `update ticketing.payments set provider = 'cash_on_arrival', captured_cents = 0, status = '${status}'`;
  expect(await broken(...all, back(0, 0, 'fan', 'null'), tickets(0), cash('voided'))).toEqual([]);
  expect(await broken(...all, back(0, 0, 'fan', 'null'), tickets(0), cash('declined'))).toEqual([
    'order-money',
  ]);
  // an order that says it is refunded while tickets of it are left, and one in part that has none
  expect(await broken(`update ticketing.orders set status = 'refunded'`)).toContain('order-tickets');
  expect(await broken(...all, `update ticketing.orders set status = 'partially_refunded'`)).toContain(
    'order-tickets',
  );
});

test('W33: a cap lowered a moment ago does not condemn the turns called under the old one', async () => {
  const lowered = [
    ...(plants(sale)['turn-cap'] as string[]),
    `insert into ticketing.drop_log (drop_id, action, before, after)
     values ('${sale.dropId}', 'edit', '{"maxTurns": 5}', '{"maxTurns": 1}')`,
  ];
  expect((await afterPlanting(lowered)).find((r) => r.name === 'turn-cap')?.violations).toBe(0);
});

test('W34: calls before the draw, or holds by someone who never had a turn, are found', async () => {
  const reports = await afterPlanting([
    `update ticketing.places set number = null where user_id = '${sale.holder}'`,
    `update ticketing.places set claimed_at = null where user_id = '${sale.buyer}'`,
  ]);
  const broken = reports.filter((r) => r.violations > 0).map((r) => r.name);
  expect(broken).toContain('line-serving');
  expect(broken).toContain('hold-turn');
});

test('Y19: points that a line, its redemption and the ledger of points tell differently are found, each in its way', async () => {
  const found = async (...texts: string[]) =>
    (await afterPlanting(texts)).filter((r) => r.violations > 0).map((r) => r.name);
  const entry = (seq: number, kind: string, points: number, balance: number) =>
    `insert into loyalty.entries (user_id, seq, kind, points, balance, owed, order_id)
     values ('${sale.buyer}', ${seq}, '${kind}', ${points}, ${balance}, 0, '${sale.orderId}')`;
  const earned = [entry(1, 'earned', 500, 500), entry(2, 'redeemed', -10, 490)];
  const redeemed = (points: number, live = true) =>
    `insert into loyalty.redemptions (order_id, user_id, kind, asked, points, live)
     values ('${sale.orderId}', '${sale.buyer}', 'discount', 10, ${points}, ${live})`;
  const line = (points: number) =>
    `insert into loyalty.redemption_items (order_item_id, order_id, unit_points, unit_off_cents)
     select id, order_id, ${points}, ${points} from ticketing.order_items where order_id = '${sale.orderId}'`;
  const off = [
    'update ticketing.order_items set unit_discount_cents = 5',
    'update ticketing.orders set discount_cents = 10, total_cents = total_cents - 10',
    'update ticketing.payments set captured_cents = captured_cents - 10',
  ];
  expect(await found(...earned, redeemed(10), line(5), ...off)).toEqual([]);
  expect(await found(...earned, redeemed(10), line(5))).toEqual(['points-orders']);
  expect(await found(...earned, redeemed(10), line(4), ...off)).toEqual(['points-orders']);
  expect(await found(...earned, redeemed(12), line(5), ...off)).toEqual(['points-orders']);
  expect(await found(...earned, redeemed(10, false), line(5), ...off)).toEqual(['points-orders']);
  expect(await found(entry(1, 'earned', 500, 500), redeemed(10), line(5), ...off)).toEqual(['points-orders']);
  expect(await found(...earned)).toEqual(['points-orders']);
  expect(await found(...earned.slice(0, 1), entry(3, 'returned', 1, 501))).toContain('points-balance');
  expect(await found(entry(1, 'taken_back', -500, 0))).toContain('points-refunds');
});
