import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../stores/testing.ts';
import { verifyCode } from '../tickets/index.ts';
import { ANSWER_MS, type Booking, CARDS, CASH, type CheckoutWorld, card, checkoutWorld } from './testing.ts';

let w: CheckoutWorld;
beforeAll(async () => {
  w = await checkoutWorld();
});
afterAll(async () => {
  // Whatever a test here did, the ledger's invariants hold afterwards.
  expect(await w.broken()).toEqual([]);
  await w.close();
});

const pay = (b: Booking, number: string, key: string | null = null) =>
  w.checkout.pay(b.userId, { orderId: b.orderId, method: card(number) }, key);
const code = (result: { ok: boolean; error?: { code: string } }) => (result.ok ? 'OK' : (result as { error: { code: string } }).error.code);
const orderStatus = async (b: Booking) => (await w.sql<{ status: string }>('select status from ticketing.orders where id = $1', [b.orderId]))[0]?.status;
const holdStatus = async (b: Booking) => (await w.sql<{ status: string }>('select status from ticketing.holds where id = $1', [b.holdId]))[0]?.status;
const counters = async (b: Booking) =>
  (await w.sql('select reserved_quantity as r, issued_quantity as i from ticketing.ticket_tiers where id = $1', [b.event.tierIds[0]]))[0];
const charges = (b: Booking) =>
  w.sql<{ status: string }>(
    'select c.status from payments.test_charges c join ticketing.payments p on p.id = c.id where p.order_id = $1 order by c.created_at',
    [b.orderId],
  );
const sameFor = async <T>(n: number, work: (i: number) => Promise<T>) => Promise.all(Array.from({ length: n }, (_, i) => work(i)));

