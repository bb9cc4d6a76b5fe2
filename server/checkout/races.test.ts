/** Payments against expiry, against each other and against a hold that ended under their feet; with controls. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ChargeOutcome, Provider, Providers } from '../payments/index.ts';
import { type Booking, CARDS, type CheckoutWorld, card, checkoutWorld } from './testing.ts';

let w: CheckoutWorld;
beforeAll(async () => {
  w = await checkoutWorld();
});
afterAll(() => w.close());

const pay = (b: Booking, number: string, by = w.checkout) => by.pay(b.userId, { orderId: b.orderId, method: card(number) }, null);
const code = (r: { ok: true } | { ok: false; error: { code: string } }) => (r.ok ? 'OK' : r.error.code);
const counters = async (b: Booking) =>
  (await w.sql<{ r: number; i: number }>('select reserved_quantity as r, issued_quantity as i from ticketing.ticket_tiers where id = $1', [b.event.tierIds[0]]))[0];
const stands = async (b: Booking) =>
  (await w.sql<{ order: string; hold: string; payment: string; cause: string | null }>(
    `select o.status as "order", h.status as hold, p.status as payment, p.detail ->> 'cause' as cause
       from ticketing.orders o join ticketing.holds h on h.id = o.hold_id left join ticketing.payments p on p.order_id = o.id
      where o.id = $1 order by p.created_at desc limit 1`, [b.orderId]))[0];
const lapseIn = (b: Booking, ms: number) =>
  w.sql(`with h as (update ticketing.holds set expires_at = clock_timestamp() + make_interval(secs => $2::float8 / 1000) where id = $1 returning id, expires_at)
         update ticketing.ticket_holds i set expires_at = h.expires_at from h where i.hold_id = h.id`, [b.holdId, ms]);
const capNow = (b: Booking) => w.sql('update ticketing.holds set paying_until = now() where id = $1', [b.holdId]);
/** What no part of this program does: takes a paying hold's stock away, as a careless hand in the ledger could. */
async function endUnderPayment(b: Booking): Promise<void> {
  await w.sql(`update ticketing.holds set status = 'active' where id = $1`, [b.holdId]);
  await w.sql(`select ticketing.end_holds($1, array[$2::uuid], 'released', 1)`, [b.event.dropId, b.holdId]);
  await w.holds.settle(b.event.dropId);
}

/** A provider that answers one kind of call as told. */
function altered(name: keyof Provider, answer: (real: () => Promise<ChargeOutcome>) => Promise<ChargeOutcome>): Providers {
  return {
    get(which) {
      const found = w.providers.get(which);
      if (!found.ok) return found;
      const real = found.value as unknown as Record<string, (...a: unknown[]) => Promise<ChargeOutcome>>;
      return { ok: true, value: { ...found.value, [name]: (...a: unknown[]) => answer(() => real[name]!(...a)) } };
    },
  };
}

/** From "over already" to "in time, on any machine". */
const LAPSES_MS = [-1, 0, 1, 2, 3, 5, 8, 12, 30, 400];

describe('expiry against payment', () => {
  test('O3, O5: whoever comes first wins whole: paid with tickets, or expired with the stock back', async () => {
    const ends: Record<string, number> = {};
    const rounds = 40;
    for (let i = 0; i < rounds; i++) {
      const b = await w.book({ seed: { tiers: [{ quantity: 2 }] } });
      await lapseIn(b, LAPSES_MS[i % LAPSES_MS.length] as number);
      const sweeping = (async () => {
        for (let k = 0; k < 4; k++) await w.holds.sweep();
      })();
      const [answer] = await Promise.all([pay(b, CARDS.good), sweeping]);
      await w.holds.sweep();
      const { order, hold } = (await stands(b))!;
      const end = `${code(answer)} ${order} ${hold} ${JSON.stringify(await counters(b))}`;
      expect([
        'OK paid completed {"r":0,"i":2}',
        'HOLD_EXPIRED expired expired {"r":0,"i":0}',
        'ORDER_EXPIRED expired expired {"r":0,"i":0}',
      ]).toContain(end);
      ends[code(answer)] = (ends[code(answer)] ?? 0) + 1;
    }
    // Both outcomes were met: the race was one.
    expect(ends.OK ?? 0).toBeGreaterThan(0);
    expect(rounds - (ends.OK ?? 0)).toBeGreaterThan(0);
    expect(await w.broken()).toEqual([]);
  });

  test('O19: at its cap an undecided payment is void, and the hold is free to be paid again', async () => {
    const b = await w.book();
    await pay(b, CARDS.step);
    await w.checkout.recover({ olderThanMs: 0 });
    expect(await stands(b)).toMatchObject({ order: 'paying', payment: 'requires_action' });
    await capNow(b);
    expect(await w.checkout.recover({ olderThanMs: 0 })).toMatchObject({ looked: 1, settled: 1 });
    expect(await stands(b)).toMatchObject({ order: 'pending', hold: 'active', payment: 'voided' });
    expect(code(await w.checkout.confirm(b.userId, b.orderId, true))).toBe('PAYMENT_DECLINED');
    expect(code(await pay(b, CARDS.good))).toBe('OK');
  });

  test('O19: where its hold is over too, its order expires and a late step is told so', async () => {
    const b = await w.book();
    await pay(b, CARDS.step);
    await lapseIn(b, -1);
    await capNow(b);
    await w.checkout.recover({ olderThanMs: 0 });
    await w.holds.sweep();
    expect(await stands(b)).toMatchObject({ order: 'expired', hold: 'expired', payment: 'voided' });
    expect(code(await w.checkout.confirm(b.userId, b.orderId, true))).toBe('ORDER_EXPIRED');
    expect(await counters(b)).toEqual({ r: 0, i: 0 });
  });

  test('O13: while its provider does not confirm the void, nothing is released', async () => {
    const b = await w.book();
    await pay(b, CARDS.step);
    await lapseIn(b, -1);
    await capNow(b);
    const away = w.another({ providers: altered('void', async () => ({ state: 'unknown' })) });
    await away.recover({ olderThanMs: 0 });
    await w.holds.sweep();
    expect(await stands(b)).toMatchObject({ order: 'paying', hold: 'paying' });
    expect(await counters(b)).toEqual({ r: 2, i: 0 });
    await w.checkout.recover({ olderThanMs: 0 });
    await w.holds.sweep();
    expect(await counters(b)).toEqual({ r: 0, i: 0 });
  });

  test('O13: a void that comes too late, because the bank had said yes, completes the order', async () => {
    const b = await w.book();
    await pay(b, CARDS.step);
    await capNow(b);
    const crossed = w.another({
      providers: altered('void', async () => {
        await w.sql(`update payments.test_charges set status = 'authorized' where status = 'requires_action' and id in (select id from ticketing.payments where order_id = $1)`, [b.orderId]);
        return { state: 'authorized' };
      }),
    });
    await crossed.recover({ olderThanMs: 0 });
    expect(await stands(b)).toMatchObject({ order: 'paid', hold: 'completed', payment: 'captured' });
  });
});

