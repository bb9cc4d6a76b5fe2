/** Points over HTTP (rules Y15, Y20). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from '../http/testing.ts';
import { houseOver } from '../http/testing-house.ts';
import { type LoyaltyWorld, loyaltyWorld, value } from './testing.ts';

let w: LoyaltyWorld;
let over: Awaited<ReturnType<typeof houseOver>>;
beforeAll(async () => {
  w = await loyaltyWorld();
  over = await houseOver(w.world);
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await over.app.close();
  await over.house.stop();
  await w.close();
});

async function asking(userId: string) {
  const { accessToken } = value(await over.house.accounts.signInAs(userId));
  return (method: 'GET' | 'PUT' | 'DELETE' | 'POST', path: string, body?: object) =>
    call(over.app, method, path, {
      headers: { authorization: `Bearer ${accessToken}` },
      ...(body ? { body } : {}),
    });
}

test('Y20: balance, what is owed, how points are earned, and every entry with its order, page by page', async () => {
  const none = await asking((await w.world.createUser()).id);
  expect((await none('GET', '/loyalty-points')).body).toEqual({
    balance: 0,
    owed: 0,
    earn: { pointsPer100Cents: 5, pointWorthCents: 1 },
    items: [],
    nextCursor: null,
  });

  const userId = await w.member(1_000);
  const ask = await asking(userId);
  const b = await w.book({ userId, quantity: 1 });
  for (const use of [100, 200, 50]) value(await w.use(b, { use }));
  const first = await ask('GET', '/loyalty-points?limit=3');
  expect(first.headers['cache-control']).toBe('private, no-store');
  const { reference, eventTitle } = await w.order(b);
  expect(first.body).toMatchObject({ balance: 950, owed: 0, nextCursor: '2' });
  expect(
    first.body.items.map((i: { kind: string; points: number; balance: number }) => [
      i.kind,
      i.points,
      i.balance,
    ]),
  ).toEqual([
    ['returned', 150, 950],
    ['redeemed', -100, 800],
    ['redeemed', -100, 900],
  ]);
  expect(first.body.items[0]).toMatchObject({
    orderId: b.orderId,
    reference,
    eventTitle,
    at: expect.any(String),
  });
  const second = await ask('GET', `/loyalty-points?limit=3&cursor=${first.body.nextCursor}`);
  expect(second.body.items).toMatchObject([{ kind: 'earned', points: 1_000, balance: 1_000 }]);
  expect(second.body.nextCursor).toBeNull();
  expect((await ask('GET', '/loyalty-points?cursor=x')).status).toBe(400);
});

test('Y15: points on one’s own order, with what is left; another’s is 404, odd wishes are named', async () => {
  const userId = await w.member(1_000);
  const [ask, stranger] = [await asking(userId), await asking(await w.member(1_000))];
  const b = await w.book({ userId, quantity: 1 });
  const path = `/orders/${b.orderId}/points`;
  expect((await stranger('PUT', path, { use: 10 })).status).toBe(404);
  expect((await stranger('DELETE', path)).status).toBe(404);
  const used = await ask('PUT', path, { use: 400 });
  expect(used.body).toMatchObject({
    balance: 600,
    order: { totalCents: 4_600, pointsUsed: 400, pointsCents: 400, pointsKind: 'discount' },
  });
  const refused = await ask('PUT', path, { use: 1_001 });
  expect([refused.status, refused.body.error]).toMatchObject([
    409,
    { code: 'NOT_ENOUGH_POINTS', details: { needed: 1_001, balance: 1_000 } },
  ]);
  const tier = await ask('PUT', path, { freeTier: w.world.ids.next() });
  expect(tier.body.error).toMatchObject({ code: 'POINTS_NOT_USABLE', details: { why: 'tier' } });
  for (const [body, field] of [
    [{}, undefined],
    [{ use: 0 }, 'use'],
    [{ use: 1, freeTier: b.orderId }, 'use'],
    [{ upgradeTier: b.orderId }, 'fromTier'],
    [{ use: 1, many: 2 }, 'many'],
  ] as const) {
    const wrong = await ask('PUT', path, body);
    expect([wrong.status, wrong.body.error.code], JSON.stringify(body)).toEqual([400, 'INVALID_REQUEST']);
    if (field) expect(wrong.body.error.details.field).toBe(field);
  }
  expect((await ask('DELETE', path)).body).toMatchObject({
    balance: 1_000,
    order: { totalCents: 5_000, pointsUsed: 0, pointsKind: null },
  });
});

test('Y17: the booking takes points in its body', async () => {
  const userId = await w.member(1_000);
  const ask = await asking(userId);
  const event = await w.event();
  const holdId = await w.hold(event, userId, 1);
  const odd = await ask('POST', '/tickets/book', { holdId, points: { use: 1, freeTier: holdId } });
  expect(odd.body.error.code).toBe('INVALID_REQUEST');
  const booked = await ask('POST', '/tickets/book', { holdId, points: { use: 250 } });
  expect([booked.status, booked.body.order.totalCents]).toEqual([201, 4_750]);
});
