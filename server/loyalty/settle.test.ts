/** What is earned, taken back and given back (rules Y1 to Y6). */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CARDS, card } from '../checkout/testing.ts';
import { statement } from '../stores/index.ts';
import { until } from '../stores/testing.ts';
import { type LoyaltyWorld, loyaltyWorld, value, type Whose } from './testing.ts';

let w: LoyaltyWorld;
beforeAll(async () => {
  w = await loyaltyWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

async function paid<B extends Whose>(b: B): Promise<B & { ticketIds: string[] }> {
  value(await w.checkout.pay(b.userId, { orderId: b.orderId, method: card(CARDS.good) }, null));
  await until('it is paid', async () => {
    await w.recoverAll();
    return (await w.order(b)).status === 'paid';
  });
  await w.runJobs();
  const tickets = await w.sql<{ id: string }>(
    'select id from ticketing.tickets where order_id = $1 order by ordinal',
    [b.orderId],
  );
  return { ...b, ticketIds: tickets.map(({ id }) => id) };
}
/** Gives one ticket back, by whatever terms there are. */
async function back(b: { userId: string; ticketIds: string[] }, n: number): Promise<void> {
  value(
    await w.refunds.giveBack({
      ownerId: b.userId,
      actorId: b.userId,
      ticketIds: [b.ticketIds[n] as string],
      reason: null,
      key: null,
    }),
  );
}

test('Y1: entries follow from each other, and the ledger refuses to change or delete one', async () => {
  const userId = await w.member(100);
  const deny = /written once/;
  await expect(w.sql('update loyalty.entries set points = 1 where user_id = $1', [userId])).rejects.toThrow(
    deny,
  );
  await expect(w.sql('delete from loyalty.entries where user_id = $1', [userId])).rejects.toThrow(deny);
});

test('Y1, Y2: whatever comes and goes, a balance or a debt is what the entries add up to', async () => {
  const b = await w.book();
  class Undo extends Error {}
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 1, maxLength: 40 }),
      async (moves) => {
        const trial = w.world.ledger.payments.transaction(async (tx) => {
          const run = (text: string, values: unknown[]) =>
            tx.all<Record<string, number>>(statement('points_test', text), values);
          await run('select loyalty.lock_members(array[$1::uuid])', [b.userId]);
          let net = 0;
          for (const points of moves) {
            if (points === 0) continue;
            await run('select loyalty.append_entry($1, $2, $3, $4, null)', [
              b.userId,
              points > 0 ? 'returned' : 'taken_back',
              points,
              b.orderId,
            ]);
            net += points;
            const [now] = await run(
              'select balance, owed from loyalty.entries where user_id = $1 order by seq desc limit 1',
              [b.userId],
            );
            expect(now).toEqual({ balance: Math.max(net, 0), owed: Math.max(-net, 0) });
          }
          throw new Undo();
        });
        await expect(trial).rejects.toThrow(Undo);
      },
    ),
    { numRuns: 20 },
  );
});

test('Y3: a paid order earns once, rounded down, however often its jobs run', async () => {
  const s = await w.sell({ quantity: 3, seed: { tiers: [{ priceCents: 3_333 }] } });
  await w.runJobs(true);
  await w.runJobs(true);
  // 99.99 at 5 for each 1.00
  expect(await w.entries(s.userId)).toEqual([['earned', 499]]);
});

test('Y3: what points paid earns nothing; nor do free orders and cash that nobody took', async () => {
  const userId = await w.member(3_000);
  const part = await w.book({ userId, quantity: 1 });
  value(await w.use(part, { use: 3_000 }));
  await paid(part);
  expect((await w.order(part)).totalCents).toBe(2_000);
  expect(await w.entries(userId)).toEqual([
    ['earned', 3_000],
    ['redeemed', -3_000],
    ['earned', 100],
  ]);
  const cash = await w.sell({ quantity: 1, cash: true });
  await w.runJobs();
  expect(await w.entries(cash.userId)).toEqual([]);
  const rich = await w.member(5_000);
  const nothing = await w.book({ userId: rich, quantity: 1 });
  value(await w.use(nothing, { freeTier: nothing.event.tierIds[0] as string }));
  await paid(nothing);
  expect(await w.entries(rich)).toEqual([
    ['earned', 5_000],
    ['redeemed', -5_000],
  ]);
});

