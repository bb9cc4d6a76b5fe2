/** Chargebacks: told late, twice, in any order, after refunds and of used tickets (rules F50–F56). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BookedDispute } from '../payments/index.ts';
import { qrOf, readTicket } from '../tickets/tickets.ts';
import type { DisputeReport } from './index.ts';
import { codeOf, type RefundWorld, refundWorld, type Sold, whyOf } from './testing.ts';

let w: RefundWorld;
beforeAll(async () => {
  w = await refundWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

/** A ticket's code, as its owner would be given it. */
const readCode = async (db: Parameters<typeof readTicket>[0], ownerId: string, ticketId: string) => {
  const ticket = await readTicket(db, ownerId, ticketId);
  return ticket.ok ? qrOf(ticket.value) : ticket;
};
const paymentRef = async (s: Sold) =>
  (
    await w.sql<{ provider_ref: string }>('select provider_ref from ticketing.payments where order_id = $1', [
      s.orderId,
    ])
  )[0]?.provider_ref as string;
const report = async (
  s: Sold,
  status: 'open' | 'won' | 'lost',
  ref = `dp_${s.orderId}`,
  amountCents = 10_000,
) =>
  w.refunds.onDispute({
    provider: 'test',
    ref,
    paymentRef: await paymentRef(s),
    amountCents,
    currency: 'EUR',
    reason: 'fraudulent',
    status,
    createdAt: new Date('2026-11-01T00:00:00Z'),
  });
const disputesOf = (s: Sold) =>
  w.sql(
    'select status, amount_cents as amount, user_id as "userId" from ticketing.disputes where order_id = $1 order by id',
    [s.orderId],
  );
const lostOf = async (s: Sold) =>
  (
    await w.sql<{ n: number }>('select disputed_cents as n from ticketing.payments where order_id = $1', [
      s.orderId,
    ])
  )[0]?.n;
const agree = async (s: Sold) => {
  const { gate, ledger } = await w.bothSides(s.event, s.userId);
  expect(gate).toEqual(ledger);
};

test('F50: recorded once against payment and account, in whatever order and however often it is told', async () => {
  for (const told of [
    ['open', 'open', 'won', 'won', 'open'],
    ['won', 'open', 'won'],
    ['won', 'lost', 'open'],
  ] as const) {
    const s = await w.sell();
    for (const status of told) await report(s, status);
    expect(await disputesOf(s)).toEqual([{ status: 'won', amount: 10_000, userId: s.userId }]);
    expect(await w.statusesOf(s)).toEqual(['issued', 'issued']);
    expect(
      await w.sql('select 1 from ticketing.tickets where order_id = $1 and suspended_at is not null', [
        s.orderId,
      ]),
    ).toEqual([]);
  }
  const s = await w.sell();
  await Promise.all([report(s, 'lost'), report(s, 'open'), report(s, 'lost'), report(s, 'open')]);
  expect(await disputesOf(s)).toMatchObject([{ status: 'lost' }]);
  expect([await lostOf(s), await w.statusesOf(s)]).toEqual([10_000, ['canceled', 'canceled']]);
  await agree(s);
});