describe('booking', () => {
  test('O1, O3: the order of a hold has its items, total and deadline', async () => {
    const event = await w.event({ tiers: [{ priceCents: 1250 }, { priceCents: 300 }] });
    const user = await w.world.createUser();
    const held = await w.holds.place(user.id, {
      dropId: event.dropId,
      requestId: w.world.ids.next(),
      items: [{ tierId: event.tierIds[0]!, quantity: 2 }, { tierId: event.tierIds[1]!, quantity: 1 }],
    });
    if (!held.ok) throw new Error(held.error.code);
    const booked = await w.checkout.book(user.id, { holdId: held.value.id }, null);
    if (!booked.ok) throw new Error(booked.error.code);
    const { order } = booked.value;
    expect(order).toMatchObject({ status: 'pending', totalCents: 2800, currency: 'EUR', holdId: held.value.id, expiresAt: held.value.expiresAt });
    expect(order.reference).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(order.items.map((i) => [i.quantity, i.unitPriceCents])).toEqual([[2, 1250], [1, 300]]);
  });

  test('O1: twenty bookings of one hold at once are one order', async () => {
    const event = await w.event();
    const user = await w.world.createUser();
    const holdId = await w.hold(event, user.id);
    const all = await sameFor(20, () => w.checkout.book(user.id, { holdId }, null));
    expect(new Set(all.map((r) => (r.ok ? r.value.order.id : r.error.code))).size).toBe(1);
    expect(await w.sql('select 1 from ticketing.orders where hold_id = $1', [holdId])).toHaveLength(1);
  });

  test('O3: a dead hold is refused, a lapsed one too before any sweep has seen it, and so is paying for it', async () => {
    const b = await w.book();
    const released = await w.book();
    await w.holds.release(released.userId, released.holdId);
    expect(code(await w.checkout.book(released.userId, { holdId: released.holdId }, null))).toBe('HOLD_EXPIRED');
    expect(code(await pay(released, CARDS.good))).toBe('ORDER_EXPIRED');
    await expireHold(b);
    expect(code(await w.checkout.book(b.userId, { holdId: b.holdId }, null))).toBe('HOLD_EXPIRED');
    expect(code(await pay(b, CARDS.good))).toBe('HOLD_EXPIRED');
    await w.holds.sweep();
    expect(await orderStatus(b)).toBe('expired');
    expect(code(await pay(b, CARDS.good))).toBe('ORDER_EXPIRED');
  });

  test("O3: a paused drop's clock stands still for its orders", async () => {
    const b = await w.book();
    await w.sql(`update ticketing.drops set phase = 'paused', phase_before_pause = 'live', paused_at = now() where id = $1`, [b.event.dropId]);
    await w.sql(`update ticketing.holds set expires_at = clock_timestamp() + interval '20 ms' where id = $1`, [b.holdId]);
    await w.sql(`update ticketing.ticket_holds i set expires_at = h.expires_at from ticketing.holds h where h.id = i.hold_id and h.id = $1`, [b.holdId]);
    await until('its deadline is past', async () =>
      (await w.sql('select 1 from ticketing.holds where id = $1 and expires_at < now()', [b.holdId])).length === 1);
    expect(code(await pay(b, CARDS.good))).toBe('OK');
  });

  test('O4: a key books once: the same body the same order, another body is refused', async () => {
    const event = await w.event();
    const user = await w.world.createUser();
    const [one, two] = [await w.hold(event, user.id, 1), await w.hold(event, user.id, 1)];
    const first = await w.checkout.book(user.id, { holdId: one }, 'book-key');
    const again = await w.checkout.book(user.id, { holdId: one }, 'book-key');
    expect(first.ok && again.ok && again.value.order.id === first.value.order.id).toBe(true);
    expect(code(await w.checkout.book(user.id, { holdId: two }, 'book-key'))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await w.sql('select 1 from ticketing.orders where hold_id = $1', [two])).toHaveLength(0);
  });

  test('O4, O17: items of an event are held by the rules of holds and booked, once per key', async () => {
    const event = await w.event({ tiers: [{ quantity: 3 }], drop: { limitPerFan: 2 } });
    const user = await w.world.createUser();
    const items = [{ tierId: event.tierIds[0]!, quantity: 2 }];
    const all = await sameFor(5, () => w.checkout.book(user.id, { eventId: event.eventId, items }, 'items-key'));
    expect(new Set(all.map((r) => (r.ok ? r.value.order.id : r.error.code))).size).toBe(1);
    expect(await w.sql('select 1 from ticketing.holds where drop_id = $1', [event.dropId])).toHaveLength(1);
    const other = [{ tierId: event.tierIds[0]!, quantity: 1 }];
    expect(code(await w.checkout.book(user.id, { eventId: event.eventId, items: other }, 'items-key'))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(code(await w.checkout.book(user.id, { eventId: event.eventId, items: other }, null))).toBe('LIMIT_EXCEEDED');
    const fan = await w.world.createUser();
    expect(code(await w.checkout.book(fan.id, { eventId: event.eventId, items }, null))).toBe('SOLD_OUT');
    expect(code(await w.checkout.book(fan.id, { eventId: w.world.ids.next(), items }, null))).toBe('NOT_FOUND');
    const inLine = await w.event({ drop: { hasLine: true } });
    expect(code(await w.checkout.book(fan.id, { eventId: inLine.eventId, items: [{ tierId: inLine.tierIds[0]!, quantity: 1 }] }, null))).toBe('NO_TURN');
    const over = await w.event({ drop: { phase: 'ended' } });
    expect(code(await w.checkout.book(fan.id, { eventId: over.eventId, items: [{ tierId: over.tierIds[0]!, quantity: 1 }] }, null))).toBe('NOT_OPEN');
  });

  test("O16: another fan's hold and order do not exist", async () => {
    const b = await w.book();
    const thief = { ...b, userId: (await w.world.createUser()).id };
    expect(code(await w.checkout.book(thief.userId, { holdId: b.holdId }, null))).toBe('NOT_FOUND');
    expect(code(await pay(thief, CARDS.good))).toBe('NOT_FOUND');
    expect(code(await w.checkout.confirm(thief.userId, b.orderId, true))).toBe('NOT_FOUND');
    expect(await orderStatus(b)).toBe('pending');
  });
});

async function expireHold(b: Booking): Promise<void> {
  await w.sql(`update ticketing.holds set expires_at = now() - interval '1 ms' where id = $1`, [b.holdId]);
  await w.sql(`update ticketing.ticket_holds i set expires_at = h.expires_at from ticketing.holds h where h.id = i.hold_id and h.id = $1`, [b.holdId]);
}

describe('paying', () => {
  test('O7, O14: a good card: paid, with verifiable tickets, counters moved and jobs queued', async () => {
    const b = await w.book();
    const paid = await pay(b, CARDS.good);
    if (!paid.ok) throw new Error(paid.error.code);
    expect(paid.value).toMatchObject({ settled: true, body: { order: { id: b.orderId, status: 'paid', expiresAt: null } } });
    const tickets = paid.value.body.tickets ?? [];
    expect(tickets).toHaveLength(2);
    for (const t of tickets) {
      const verdict = verifyCode(t.qr ?? '', (kid, data, signature) => w.world.keys.verify('ticket', kid, data, signature));
      expect(verdict).toMatchObject({ valid: true, claims: { ticketId: t.id, eventId: b.event.eventId, version: 1 } });
    }
    expect(await counters(b)).toEqual({ r: 0, i: 2 });
    expect(await holdStatus(b)).toBe('completed');
    expect((await charges(b)).map((c) => c.status)).toEqual(['captured']);
    const jobs = await w.sql<{ topic: string }>(`select topic from ticketing.outbox where payload ->> 'orderId' = $1 order by id`, [b.orderId]);
    expect(jobs.map((j) => j.topic)).toEqual(['order.paid', 'tickets.released']);
    expect(w.told.filter(([user, event]) => user === b.userId && event === 'order:updated')).toHaveLength(1);
    const log = await w.sql<{ to_status: string; cause: string }>('select to_status, cause from ticketing.order_log where order_id = $1 order by id', [b.orderId]);
    expect(log.map((l) => `${l.to_status}:${l.cause}`)).toEqual(['pending:booked', 'paying:pay', 'committed:authorized', 'paid:captured']);
  });

  test('O6: a declined card thaws the hold; another card then pays', async () => {
    const b = await w.book();
    const declined = await pay(b, CARDS.declined);
    expect(declined).toMatchObject({ ok: false, error: { code: 'PAYMENT_DECLINED', details: { orderStatus: 'pending' } } });
    expect(await holdStatus(b)).toBe('active');
    expect(code(await pay(b, CARDS.good))).toBe('OK');
    expect((await charges(b)).map((c) => c.status)).toEqual(['declined', 'captured']);
  });

  test('O6: declined after the deadline: the stock goes back with the next sweep', async () => {
    const b = await w.book({ seed: { tiers: [{ quantity: 2 }] } });
    const step = await pay(b, CARDS.step);
    expect(step.ok && !step.value.settled).toBe(true);
    await expireHold(b);
    await w.holds.sweep();
    expect(await counters(b)).toEqual({ r: 2, i: 0 });
    expect(code(await w.checkout.confirm(b.userId, b.orderId, false))).toBe('PAYMENT_DECLINED');
    await w.holds.sweep();
    expect(await counters(b)).toEqual({ r: 0, i: 0 });
    expect(await orderStatus(b)).toBe('expired');
  });

  test('O5, P4: the step card waits for its fan; the hold is frozen meanwhile', async () => {
    const b = await w.book();
    const first = await pay(b, CARDS.step);
    expect(first).toMatchObject({
      ok: true,
      value: { settled: false, body: { order: { status: 'paying' }, nextAction: { type: 'approve', confirmPath: '/payment/confirm' } } },
    });
    await expireHold(b);
    await w.holds.sweep();
    expect(await holdStatus(b)).toBe('paying');
    expect(code(await w.holds.release(b.userId, b.holdId))).toBe('HOLD_PAYING');
    const done = await w.checkout.confirm(b.userId, b.orderId, true);
    expect(done).toMatchObject({ ok: true, value: { settled: true, body: { order: { status: 'paid' } } } });
    expect(await w.checkout.confirm(b.userId, b.orderId, true)).toMatchObject({ ok: true, value: { settled: true } });
    const fresh = await w.book();
    expect(code(await w.checkout.confirm(fresh.userId, fresh.orderId, true))).toBe('INVALID_STATE');
  });

  test('P3, O11: the slow card is answered at once and told later', async () => {
    const b = await w.book();
    const before = w.world.clock.now();
    const first = await pay(b, CARDS.slow);
    expect(first).toMatchObject({ ok: true, value: { settled: false, body: { order: { status: 'paying' } } } });
    expect(w.world.clock.now() - before).toBeGreaterThanOrEqual(ANSWER_MS - 5);
    await w.checkout.idle();
    await w.recoverAll();
    expect(await orderStatus(b)).toBe('paid');
    const last = w.told.filter(([user]) => user === b.userId).at(-1);
    expect(last).toMatchObject([b.userId, 'order:updated', { id: b.orderId, status: 'paid' }]);
  });

  test('O15: a capture that fails for good cancels order and tickets and gives the stock back, in the gate too', async () => {
    const b = await w.book({ seed: { tiers: [{ quantity: 2 }] } });
    const failed = await pay(b, CARDS.captureFails);
    expect(failed).toMatchObject({ ok: false, error: { code: 'CAPTURE_FAILED', details: { orderStatus: 'canceled' } } });
    expect(await counters(b)).toEqual({ r: 0, i: 0 });
    expect((await w.sql('select distinct status, qr_code from ticketing.tickets where order_id = $1', [b.orderId]))).toEqual([{ status: 'canceled', qr_code: null }]);
    expect((await w.sql<{ bought: number }>('select bought from ticketing.fans where user_id = $1', [b.userId]))[0]?.bought).toBe(0);
    await w.holds.settle(b.event.dropId);
    expect((await w.holds.gate.read(b.event.dropId))?.tiers[0]?.available).toBe(2);
    expect(code(await pay(b, CARDS.good))).toBe('ORDER_CLOSED');
    await w.book({ event: b.event, userId: b.userId, quantity: 2 });
  });

  test('O15: so it does when the gate was reopened in between', async () => {
    const b = await w.book({ seed: { tiers: [{ quantity: 2 }] } });
    const test = w.providers.get('test');
    if (!test.ok) throw new Error('no test provider');
    const reopening = w.another({
      providers: { get: () => ({ ok: true, value: { ...test.value, capture: async (c) => {
        await w.holds.gate.reopen(b.event.dropId, 'test');
        return test.value.capture(c);
      } } }) },
    });
    expect(code(await reopening.pay(b.userId, { orderId: b.orderId, method: card(CARDS.captureFails) }, null))).toBe('CAPTURE_FAILED');
    await w.holds.settle(b.event.dropId);
    expect((await w.holds.gate.read(b.event.dropId))?.tiers[0]?.available).toBe(2);
  });

  test('O14, P7: cash on arrival: committed, codes released at once, nothing captured', async () => {
    const b = await w.book();
    const paid = await w.checkout.pay(b.userId, { orderId: b.orderId, method: CASH }, null);
    if (!paid.ok) throw new Error(paid.error.code);
    expect(paid.value).toMatchObject({ settled: true, body: { order: { status: 'committed' } } });
    expect(paid.value.body.tickets?.every((t) => t.qr !== null)).toBe(true);
    expect(await w.checkout.recover({ olderThanMs: 0 })).toEqual({ looked: 0, settled: 0, failed: 0 });
    expect((await w.sql<{ captured_cents: number }>('select captured_cents from ticketing.payments where order_id = $1', [b.orderId]))[0]?.captured_cents).toBe(0);
  });

  test('P2: a way to pay that is not offered is refused before anything begins', async () => {
    const b = await w.book();
    expect(code(await w.checkout.pay(b.userId, { orderId: b.orderId, method: { provider: 'stripe' } }, null))).toBe('NOT_AVAILABLE');
    expect(await pay(b, '42')).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST', details: { field: 'method.card' } } });
    expect(await orderStatus(b)).toBe('pending');
    expect(await w.sql('select 1 from ticketing.payments where order_id = $1', [b.orderId])).toHaveLength(0);
  });

  test('O18: buying the last ticket of the limit ends the turn, buying fewer does not', async () => {
    const some = await w.book({ quantity: 2, seed: { drop: { limitPerFan: 3 } } });
    await pay(some, CARDS.good);
    expect(w.endedTurns.filter(([, user]) => user === some.userId)).toHaveLength(0);
    const rest = await w.book({ event: some.event, userId: some.userId, quantity: 1 });
    await pay(rest, CARDS.good);
    expect(w.endedTurns.filter(([, user]) => user === some.userId)).toEqual([[some.event.dropId, some.userId]]);
  });

  test('O7: a free order goes the same way', async () => {
    const b = await w.book({ seed: { tiers: [{ priceCents: 0 }] } });
    expect(await pay(b, CARDS.good)).toMatchObject({ ok: true, value: { body: { order: { status: 'paid', totalCents: 0 } } } });
  });
});

describe('once', () => {
  const ids = (all: Awaited<ReturnType<typeof pay>>[]) => all.map((r) => (r.ok ? r.value.body.tickets?.map((t) => t.id).join() : r.error.code));

  test('O8, O9: twenty submits with one key: one charge, one answer', async () => {
    const b = await w.book();
    const all = await sameFor(20, () => pay(b, CARDS.good, 'submit'));
    expect(new Set(ids(all)).size).toBe(1);
    expect(all[0]?.ok).toBe(true);
    expect((await charges(b)).map((c) => c.status)).toEqual(['captured']);
    expect(ids([await pay(b, CARDS.good, 'submit')])).toEqual(ids([all[0]!]));
  });

  test('O8, O9: twenty submits with twenty keys, and twenty without: one charge', async () => {
    const [b, c] = [await w.book(), await w.book()];
    const keyed = await sameFor(20, (i) => pay(b, CARDS.good, `submit-${i}`));
    const keyless = await sameFor(20, () => pay(c, CARDS.good));
    for (const all of [keyed, keyless]) expect(new Set(ids(all)).size).toBe(1);
    for (const order of [b, c]) expect((await charges(order)).map((x) => x.status)).toEqual(['captured']);
  });

  test('O8: submits from two processes at once: one charge', async () => {
    const b = await w.book();
    const other = w.another();
    const all = await sameFor(10, (i) =>
      (i % 2 === 0 ? w.checkout : other).pay(b.userId, { orderId: b.orderId, method: card(CARDS.good) }, `p${i}`));
    expect(new Set(ids(all)).size).toBe(1);
    expect((await charges(b)).map((x) => x.status)).toEqual(['captured']);
  });

  test('O9: a key with another body is refused, a declined one says so again, both orders of two stay apart', async () => {
    const [b, c] = [await w.book(), await w.book()];
    const both = { ...c, userId: b.userId };
    expect(code(await pay(b, CARDS.declined, 'k'))).toBe('PAYMENT_DECLINED');
    expect(code(await pay(b, CARDS.declined, 'k'))).toBe('PAYMENT_DECLINED');
    expect(await charges(b)).toHaveLength(1);
    expect(code(await pay(b, CARDS.good, 'k'))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(code(await pay(both, CARDS.declined, 'k'))).toBe('NOT_FOUND');
    expect(code(await pay(c, CARDS.good, 'k'))).toBe('OK');
    expect(code(await w.checkout.book(b.userId, { holdId: b.holdId }, 'k'))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(code(await pay(b, CARDS.good, 'another'))).toBe('OK');
  });

  test('O9: one key for two orders at the same moment pays one of them', async () => {
    const event = await w.event();
    const userId = (await w.world.createUser()).id;
    const one = await w.book({ event, userId, quantity: 1 });
    const two = await w.book({ event, userId, quantity: 1 });
    const answers = await Promise.all([pay(one, CARDS.good, 'shared'), pay(two, CARDS.good, 'shared')]);
    expect(answers.map(code).sort()).toEqual(['IDEMPOTENCY_KEY_REUSED', 'OK']);
  });

  test('O9: a submit whose twin does not finish is told so, not charged', async () => {
    const b = await w.book();
    const test = w.providers.get('test');
    if (!test.ok) throw new Error('no test provider');
    let release = () => undefined as void;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stuck = w.another({
      answerMs: 20_000,
      waitMs: 60,
      providers: { get: () => ({ ok: true, value: { ...test.value, authorise: async (c, i) => {
        await gate;
        return test.value.authorise(c, i);
      } } }) },
    });
    const order = { orderId: b.orderId, method: card(CARDS.good) };
    const first = stuck.pay(b.userId, order, 'twin');
    await until('the first submit has begun', async () => (await orderStatus(b)) === 'paying');
    expect(code(await stuck.pay(b.userId, order, 'twin'))).toBe('REQUEST_IN_PROGRESS');
    release();
    expect(code(await first)).toBe('OK');
    expect(code(await stuck.pay(b.userId, order, 'twin'))).toBe('OK');
    expect(await charges(b)).toHaveLength(1);
  });
});
