import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyCode } from '../tickets/index.ts';
import {
  ANSWER_MS,
  altered,
  CARDS,
  CASH,
  type CheckoutWorld,
  card,
  checkoutWorld,
  type Probes,
  probes,
} from './testing.ts';

let w: CheckoutWorld;
let pay: Probes['pay'];
let code: Probes['code'];
let orderStatus: Probes['orderStatus'];
let holdStatus: Probes['holdStatus'];
let counters: Probes['counters'];
let charges: Probes['charges'];
let lapseIn: Probes['lapseIn'];
beforeAll(async () => {
  w = await checkoutWorld();
  ({ pay, code, orderStatus, holdStatus, counters, charges, lapseIn } = probes(() => w));
});
afterAll(async () => {
  // Whatever a test here did, the ledger's invariants hold afterwards.
  expect(await w.broken()).toEqual([]);
  await w.close();
});

describe('paying', () => {
  test('O7, O14: a good card: paid, with verifiable tickets, counters moved and jobs queued', async () => {
    const b = await w.book();
    const paid = await pay(b, CARDS.good);
    if (!paid.ok) throw new Error(paid.error.code);
    expect(paid.value).toMatchObject({
      settled: true,
      body: { order: { id: b.orderId, status: 'paid', expiresAt: null } },
    });
    const tickets = paid.value.body.tickets ?? [];
    expect(tickets).toHaveLength(2);
    for (const t of tickets) {
      const verdict = verifyCode(t.qr ?? '', (kid, data, signature) =>
        w.world.keys.verify('ticket', kid, data, signature),
      );
      expect(verdict).toMatchObject({
        valid: true,
        claims: { ticketId: t.id, eventId: b.event.eventId, version: 1 },
      });
    }
    expect(await counters(b)).toEqual({ r: 0, i: 2 });
    expect(await holdStatus(b)).toBe('completed');
    expect((await charges(b)).map((c) => c.status)).toEqual(['captured']);
    const jobs = await w.sql<{ topic: string }>(
      `select topic from ticketing.outbox where payload ->> 'orderId' = $1 order by id`,
      [b.orderId],
    );
    expect(jobs.map((j) => j.topic)).toEqual(['order.paid', 'tickets.released']);
    expect(w.told.filter(([user, event]) => user === b.userId && event === 'order:updated')).toHaveLength(1);
    const log = await w.sql<{ to_status: string; cause: string }>(
      'select to_status, cause from ticketing.order_log where order_id = $1 order by id',
      [b.orderId],
    );
    expect(log.map((l) => `${l.to_status}:${l.cause}`)).toEqual([
      'pending:booked',
      'paying:pay',
      'committed:authorized',
      'paid:captured',
    ]);
  });

  test('O6: a declined card thaws the hold; another card then pays', async () => {
    const b = await w.book();
    const declined = await pay(b, CARDS.declined);
    expect(declined).toMatchObject({
      ok: false,
      error: { code: 'PAYMENT_DECLINED', details: { orderStatus: 'pending' } },
    });
    expect(await holdStatus(b)).toBe('active');
    expect(code(await pay(b, CARDS.good))).toBe('OK');
    expect((await charges(b)).map((c) => c.status)).toEqual(['declined', 'captured']);
  });

  test('O6: declined after the deadline: the stock goes back with the next sweep', async () => {
    const b = await w.book({ seed: { tiers: [{ quantity: 2 }] } });
    const step = await pay(b, CARDS.step);
    expect(step.ok && !step.value.settled).toBe(true);
    await lapseIn(b, -1);
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
      value: {
        settled: false,
        body: { order: { status: 'paying' }, nextAction: { type: 'confirm', url: '/payment/confirm' } },
      },
    });
    await lapseIn(b, -1);
    await w.holds.sweep();
    expect(await holdStatus(b)).toBe('paying');
    expect(code(await w.holds.release(b.userId, b.holdId))).toBe('HOLD_PAYING');
    const done = await w.checkout.confirm(b.userId, b.orderId, true);
    expect(done).toMatchObject({ ok: true, value: { settled: true, body: { order: { status: 'paid' } } } });
    expect(await w.checkout.confirm(b.userId, b.orderId, true)).toMatchObject({
      ok: true,
      value: { settled: true },
    });
    const fresh = await w.book();
    expect(code(await w.checkout.confirm(fresh.userId, fresh.orderId, true))).toBe('INVALID_STATE');
  });

  test('P3, O11: the slow card is answered at once and told later', async () => {
    const b = await w.book();
    const before = w.world.clock.now();
    const first = await pay(b, CARDS.slow);
    expect(first).toMatchObject({
      ok: true,
      value: { settled: false, body: { order: { status: 'paying' } } },
    });
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
    expect(failed).toMatchObject({
      ok: false,
      error: { code: 'CAPTURE_FAILED', details: { orderStatus: 'canceled' } },
    });
    expect(await counters(b)).toEqual({ r: 0, i: 0 });
    expect(
      await w.sql('select distinct status, qr_code from ticketing.tickets where order_id = $1', [b.orderId]),
    ).toEqual([{ status: 'canceled', qr_code: null }]);
    expect(
      (await w.sql<{ bought: number }>('select bought from ticketing.fans where user_id = $1', [b.userId]))[0]
        ?.bought,
    ).toBe(0);
    await w.holds.settle(b.event.dropId);
    expect((await w.holds.gate.read(b.event.dropId))?.tiers[0]?.available).toBe(2);
    expect(code(await pay(b, CARDS.good))).toBe('ORDER_CLOSED');
    await w.book({ event: b.event, userId: b.userId, quantity: 2 });
  });

  test('O15: so it does when the gate was reopened in between', async () => {
    const b = await w.book({ seed: { tiers: [{ quantity: 2 }] } });
    const test = await w.providers.get('test', null);
    if (!test.ok) throw new Error('no test provider');
    const reopening = w.another({
      providers: {
        get: async () => ({
          ok: true,
          value: {
            ...test.value,
            capture: async (c) => {
              await w.holds.gate.reopen(b.event.dropId, 'test');
              return test.value.capture(c);
            },
          },
        }),
      },
    });
    expect(
      code(await reopening.pay(b.userId, { orderId: b.orderId, method: card(CARDS.captureFails) }, null)),
    ).toBe('CAPTURE_FAILED');
    await w.holds.settle(b.event.dropId);
    expect((await w.holds.gate.read(b.event.dropId))?.tiers[0]?.available).toBe(2);
  });

  test('O14, P7: cash on arrival: committed, codes released at once, nothing captured', async () => {
    const b = await w.book();
    const paid = await w.checkout.pay(b.userId, { orderId: b.orderId, method: CASH }, null);
    if (!paid.ok) throw new Error(paid.error.code);
    expect(paid.value).toMatchObject({ settled: true, body: { order: { status: 'committed' } } });
    expect(paid.value.body.tickets?.every((t) => t.qr !== null)).toBe(true);
    expect(await w.checkout.recover({ all: true })).toEqual({ looked: 0, settled: 0, failed: 0 });
    expect(
      (
        await w.sql<{ captured_cents: number }>(
          'select captured_cents from ticketing.payments where order_id = $1',
          [b.orderId],
        )
      )[0]?.captured_cents,
    ).toBe(0);
  });

  test('P2: a way to pay that is not offered is refused before anything begins', async () => {
    const b = await w.book();
    expect(
      code(await w.checkout.pay(b.userId, { orderId: b.orderId, method: { provider: 'stripe' } }, null)),
    ).toBe('NOT_AVAILABLE');
    expect(await pay(b, '42')).toMatchObject({
      ok: false,
      error: { code: 'INVALID_REQUEST', details: { field: 'method.card' } },
    });
    expect(await orderStatus(b)).toBe('pending');
    expect(await w.sql('select 1 from ticketing.payments where order_id = $1', [b.orderId])).toHaveLength(0);
  });

  test('O18: buying the last ticket of the limit ends the turn, in ledger and gate; buying fewer does not', async () => {
    const event = await w.event({ drop: { hasLine: true, limitPerFan: 3 } });
    const { id: userId } = await w.world.createUser();
    await w.world.giveTurn(event, userId);
    const place = async () =>
      (
        await w.sql(
          'select p.state, p.ended_at is not null as ended, f.turn_expires_at is not null as turn from ticketing.places p join ticketing.fans f using (drop_id, user_id) where p.user_id = $1',
          [userId],
        )
      )[0];
    await pay(await w.book({ event, userId, quantity: 2 }), CARDS.good);
    expect(await place()).toEqual({ state: 'turn', ended: false, turn: true });
    const failing = await w.book({ event, userId, quantity: 1 });
    // Nothing was bought: the turn goes on.
    expect(code(await pay(failing, CARDS.captureFails))).toBe('CAPTURE_FAILED');
    expect(await place()).toEqual({ state: 'turn', ended: false, turn: true });
    await pay(await w.book({ event, userId, quantity: 1 }), CARDS.good);
    expect(await place()).toEqual({ state: 'done', ended: true, turn: false });
    const items = [{ tierId: event.tierIds[0]!, quantity: 1 }];
    expect(
      code(await w.holds.place(userId, { dropId: event.dropId, requestId: w.world.ids.next(), items })),
    ).toBe('NO_TURN');
  });

  test('O7: a free order goes the same way', async () => {
    const b = await w.book({ seed: { tiers: [{ priceCents: 0 }] } });
    expect(await pay(b, CARDS.good)).toMatchObject({
      ok: true,
      value: { body: { order: { status: 'paid', totalCents: 0 } } },
    });
  });

  test('O11: whoever waits for a step is not told again each time the worker asks', async () => {
    const b = await w.book();
    await pay(b, CARDS.step);
    const before = w.told.length;
    for (let i = 0; i < 3; i++) expect(await w.checkout.recover({ all: true })).toMatchObject({ failed: 0 });
    expect(w.told.length).toBe(before);
    await w.checkout.confirm(b.userId, b.orderId, true);
    expect(w.told.length).toBe(before + 1);
  });

  test('P8: no log line holds a card number, whatever goes wrong with it', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    for (const number of Object.values(CARDS)) {
      const failing = w.another({
        log,
        providers: altered(w.providers, 'authorise', async (real) => {
          await real();
          throw new Error('connection reset');
        }),
      });
      const b = await w.book();
      await failing.pay(b.userId, { orderId: b.orderId, method: card(number) }, null);
      await failing.idle();
    }
    // Each but the slow one failed while it was waited for.
    expect(lines.length).toBeGreaterThanOrEqual(Object.keys(CARDS).length - 1);
    for (const number of Object.values(CARDS)) expect(lines.join()).not.toContain(number);
    await w.recoverAll();
  });
});