test('Y4, Y2: what went back is taken back in proportion; what was spent already is owed, and paid off by what comes', async () => {
  const s = await w.sell({ quantity: 3, seed: { tiers: [{ priceCents: 3_333 }] } });
  await w.runJobs();
  await back(s, 0);
  await w.runJobs(true);
  // 499 · 6,666 / 9,999 = 332.6…
  expect(await w.has(s.userId)).toBe(332);
  const spent = await w.book({ userId: s.userId, quantity: 1 });
  value(await w.use(spent, { use: 300 }));
  await back(s, 1);
  await back(s, 2);
  await w.runJobs(true);
  expect(await w.loyalty.standing(s.userId)).toEqual({ balance: 0, owed: 300 });
  const page = await w.loyalty.points(s.userId, 10, null);
  expect(page).toMatchObject({ balance: 0, owed: 300 });
  // the order it was spent on lets go: nothing is left to spend, and nothing is owed
  value(await w.remove(spent));
  expect(await w.loyalty.standing(s.userId)).toEqual({ balance: 0, owed: 0 });
  expect((await w.entries(s.userId)).reduce((sum, [, points]) => sum + points, 0)).toBe(0);
});

test('Y4: a refund whose job comes before the payment’s comes to the same', async () => {
  const s = await w.sell({ quantity: 2 });
  await back(s, 0);
  const rows = await w.sql<{ topic: string; payload: unknown }>(
    'select topic, payload from ticketing.outbox order by id desc',
  );
  for (const { topic, payload } of rows) await w.loyalty.jobs[topic]?.(payload);
  await w.runJobs();
  expect(await w.entries(s.userId)).toEqual([
    ['earned', 500],
    ['taken_back', -250],
  ]);
});

test('Y4: what a lost chargeback took is taken back, also where every ticket was used', async () => {
  for (const used of [false, true]) {
    const s = await w.sell({ quantity: 2 });
    await w.runJobs();
    if (used)
      await w.sql(`update ticketing.tickets set status = 'redeemed' where order_id = $1`, [s.orderId]);
    const [p] = await w.sql<{ ref: string }>(
      'select provider_ref as ref from ticketing.payments where order_id = $1',
      [s.orderId],
    );
    const told = { provider: 'test' as const, paymentRef: p?.ref as string, currency: 'EUR', reason: null };
    const dispute = { ...told, amountCents: 10_000, ref: `dp_${s.orderId}`, createdAt: new Date() };
    await w.refunds.onDispute({ ...dispute, status: 'lost' });
    await w.runJobs(true);
    expect(await w.entries(s.userId)).toEqual([
      ['earned', 500],
      ['taken_back', -500],
    ]);
  }
});

test('Y5, Y6: a ticket brings its points back whole and its money as it was paid; the quote says both', async () => {
  const userId = await w.member(1_000);
  const booked = await w.book({ userId, quantity: 2 });
  await w.terms(booked.event, { feeCents: 500 });
  value(await w.use(booked, { use: 1_000 }));
  const b = await paid(booked);
  expect(await w.has(userId)).toBe(9_000 / 20);
  const quote = value(await w.refunds.quote(userId, b.ticketIds[0] as string));
  expect(quote).toMatchObject({ possible: true, amountCents: 4_000, feeCents: 500, points: 500 });
  await back(b, 0);
  await w.runJobs(true);
  // 450 − 450 · 5,000 / 9,000: what the terms kept has stayed, and has earned
  expect(await w.entries(userId)).toEqual([
    ['earned', 1_000],
    ['redeemed', -1_000],
    ['earned', 450],
    ['refunded', 500],
    ['taken_back', -200],
  ]);
  await back(b, 1);
  await w.runJobs(true);
  expect(await w.has(userId)).toBe(1_000 + 50);
});

test('Y5: tickets that points alone paid come back as points, by no bank', async () => {
  const userId = await w.member(10_000);
  const booked = await w.book({ userId, quantity: 2 });
  value(await w.use(booked, { freeTier: booked.event.tierIds[0] as string }));
  const b = await paid(booked);
  const quote = value(await w.refunds.quote(userId, b.ticketIds[0] as string));
  expect(quote).toMatchObject({ possible: true, amountCents: 0, feeCents: 0, points: 5_000 });
  await back(b, 1);
  await w.runJobs(true);
  expect(await w.has(userId)).toBe(5_000);
});

test('Y5: a refund that waits for approval brings nothing back until it is decided, and nothing when it is rejected', async () => {
  const userId = await w.member(1_000);
  const booked = await w.book({ userId, quantity: 1 });
  await w.terms(booked.event, { approval: true });
  value(await w.use(booked, { use: 1_000 }));
  const b = await paid(booked);
  const had = await w.has(userId);
  await back(b, 0);
  await w.runJobs();
  expect(await w.has(userId)).toBe(had);
  const decide = async (how: 'approve' | 'reject') => {
    const [refund] = (await w.refundsOf({ ...b, ticketIds: [] })).filter((r) => r.status === 'requested');
    value(await w.refunds[how]({ refundId: refund?.id as string, actorId: w.operator, reason: 'seen' }));
    await w.runJobs(true);
  };
  await decide('reject');
  expect(await w.has(userId)).toBe(had);
  await back(b, 0);
  await decide('approve');
  expect(await w.has(userId)).toBe(1_000);
});