test('F51: while it is open tickets nobody used are suspended, their codes withheld, and refunds rest', async () => {
  const s = await w.sell({ quantity: 3 });
  const [used, sending, asked] = s.ticketIds as [string, string, string];
  await w.sql(`update ticketing.tickets set status = 'redeemed' where id = $1`, [used]);
  await w.given(s, [sending]);
  await report(s, 'open');
  const db = w.world.ledger.reads;
  expect(codeOf(await readCode(db, s.userId, asked))).toBe('INVALID_STATE');
  const ticket = await readTicket(db, s.userId, asked);
  expect(ticket.ok && [ticket.value.status, ticket.value.qr]).toEqual(['issued', null]);
  expect((await readCode(db, s.userId, used)).ok).toBe(true);
  const refused = await w.give(s, [asked]);
  expect([codeOf(refused), whyOf(refused)]).toEqual(['REFUND_REFUSED', 'disputed']);
  const own = await w.refunds.giveBack({
    ownerId: null,
    actorId: w.operator,
    ticketIds: [asked],
    reason: 'x',
    key: null,
  });
  expect(whyOf(own)).toBe('disputed');
  // decided before, but not sent meanwhile
  await w.refunds.settle({ all: true });
  expect([await w.refundsOf(s), await w.returned(s)]).toMatchObject([[{ status: 'sending' }], 0]);
  await report(s, 'won');
  expect((await readCode(db, s.userId, asked)).ok).toBe(true);
  await w.refunds.settle({ all: true });
  expect([await w.refundsOf(s), await w.returned(s)]).toMatchObject([[{ status: 'succeeded' }], 5_000]);
});

test('F52: of two disputes about one payment, tickets are back when the last one is won', async () => {
  const s = await w.sell();
  await report(s, 'open', 'dp_a');
  await report(s, 'open', 'dp_b');
  await report(s, 'won', 'dp_a');
  const code = () => readCode(w.world.ledger.reads, s.userId, s.ticketIds[0] as string);
  expect((await code()).ok).toBe(false);
  await report(s, 'won', 'dp_b');
  expect((await code()).ok).toBe(true);
  expect(codeOf(await w.give(s))).toBe('OK');
});

test('F53: lost: the tickets nobody used end, their stock is back in ledger and gate, nothing is sent', async () => {
  // what earlier tests left to be sent
  await w.refunds.settle({ all: true });
  const s = await w.sell({ quantity: 3 });
  await w.sql(`update ticketing.tickets set status = 'redeemed' where id = $1`, [s.ticketIds[0]]);
  await report(s, 'open');
  await report(s, 'lost', undefined, 15_000);
  expect(await w.statusesOf(s)).toEqual(['redeemed', 'canceled', 'canceled']);
  expect(await w.stands(s)).toMatchObject({ order: 'partially_refunded', refunded: 0, issued: 1, bought: 1 });
  expect(await lostOf(s)).toBe(15_000);
  expect(await w.refundsOf(s)).toMatchObject([{ cause: 'dispute', amount: 0, status: 'succeeded' }]);
  expect((await w.refunds.settle({ all: true })).looked).toBe(0);
  expect(await w.returned(s)).toBe(0);
  await agree(s);

  const seated = await w.sell({ seats: [1, 2] });
  await report(seated, 'lost');
  expect(await w.stands(seated)).toMatchObject({ order: 'refunded', claims: 0, issued: 0 });
  await agree(seated);
});

test('F53: a refund that waits for approval ends with the dispute', async () => {
  const s = await w.sell();
  await w.terms(s.event, { approval: true });
  const asked = await w.given(s);
  await report(s, 'open');
  const word = { refundId: asked.id, actorId: w.operator, reason: null };
  expect(whyOf(await w.refunds.approve(word))).toBe('disputed');
  await report(s, 'lost');
  expect((await w.refundsOf(s)).map((r) => [r.cause, r.status])).toEqual([
    ['fan', 'rejected'],
    ['dispute', 'succeeded'],
  ]);
  expect(codeOf(await w.give(s))).toBe('ALREADY_REFUNDED');
});

test('F54: after a refund it changes no ticket twice, and money still on its way waits for a person', async () => {
  const s = await w.sell();
  await w.given(s);
  await w.refunds.settle({ all: true });
  const before = [await w.stands(s), await w.statusesOf(s)];
  for (const status of ['open', 'lost', 'open'] as const) await report(s, status);
  expect([await w.stands(s), await w.statusesOf(s)]).toEqual(before);
  expect([await lostOf(s), await w.returned(s)]).toEqual([10_000, 10_000]);
  await agree(s);

  const late = await w.sell();
  const { id } = await w.given(late);
  await report(late, 'open');
  await report(late, 'lost');
  expect(await w.sql('select status, failure from ticketing.refunds where id = $1', [id])).toEqual([
    { status: 'failed', failure: 'disputed' },
  ]);
  expect((await w.refunds.settle({ all: true })).looked).toBe(0);
  expect(await w.stands(late)).toMatchObject({ order: 'refunded', issued: 0, bought: 0 });
  await agree(late);
});