describe('a yes after the hold has ended', () => {
  test('O12: is seated again while the stock is free; the gate learns of it', async () => {
    const b = await w.book({ seed: { tiers: [{ quantity: 3 }] } });
    await pay(b, CARDS.step);
    await endUnderPayment(b);
    expect((await w.holds.gate.read(b.event.dropId))?.tiers[0]?.available).toBe(3);
    expect(code(await w.checkout.confirm(b.userId, b.orderId, true))).toBe('OK');
    expect(await stands(b)).toMatchObject({ order: 'paid', payment: 'captured' });
    expect(await counters(b)).toEqual({ r: 0, i: 2 });
    expect((await w.holds.gate.read(b.event.dropId))?.tiers[0]?.available).toBe(1);
  });

  test('O13: is given back, with a record, when the stock is gone', async () => {
    const b = await w.book({ seed: { tiers: [{ quantity: 3 }] } });
    await pay(b, CARDS.step);
    await endUnderPayment(b);
    const other = await w.book({ event: b.event, quantity: 2 });
    expect(code(await w.checkout.confirm(b.userId, b.orderId, true))).toBe('ORDER_EXPIRED');
    expect(await stands(b)).toMatchObject({ order: 'expired', payment: 'voided', cause: 'late_no_stock' });
    expect(await w.sql('select c.status from payments.test_charges c join ticketing.payments p on p.id = c.id where p.order_id = $1', [b.orderId])).toEqual([{ status: 'voided' }]);
    expect(code(await pay(other, CARDS.good))).toBe('OK');
  });

  test("O12: the fan's limit counts then, too", async () => {
    const b = await w.book({ seed: { tiers: [{ quantity: 9 }], drop: { limitPerFan: 2 } } });
    await pay(b, CARDS.step);
    await endUnderPayment(b);
    await w.book({ event: b.event, userId: b.userId, quantity: 1 });
    expect(code(await w.checkout.confirm(b.userId, b.orderId, true))).toBe('ORDER_EXPIRED');
    expect(await stands(b)).toMatchObject({ payment: 'voided', cause: 'late_no_stock' });
    expect(await w.broken()).toEqual([]);
  });
});

/** A checkout function of the ledger, changed by `edit`; every edit must find its text. */
function mutated(file: string, ...edits: [from: RegExp | string, to: string][]): string {
  let text = readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8');
  for (const [from, to] of edits) {
    const next = text.replaceAll(typeof from === 'string' ? from : new RegExp(from, 'g'), to);
    if (next === text) throw new Error(`the mutant of ${file} changes nothing: ${from}`);
    text = next;
  }
  return text;
}

