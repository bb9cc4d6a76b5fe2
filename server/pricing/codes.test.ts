/** Promo codes: what they take off, how often, and when (rules C20 to C28). */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CARDS, card, probes } from '../checkout/testing.ts';
import type { OrderView } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';
import type { MadeEvent } from '../stores/testing.ts';
import { createRateLimiter } from '../transport/index.ts';
import { createGuessing, createPricing } from './index.ts';
import { codeOf, type PricingWorld, pricingWorld, value } from './testing.ts';

let w: PricingWorld;
beforeAll(async () => {
  w = await pricingWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

const TERMS = { feeCents: 250, feeBp: 300, taxBp: 810, taxIncluded: false };
/** Of a tier at 50.00: 5,000 + 400 + 437; a tenth off: 4,500 + 400, and 437 · 4,900 / 5,400 = 396.5… of tax. */
const TENTH_OFF = { price: 5_000, off: 500, fee: 400, tax: 397 };

const apply = (b: { userId: string; orderId: string }, code: string) =>
  w.pricing.orderCodes.apply(b.userId, b.orderId, code);
const readOrder = async (b: { orderId: string }) => {
  const [row] = await w.sql<Record<string, number | string>>(
    `select status, subtotal_cents as price, discount_cents as off, fees_cents as fee, tax_cents as tax, total_cents as total
       from ticketing.orders where id = $1`,
    [b.orderId],
  );
  return row as Record<string, number | string>;
};
const used = async (id: string) =>
  (await w.sql<{ used: number }>('select used from ticketing.codes where id = $1', [id]))[0]?.used;
const sum = (q: number) => ({
  price: q * TENTH_OFF.price,
  off: q * TENTH_OFF.off,
  fee: q * TENTH_OFF.fee,
  tax: q * TENTH_OFF.tax,
  total: q * (5_000 - 500 + 400 + 397),
});

test('C20, C21, C23: a code on a waiting order takes a share of the price off, tax follows, and off it goes again', async () => {
  const event = await w.priced(TERMS);
  const code = await w.makeCode(event, {});
  const b = await w.book({ event });
  const before = await readOrder(b);
  expect(before).toMatchObject({ off: 0, total: 2 * 5_837 });
  expect(codeOf(await apply(b, 'seaWEED'))).toBe('OK');
  expect(await readOrder(b)).toMatchObject(sum(2));
  expect(codeOf(await apply(b, 'SEAWEED'))).toBe('OK');
  expect(await used(code.id)).toBe(2);

  const other = await w.makeCode(event, { code: 'KELP', kind: 'amount', value: 700 });
  expect(codeOf(await apply(b, 'kelp'))).toBe('OK');
  expect(await readOrder(b)).toMatchObject({ off: 1_400 });
  expect([await used(code.id), await used(other.id)]).toEqual([0, 2]);
  value(await w.pricing.orderCodes.remove(b.userId, b.orderId));
  value(await w.pricing.orderCodes.remove(b.userId, b.orderId));
  expect(await readOrder(b)).toEqual(before);
  expect(await used(other.id)).toBe(0);
});

test('C20: booked with its code, or not at all; asked again it is the same order', async () => {
  const event = await w.priced(TERMS);
  await w.makeCode(event, {});
  const { id: userId } = await w.world.createUser();
  const holdId = await w.hold(event, userId, 1);
  const book = (code: string, key: string | null = null) => w.checkout.book(userId, { holdId, code }, key);
  expect(codeOf(await book('NONESUCH', 'k1'))).toBe('CODE_NOT_VALID unknown');
  expect(await w.sql('select 1 from ticketing.orders where hold_id = $1', [holdId])).toEqual([]);
  expect(await w.sql('select 1 from ticketing.idempotency_keys where user_id = $1', [userId])).toEqual([]);
  const first = value(await book('seaweed', 'k1')).order;
  expect(first).toMatchObject({ discountCents: 500, totalCents: 5_297, code: 'SEAWEED', status: 'pending' });
  expect(first.items[0]).toMatchObject({ unitDiscountCents: 500, unitAllInCents: 5_297 });
  expect(value(await book('seaweed', 'k1')).order).toEqual(first);
  expect(value(await book('SeaWeed')).order).toEqual(first);
  expect(codeOf(await book('KELP', 'k1'))).toBe('IDEMPOTENCY_KEY_REUSED');

  const items = [{ tierId: event.tierIds[0] as string, quantity: 1 }];
  const straight = await w.checkout.book(userId, { eventId: event.eventId, items, code: 'SEAWEED' }, null);
  expect(value(straight).order.totalCents).toBe(5_297);
  const refused = await w.checkout.book(userId, { eventId: event.eventId, items, code: 'NONE' }, null);
  expect(refused).toMatchObject({ error: { details: { holdId: expect.any(String) } } });
});

test('C21: items add up to the order for thousands of prices, fees, taxes and discounts', async () => {
  const event = await w.event();
  await w.makeCode(event, { code: 'RANDOM' });
  const b = await w.book({ event });
  value(await apply(b, 'RANDOM'));
  class Undo extends Error {}
  const half = (n: bigint, of: bigint) => Number((2n * n + of) / (2n * of));
  const trial = w.world.ledger.payments.transaction(async (tx) => {
    const run = (text: string) => tx.all<Record<string, number>>(statement('codes_test', text));
    // One order with 2,000 lines of tiers that need not exist.
    await run('set local session_replication_role = replica');
    await run('select setseed(0.25)');
    await run(`insert into ticketing.ticket_holds (hold_id, tier_id, user_id, quantity, unit_price_cents, unit_fee_cents,
        unit_tax_cents, unit_tax_included_cents, status, expires_at)
      select '${b.holdId}', gen_random_uuid(), '${b.userId}', 1 + n % 4, floor(random() * power(10, n % 9))::int,
        floor(random() * power(10, n % 5))::int, floor(random() * power(10, n % 6))::int, floor(random() * power(10, n % 6))::int,
        'active', now() from generate_series(1, 2000) n`);
    await run(`insert into ticketing.order_items (id, order_id, tier_id, quantity, unit_price_cents, unit_fee_cents)
      select gen_random_uuid(), '${b.orderId}', h.tier_id, h.quantity, h.unit_price_cents, h.unit_fee_cents
        from ticketing.ticket_holds h where h.hold_id = '${b.holdId}' on conflict do nothing`);
    for (const [kind, off] of [
      ['percent', 1],
      ['percent', 3_333],
      ['percent', 10_000],
      ['amount', 7],
      ['amount', 9_999],
    ] as const) {
      await run(
        `update ticketing.codes set kind = '${kind}', value = ${off} where event_id = '${event.eventId}'`,
      );
      await run(
        `select ticketing.price_order('${b.orderId}', c.id) from ticketing.codes c where c.event_id = '${event.eventId}'`,
      );
      const rows =
        await run(`select i.quantity as q, h.unit_price_cents as p, h.unit_fee_cents as f, h.unit_tax_cents as t,
          h.unit_tax_included_cents as x, i.unit_discount_cents as d, i.unit_tax_cents as nt, i.unit_tax_included_cents as nx
        from ticketing.order_items i join ticketing.ticket_holds h on h.hold_id = '${b.holdId}' and h.tier_id = i.tier_id
       where i.order_id = '${b.orderId}'`);
      expect(rows).toHaveLength(2_001);
      let total = 0;
      for (const row of rows) {
        const { q = 0, p = 0, f = 0, t = 0, x = 0, d = 0, nt = 0, nx = 0 } = row;
        const less = kind === 'percent' ? half(BigInt(p) * BigInt(off), 10_000n) : Math.min(off, p);
        const base = BigInt(p + f);
        const left = (tax: number) => (base === 0n ? 0 : half(BigInt(tax) * (base - BigInt(less)), base));
        expect([d, nt, nx], JSON.stringify(row)).toEqual([less, left(t), left(x)]);
        total += q * (p - less + f + left(t));
      }
      const [order] = await run(
        `select total_cents as total from ticketing.orders where id = '${b.orderId}'`,
      );
      expect(order?.total).toBe(total);
    }
    throw new Undo();
  });
  await expect(trial).rejects.toThrow(Undo);
});

test('C23: what is wrong with a code is told', async () => {
  const event = await w.event({ tiers: [{}, {}] });
  const sibling = await w.event({ vendorId: event.vendorId });
  const soon = (hours: number) => new Date(w.world.clock.now() + hours * 3_600_000).toISOString();
  await w.makeCode(event, { code: 'OFF', active: false });
  await w.makeCode(event, { code: 'EARLY', startsAt: soon(1) });
  await w.makeCode(event, { code: 'LATE', endsAt: soon(-1) });
  await w.makeCode(event, { code: 'ELSEWHERE', tierIds: [event.tierIds[1] as string] });
  await w.makeCode(event, { code: 'DOOR', kind: 'presale' });
  await w.makeCode(sibling, { code: 'SIBLING' });
  await w.makeCode(await w.event(), { code: 'STRANGER' });
  const b = await w.book({ event });
  const told = await Promise.all(
    ['OFF', 'EARLY', 'LATE', 'ELSEWHERE', 'DOOR', 'SIBLING', 'STRANGER', 'a\0b'].map(async (c) =>
      codeOf(await apply(b, c)),
    ),
  );
  expect(told).toEqual(
    ['inactive', 'not_yet', 'over', 'tier', 'unknown', 'event', 'unknown', 'unknown'].map(
      (why) => `CODE_NOT_VALID ${why}`,
    ),
  );
  expect(codeOf(await apply({ ...b, userId: (await w.world.createUser()).id }, 'OFF'))).toBe('NOT_FOUND');
});

/** Twelve orders of one fan and twelve of others want a code that is good for 5 in all, 2 a fan; resolves with its uses. */
async function stormOf(event: MadeEvent, name: string): Promise<{ all: number; most: number; ok: number }> {
  const one = (await w.world.createUser()).id;
  const orders = [];
  for (let i = 0; i < 6; i++) orders.push(await w.book({ event, userId: one, quantity: 1 }));
  for (let i = 0; i < 6; i++) orders.push(await w.book({ event, quantity: 1 }));
  const answers = await Promise.all(orders.map((b) => apply(b, name).then(codeOf, () => 'ERROR')));
  const [row] = await w.sql<{ all: number; most: number }>(
    `select coalesce(sum(n), 0)::int as "all", coalesce(max(n), 0)::int as most from (
       select u.user_id, sum(u.tickets) as n from ticketing.code_uses u join ticketing.codes c on c.id = u.code_id
        where c.event_id = $1 and lower(c.code) = lower($2) and u.live group by 1) f`,
    [event.eventId, name],
  );
  return { ...(row as { all: number; most: number }), ok: answers.filter((a) => a === 'OK').length };
}

const drop = { limitPerFan: 100 };
const original = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');

test('C22: however many use a code at once, it is never over its limits', async () => {
  const event = await w.event({ drop });
  const code = await w.makeCode(event, { maxTickets: 5, maxPerFan: 2 });
  const storm = await stormOf(event, 'SEAWEED');
  expect(storm.all).toBeLessThanOrEqual(5);
  expect(storm.most).toBeLessThanOrEqual(2);
  expect(storm.ok).toBe(storm.all);
  expect(storm.all).toBe(5);
  expect(await used(code.id)).toBe(5);
  const late = await w.book({ event, quantity: 1 });
  const kelp = await w.makeCode(event, { code: 'KELP' });
  value(await apply(late, 'KELP'));
  expect(codeOf(await apply(late, 'SEAWEED'))).toBe('CODE_USED_UP');
  expect(await used(kelp.id)).toBe(1);
});

test('C22: without the code’s lock the same storm goes over them: the test can fail', async () => {
  const event = await w.event({ drop });
  await w.makeCode(event, { maxPerFan: 2 });
  const naive = (file: string) =>
    original(file).replaceAll(/(codes c where [^;]*?) (?:order by c.id )?for update/g, '$1');
  const use = naive('use-code.function.sql').replace(
    '  if v_code.used',
    '  perform pg_sleep(0.1);\n  if v_code.used',
  );
  expect(use).toContain('pg_sleep');
  expect(use).not.toContain('for update');
  await w.sql(use);
  await w.sql(naive('apply-code.function.sql'));
  try {
    expect((await stormOf(event, 'SEAWEED')).most).toBeGreaterThan(2);
  } finally {
    await w.sql(original('use-code.function.sql'));
    await w.sql(original('apply-code.function.sql'));
  }
  await w.sql('update ticketing.codes set max_per_fan = null where event_id = $1', [event.eventId]);
});

const { lapseIn } = probes(() => w);

test('C24: uses go back when the order expires, but not while a payment of it is open', async () => {
  const event = await w.event();
  const code = await w.makeCode(event, { maxTickets: 4 });
  const [gone, open] = [await w.book({ event }), await w.book({ event })];
  value(await apply(gone, 'SEAWEED'));
  value(await apply(open, 'SEAWEED'));
  expect(codeOf(await apply(await w.book({ event }), 'SEAWEED'))).toBe('CODE_USED_UP');
  await lapseIn(gone, -1_000);
  expect(codeOf(await apply(gone, 'SEAWEED'))).toBe('ORDER_EXPIRED');
  await w.holds.sweep();
  expect(await used(code.id)).toBe(2);

  // A step is asked for, and the order ends meanwhile: a late yes would still bring its tickets, at this price.
  value(await w.checkout.pay(open.userId, { orderId: open.orderId, method: card(CARDS.step) }, null));
  await w.sql(`update ticketing.orders set status = 'expired' where id = $1`, [open.orderId]);
  expect(await used(code.id)).toBe(2);
  await w.sql(`update ticketing.payments set status = 'voided' where order_id = $1`, [open.orderId]);
  expect(await used(code.id)).toBe(0);
  await w.sql(`update ticketing.holds set status = 'active', paying_until = null where id = $1`, [
    open.holdId,
  ]);
  await w.sql(`update ticketing.ticket_holds set status = 'active' where hold_id = $1`, [open.holdId]);
});

test('C24: a capture that fails for good gives the uses back', async () => {
  const event = await w.event();
  const code = await w.makeCode(event, {});
  const b = await w.book({ event });
  value(await apply(b, 'SEAWEED'));
  await w.checkout.pay(b.userId, { orderId: b.orderId, method: card(CARDS.captureFails) }, null);
  await w.recoverAll();
  expect(await readOrder(b)).toMatchObject({ status: 'canceled', off: 1_000 });
  expect(await used(code.id)).toBe(0);
});

test('C25: while it is paid for and afterwards, an order keeps its code', async () => {
  const event = await w.event();
  const code = await w.makeCode(event, {});
  const b = await w.book({ event });
  value(await apply(b, 'SEAWEED'));
  value(await w.checkout.pay(b.userId, { orderId: b.orderId, method: card(CARDS.step) }, null));
  const both = async () => [
    codeOf(await apply(b, 'KELP')),
    codeOf(await w.pricing.orderCodes.remove(b.userId, b.orderId)),
  ];
  expect(await both()).toEqual(['INVALID_STATE', 'INVALID_STATE']);
  value(await w.checkout.confirm(b.userId, b.orderId, true));
  await w.recoverAll();
  expect(await both()).toEqual(['ORDER_CLOSED', 'ORDER_CLOSED']);
  expect(await readOrder(b)).toMatchObject({ status: 'paid', off: 1_000, total: 9_000 });
  const [charge] = await w.sql<{ cents: number }>(
    'select captured_cents as cents from ticketing.payments where order_id = $1',
    [b.orderId],
  );
  expect(charge?.cents).toBe(9_000);
  expect(await used(code.id)).toBe(2);
});

test('C26: a vendor makes, lists, changes and gives up codes; orders keep what they have', async () => {
  const event = await w.event();
  const vendor = w.vendorOf(event);
  const { codes } = w.pricing;
  const make = (body: object) =>
    codes.create(vendor, event.eventId, { code: 'ABC', kind: 'percent', ...body });
  const wrong = [
    { value: 0 },
    { value: 10_001 },
    { kind: 'amount' },
    { kind: 'presale', value: 5 },
    { value: 1, tierIds: [w.world.ids.next()] },
    { value: 1, startsAt: '2030-01-02T00:00:00Z', endsAt: '2030-01-01T00:00:00Z' },
    { value: 1, startsAt: '0000-01-01T00:00:00Z' },
    { value: 1, endsAt: '9999-12-31T23:59:59-12:00' },
  ];
  for (const body of wrong) expect(codeOf(await make(body)), JSON.stringify(body)).toBe('INVALID_REQUEST');
  const made = value(await make({ value: 1_000, maxTickets: 10, channel: 'newsletter' }));
  expect(made).toMatchObject({
    code: 'ABC',
    used: 0,
    active: true,
    channel: 'newsletter',
    maxPerFan: null,
    tierIds: null,
  });
  expect(codeOf(await make({ code: 'abc', value: 1 }))).toBe('INVALID_REQUEST');
  const b = await w.book({ event });
  value(await apply(b, 'ABC'));
  const before = await readOrder(b);
  const edit = (change: object) => codes.edit(vendor, event.eventId, made.id, change);
  expect(codeOf(await edit({ maxTickets: 1 }))).toBe('INVALID_REQUEST');
  expect(codeOf(await edit({ maxPerFan: 1 }))).toBe('INVALID_REQUEST');
  expect(value(await edit({ value: 5_000, maxTickets: 2 }))).toMatchObject({
    value: 5_000,
    maxTickets: 2,
    used: 2,
  });
  const second = value(await make({ code: 'XYZ', value: 1 }));
  const page = value(await codes.list(vendor, event.eventId, 1, null));
  expect(page.items.map((c) => c.id)).toEqual([second.id]);
  const next = value(await codes.list(vendor, event.eventId, 1, page.nextCursor));
  expect([next.items.map((c) => c.id), next.nextCursor]).toEqual([[made.id], null]);
  value(await codes.remove(vendor, event.eventId, made.id));
  expect(codeOf(await edit({ active: true }))).toBe('NOT_FOUND');
  expect(codeOf(await apply(await w.book({ event }), 'ABC'))).toBe('CODE_NOT_VALID unknown');
  expect(await readOrder(b)).toEqual(before);
  expect(codeOf(await make({ value: 1_000 }))).toBe('OK');
});

test('C27: after ten wrong codes in a minute even the right one waits', async () => {
  const { world } = w;
  const guessing = createGuessing(
    createRateLimiter({ redis: world.gate, clock: world.clock, log: world.log }),
  );
  const { orderCodes } = createPricing({ ...world, guessing });
  const event = await w.event();
  await w.makeCode(event, {});
  const b = await w.book({ event });
  for (let i = 0; i < 12; i++) value(await orderCodes.apply(b.userId, b.orderId, 'SEAWEED'));
  const told: string[] = [];
  for (let i = 0; i < 11; i++) told.push(codeOf(await orderCodes.apply(b.userId, b.orderId, `GUESS-${i}`)));
  expect(told.slice(0, 10)).toEqual(Array(10).fill('CODE_NOT_VALID unknown'));
  expect(codeOf(await orderCodes.apply(b.userId, b.orderId, 'SEAWEED'))).toBe('RATE_LIMITED');
});

test('C28: an order that a code makes free is completed without a bank', async () => {
  const event = await w.event();
  await w.makeCode(event, { value: 10_000 });
  const b = await w.book({ event });
  value(await apply(b, 'SEAWEED'));
  const paid = value(await w.checkout.pay(b.userId, { orderId: b.orderId, method: card(CARDS.good) }, null));
  const order: OrderView = paid.body.order;
  expect(order).toMatchObject({ status: 'paid', totalCents: 0, discountCents: 10_000 });
  expect(paid.body.tickets).toHaveLength(2);
  expect(
    await w.sql(
      'select provider, status, amount_cents::int as cents from ticketing.payments where order_id = $1',
      [b.orderId],
    ),
  ).toEqual([{ provider: 'free', status: 'captured', cents: 0 }]);
});