test('F55: about money that bought nothing it touches no ticket; about a payment nobody knows it is kept', async () => {
  const s = await w.sell();
  const stray = w.world.ids.next();
  await w.sql(
    `insert into ticketing.payments (id, order_id, provider, status, amount_cents, captured_cents, refunded_cents, currency, provider_ref)
     values ($1, $2, 'test', 'stray', 700, 700, 700, 'EUR', 'stray-ref')`,
    [stray, s.orderId],
  );
  await w.sql(
    `insert into ticketing.refunds (id, order_id, payment_id, user_id, event_id, status, cause, amount_cents, currency)
     values ($1, $2, $3, $4, $5, 'succeeded', 'duplicate', 700, 'EUR')`,
    [w.world.ids.next(), s.orderId, stray, s.userId, s.event.eventId],
  );
  const told = { provider: 'test', amountCents: 700, currency: 'EUR', reason: null, createdAt: new Date() };
  await w.refunds.onDispute({ ...told, ref: 'dp_stray', paymentRef: 'stray-ref', status: 'open' });
  expect((await readCode(w.world.ledger.reads, s.userId, s.ticketIds[0] as string)).ok).toBe(true);
  await w.refunds.onDispute({ ...told, ref: 'dp_stray', paymentRef: 'stray-ref', status: 'lost' });
  expect(await w.statusesOf(s)).toEqual(['issued', 'issued']);
  const foreign = { ...told, ref: 'dp_foreign', paymentRef: 'pi_foreign', status: 'open' as const };
  expect([await w.refunds.onDispute(foreign), await w.refunds.onDispute(foreign)]).toEqual([
    'UNKNOWN',
    'UNKNOWN',
  ]);
  expect(await w.sql('select provider_ref, kind, amount_cents from ticketing.unknown_reports')).toEqual([
    { provider_ref: 'dp_foreign', kind: 'dispute', amount_cents: 700 },
  ]);
});

test('F56: a message of a chargeback is a hint only: where its provider can be asked, what that says is recorded', async () => {
  const s = await w.sell();
  const told: DisputeReport = {
    provider: 'test',
    ref: `dp_${s.orderId}`,
    paymentRef: await paymentRef(s),
    amountCents: 10_000,
    currency: 'EUR',
    reason: 'fraudulent',
    status: 'lost',
    createdAt: new Date('2026-11-01T00:00:00Z'),
  };
  const booked: BookedDispute = {
    ref: told.ref,
    amountCents: 700,
    currency: 'EUR',
    reason: 'duplicate',
    status: 'won',
    createdAtMs: told.createdAt.getTime(),
  };
  const hearing = (disputes: () => Promise<BookedDispute[]>) =>
    w
      .anotherRefunds({
        providers: {
          async get(name, methodId) {
            const found = await w.providers.get(name, methodId);
            return found.ok ? { ok: true, value: { ...found.value, disputes } } : found;
          },
        },
      })
      .onDispute(told);
  await expect(hearing(async () => [])).rejects.toThrow('no such dispute');
  await expect(hearing(async () => [{ ...booked, ref: 'dp_other' }])).rejects.toThrow('no such dispute');
  await expect(hearing(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await disputesOf(s)).toEqual([]);
  expect(await w.statusesOf(s)).toEqual(['issued', 'issued']);
  expect(await hearing(async () => [booked])).toBe('WON');
  expect(await disputesOf(s)).toEqual([{ status: 'won', amount: 700, userId: s.userId }]);
  expect(await w.statusesOf(s)).toEqual(['issued', 'issued']);
});
