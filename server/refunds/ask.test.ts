/** Asking for tickets back, once, twice and twenty times (rules F10–F14). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, type RefundWorld, refundWorld, whyOf } from './testing.ts';

let w: RefundWorld;
beforeAll(async () => {
  w = await refundWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

const COUNTED = ['requested', 'sending', 'succeeded'];

test('F10: tickets of several orders make one refund each, and one that cannot be given back keeps all of them', async () => {
  const userId = (await w.world.createUser()).id;
  const [a, b] = [await w.sell({ userId }), await w.sell({ userId, quantity: 3 })];
  const wanted = [a.ticketIds[0], ...b.ticketIds] as string[];
  await w.sql(`update ticketing.tickets set status = 'redeemed' where id = $1`, [b.ticketIds[2]]);
  const refused = await w.give(a, wanted);
  expect([codeOf(refused), whyOf(refused)]).toEqual(['REFUND_REFUSED', 'used']);
  expect(await w.refundsOf(a)).toEqual([]);
  expect(await w.statusesOf(b)).toEqual(['issued', 'issued', 'redeemed']);

  const given = await w.give(a, wanted.slice(0, 3));
  if (!given.ok) throw new Error(given.error.code);
  expect(given.value.map((r) => [r.orderId, r.ticketIds.length, r.amountCents]).sort()).toEqual(
    [
      [a.orderId, 1, 5_000],
      [b.orderId, 2, 10_000],
    ].sort(),
  );
  expect(await w.statusesOf(a)).toEqual(['refunded', 'issued']);
});

test('F11: twenty at once for the same tickets: one refund, and the others hear that it is done', async () => {
  const s = await w.sell();
  const twin = w.anotherRefunds();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      (i % 2 ? twin : w.refunds).giveBack({
        ownerId: s.userId,
        actorId: s.userId,
        ticketIds: s.ticketIds,
        reason: null,
        key: null,
      }),
    ),
  );
  expect(answers.map(codeOf).sort()).toEqual([...Array(19).fill('ALREADY_REFUNDED'), 'OK']);
  expect(await w.refundsOf(s)).toMatchObject([{ amount: 10_000 }]);
  expect(await w.stands(s)).toMatchObject({
    order: 'refunded',
    refunded: 10_000,
    issued: 0,
    bought: 0,
    codes: 0,
  });
});

test('F11: from many tabs with overlapping tickets each comes back once', async () => {
  const s = await w.sell({ quantity: 4 });
  const [a, b, c, d] = s.ticketIds as [string, string, string, string];
  const lists = [[a, b], [b, c], [c, d], [d, a], [a], [b], [c], [d], [d, c, b, a]];
  const answers = await Promise.all(lists.map((list) => w.give(s, list)));
  for (const answer of answers) expect(['OK', 'ALREADY_REFUNDED']).toContain(codeOf(answer));
  const back = answers.flatMap((x) => (x.ok ? x.value.flatMap((r) => r.ticketIds) : []));
  expect(new Set(back).size).toBe(back.length);
  const left = s.ticketIds.filter((id) => !back.includes(id));
  for (const id of left) await w.given(s, [id]);
  expect((await w.refundsOf(s)).reduce((sum, r) => sum + r.amount, 0)).toBe(20_000);
  expect(await w.stands(s)).toMatchObject({ order: 'refunded', refunded: 20_000, issued: 0, bought: 0 });
});

test('F12: a key has one effect: the same refunds as they now stand, from any number of submits', async () => {
  const s = await w.sell();
  await w.terms(s.event, { approval: true });
  const answers = await Promise.all(Array.from({ length: 6 }, () => w.give(s, s.ticketIds, 'k1')));
  const ids = answers.map((a) => (a.ok ? a.value.map((r) => r.id).join() : a.error.code));
  expect(new Set(ids).size).toBe(1);
  await w.refunds.approve({ refundId: ids[0] as string, actorId: w.operator, reason: null });
  const later = await w.give(s, [...s.ticketIds].reverse(), 'k1');
  expect(later.ok && later.value).toMatchObject([{ id: ids[0], status: 'sending' }]);
  expect(codeOf(await w.give(s, s.ticketIds.slice(0, 1), 'k1'))).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('F12: a ticket is the same one however its id is spelled', async () => {
  const s = await w.sell();
  const [first, second] = s.ticketIds as [string, string];
  const twice = await w.give(s, [first, first.toUpperCase(), second.toUpperCase()], 'k3');
  expect(twice).toMatchObject({ ok: true, value: [{ amountCents: 10_000 }] });
  expect(codeOf(await w.give(s, s.ticketIds, 'k3'))).toBe('OK');
});

test('F12: what was refused leaves the key free', async () => {
  const s = await w.sell();
  await w.terms(s.event, { untilHours: null });
  expect(whyOf(await w.give(s, s.ticketIds, 'k2'))).toBe('not_offered');
  await w.terms(s.event, {});
  expect(codeOf(await w.give(s, s.ticketIds, 'k2'))).toBe('OK');
});

test('F13: waiting for approval moves nothing, and asking again hears REFUND_PENDING', async () => {
  const s = await w.sell();
  await w.terms(s.event, { approval: true, feeCents: 100 });
  const before = await w.stands(s);
  const asked = await w.given(s);
  expect(asked).toMatchObject({ status: 'requested', amountCents: 9_800, feeCents: 200 });
  expect(await w.stands(s)).toEqual(before);
  expect(await w.statusesOf(s)).toEqual(['issued', 'issued']);
  expect(codeOf(await w.give(s))).toBe('REFUND_PENDING');
  expect(await w.sql('select 1 from ticketing.gate_credits where refund_id = $1', [asked.id])).toEqual([]);
  await w.refunds.reject({ refundId: asked.id, actorId: w.operator, reason: 'no' });
  expect(await w.stands(s)).toEqual(before);
  // it may be asked for again
  expect(await w.given(s, s.ticketIds.slice(0, 1))).toMatchObject({ status: 'requested' });
});

test('F14: never more than was captured, whatever lines and earlier refunds say', async () => {
  const s = await w.sell();
  const [first, second] = s.ticketIds as [string, string];
  await w.sql('update ticketing.payments set captured_cents = 6000 where order_id = $1', [s.orderId]);
  expect(whyOf(await w.give(s))).toBe('not_paid');
  await w.given(s, [first]);
  expect(whyOf(await w.give(s, [second]))).toBe('not_paid');
  await w.sql('update ticketing.payments set captured_cents = 10000 where order_id = $1', [s.orderId]);
  await w.given(s, [second]);
  const live = (await w.refundsOf(s)).filter((r) => COUNTED.includes(r.status));
  expect(live.reduce((sum, r) => sum + r.amount, 0)).toBe(10_000);
});