const original = (file: string) => w.sql(readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8'));

/** Two connections complete the same authorised payment at once; what came of it. */
async function completeTwice(): Promise<string[]> {
  const b = await w.book({ seed: { tiers: [{ quantity: 10 }] } });
  await pay(b, CARDS.step);
  const [p] = await w.sql<{ id: string }>('select id from ticketing.payments where order_id = $1', [b.orderId]);
  const once = () =>
    w.sql<{ outcome: string }>('select outcome from ticketing.complete_order($1, null, $2, null)', [p!.id, [w.world.ids.next(), w.world.ids.next()]]).then(
      ([row]) => row!.outcome,
      (err: { code?: string }) => `error ${err.code}`,
    );
  const outcomes = (await Promise.all([once(), once(), once()])).sort();
  return outcomes.join() === 'COMPLETED,DONE,DONE' ? [] : [`complete_order: ${outcomes.join()}`];
}

/** Ten submits at once; what came of it. */
async function submitTogether(): Promise<string[]> {
  const b = await w.book();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => pay(b, CARDS.good).then(code, (err: { code?: string }) => `error ${err.code}`)),
  );
  const charges = await w.sql(`select 1 from payments.test_charges c join ticketing.payments p on p.id = c.id where p.order_id = $1`, [b.orderId]);
  const problems = answers.filter((a) => a !== 'OK').map((a) => `a submit got ${a}`);
  const codes = await w.sql('select 1 from ticketing.tickets where order_id = $1 and qr_code is not null', [b.orderId]);
  if (codes.length !== 2) problems.push(`${codes.length} codes for two tickets`);
  return charges.length === 1 ? problems : [...problems, `${charges.length} charges`];
}

/** A capture fails for good; what the gate then shows of two tickets. */
async function failCapture(): Promise<string[]> {
  const b = await w.book({ seed: { tiers: [{ quantity: 2 }] } });
  const got = code(await pay(b, CARDS.captureFails).catch((err: { code?: string }) => ({ ok: false as const, error: { code: `error ${err.code}` } })));
  await w.holds.settle(b.event.dropId);
  const free = (await w.holds.gate.read(b.event.dropId))?.tiers[0]?.available;
  return got === 'CAPTURE_FAILED' && free === 2 ? [] : [`${got}, the gate shows ${free}`];
}

async function payLapsed(): Promise<string[]> {
  const b = await w.book();
  await lapseIn(b, -5);
  const got = code(await pay(b, CARDS.good));
  return got === 'HOLD_EXPIRED' ? [] : [`a lapsed hold was paid: ${got}`];
}

/** Wide enough for every other connection to come in between; the original stands this, too. */
const SLOWLY: [string, string] = ["  v_quantity := v_hold.quantity;", '  perform pg_sleep(0.05); v_quantity := v_hold.quantity;'];

describe('controls', () => {
  const files = ['complete_order', 'begin_payment', 'cancel_order', 'payment_captured', 'withdraw_payment'].map((f) => `./${f}.function.sql`);
  afterEach(async () => {
    for (const file of files) await original(file);
  });

  const checks = async () => [
    ...(await completeTwice()), ...(await submitTogether()), ...(await failCapture()), ...(await payLapsed()), ...(await w.broken()),
  ];

  test('O8, O10: the checks find nothing wrong with the program, even where it is slowed down in its middle', async () => {
    await w.sql(mutated('./complete_order.function.sql', SLOWLY));
    expect(await checks()).toEqual([]);
  });

  const MUTANTS: [rule: string, file: string, ...edits: [RegExp | string, string][]][] = [
    ['O10: complete without locks', './complete_order.function.sql', SLOWLY, [/for (no key )?update/, '']],
    ['O10: complete that does not look whether it is done', './complete_order.function.sql', ["v_order.status in ('committed', 'paid', 'partially_refunded', 'refunded')", 'false']],
    ['O8: begin without locks', './begin_payment.function.sql', ['for update', ''], ["  if payment_id is not null then outcome := 'LIVE'; return; end if;", "  if payment_id is not null then outcome := 'LIVE'; return; end if; perform pg_sleep(0.03);"]],
    ['O8: begin that does not see the other attempt', './begin_payment.function.sql', ["p.status in ('started', 'requires_action', 'authorized', 'captured', 'unknown')", 'false']],
    ['O3: begin that does not look at the deadline', './begin_payment.function.sql', ['or v_hold.expires_at <= v_now', '']],
    ['O7: complete that forgets what was reserved', './complete_order.function.sql', ["case outcome when 'COMPLETED' then i.quantity else 0 end", '0']],
    ['O15: cancel without the credit', './cancel_order.function.sql', ["'release')", "'complete')"]],
    ['O15: cancel that leaves the tickets', './cancel_order.function.sql', ["set status = 'canceled', qr_code = null", 'set qr_code = null']],
    ['O14: captured without the codes', './payment_captured.function.sql', ['set qr_code = c.code', 'set qr_code = null']],
  ];
  test.each(MUTANTS)('%s is found', async (_rule, file, ...edits) => {
    const before = await w.broken();
    expect(before).toEqual([]);
    const found = await spoilt(mutated(file, ...edits));
    expect(found.length).toBeGreaterThan(0);
  });

  /** Runs the checks under a mutant in a world of its own, which is thrown away with what the mutant did to it. */
  async function spoilt(text: string): Promise<string[]> {
    const kept = w;
    w = await checkoutWorld();
    try {
      await w.sql(text);
      return await checks();
    } finally {
      await w.close();
      w = kept;
    }
  }
});
