/** What a refund moves: all of it, once, in ledger and gate (rules F20–F28). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepSeats, SEATS } from '../checkout/testing-seats.ts';
import { gateKeys } from '../holds/gate-keys.ts';
import { createQueue } from '../queue/index.ts';
import type { MadeSeatEvent } from '../seating/testing.ts';
import { bothSides } from '../seating/testing-agreement.ts';
import { type RefundWorld, refundWorld, type Sold } from './testing.ts';

let w: RefundWorld;
beforeAll(async () => {
  w = await refundWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

const seatEventOf = (s: Sold) => s.event as MadeSeatEvent;
const agree = async (s: Sold) => {
  const { gate, ledger } = await w.bothSides(s.event, s.userId);
  expect(gate).toEqual(ledger);
  return gate;
};
const seatsAgree = async (s: Sold) => {
  await w.holds.settle(s.event.dropId);
  const { gate, ledger } = await bothSides(w.world, seatEventOf(s));
  expect(gate).toEqual(ledger);
  return gate;
};
const epochOf = async (s: Sold) => Number(await w.world.gate.get(`{${s.event.dropId}}:epoch`));

test('F20: all of it in one transaction: tickets, codes, counters, allowance, money, order, credit, outbox', async () => {
  const s = await w.sell({ quantity: 3 });
  expect(await w.stands(s)).toMatchObject({ order: 'paid', refunded: 0, issued: 3, bought: 3, codes: 3 });
  // not told to the gate by this process, so that the row is seen
  const mute = w.anotherRefunds({ settleGate: async () => 0 });
  const given = await mute.giveBack({
    ownerId: s.userId,
    actorId: s.userId,
    ticketIds: s.ticketIds.slice(0, 2),
    reason: 'ill',
    key: null,
  });
  const refund = given.ok ? given.value[0] : undefined;
  expect(await w.statusesOf(s)).toEqual(['refunded', 'refunded', 'issued']);
  expect(await w.stands(s)).toMatchObject({
    order: 'partially_refunded',
    payment: 'captured',
    refunded: 10_000,
    issued: 1,
    bought: 1,
    codes: 1,
  });
  expect(
    await w.sql('select kind, units, seats, hold_id from ticketing.gate_credits where refund_id = $1', [
      refund?.id,
    ]),
  ).toEqual([
    { kind: 'refund', units: { [s.event.tierIds[0] as string]: 2 }, seats: null, hold_id: s.holdId },
  ]);
  expect(
    await w.sql(
      `select payload from ticketing.outbox where topic = 'refund.decided' and payload ->> 'refundId' = $1`,
      [refund?.id],
    ),
  ).toEqual([{ payload: { refundId: refund?.id, orderId: s.orderId, userId: s.userId, status: 'sending' } }]);
  expect(
    await w.sql(
      `select actor_user_id, from_status, to_status, detail from ticketing.refund_log where refund_id = $1`,
      [refund?.id],
    ),
  ).toEqual([
    { actor_user_id: s.userId, from_status: null, to_status: 'sending', detail: { reason: 'ill' } },
  ]);
  await agree(s);
});

test('F20: what fails half-way has moved nothing', async () => {
  const s = await w.sell();
  const before = [await w.stands(s), await w.statusesOf(s)];
  await w.sql(`create function ticketing.test_break() returns trigger language plpgsql as $$
    begin if new.topic = 'refund.decided' then raise exception 'broken on purpose'; end if; return new; end $$`);
  await w.sql(
    'create trigger test_break before insert on ticketing.outbox for each row execute function ticketing.test_break()',
  );
  await expect(w.give(s, s.ticketIds, 'half')).rejects.toThrow('broken on purpose');
  await w.sql('drop trigger test_break on ticketing.outbox');
  expect([await w.stands(s), await w.statusesOf(s)]).toEqual(before);
  expect(await w.refundsOf(s)).toEqual([]);
  await w.given(s);
  await agree(s);
});

test('F21: seats are free again at once, mixed with units of another tier, and can be sold again', async () => {
  const s = await w.sell({ seats: [2, 3, 7], units: 1 });
  expect((await seatsAgree(s)).seats).toBe('002200020000');
  const [two, , , standing] = s.ticketIds as [string, string, string, string];
  await w.given(s, [two, standing]);
  expect((await seatsAgree(s)).seats).toBe('000200020000');
  expect(await w.stands(s)).toMatchObject({ claims: 2, bought: 2, issued: 2 });
  await agree(s);
  const next = await w.sell({ event: s.event, seats: [2, 1] });
  expect((await seatsAgree(s)).seats).toBe('022200020000');
  // the new owner's seat is not freed by anything of the old one
  await w.given(s, s.ticketIds.slice(1, 3));
  expect((await seatsAgree(s)).seats).toBe('022000000000');
  expect(await w.statusesOf(next)).toEqual(['issued', 'issued']);
});

test('F21: a seat that is kept for a channel by now is kept again; a moved ticket frees the seat it has', async () => {
  const s = await w.sell({ seats: [4, 5, 6] });
  await keepSeats(w, s.event, 7, [4]);
  await w.sql('update ticketing.seat_plans set kept_version = kept_version + 1 where event_id = $1', [
    s.event.eventId,
  ]);
  await w.holds.gate.syncKept(s.event.dropId);
  const [four, five] = s.ticketIds as [string, string];
  await w.sql('select * from ticketing.move_ticket($1, 9, $2, false, null)', [five, seatEventOf(s).vendorId]);
  await w.given(s, [four, five]);
  const gate = await seatsAgree(s);
  expect([gate.seats, gate.stock[s.event.tierIds[0] as string]]).toEqual(['000000200000', String(SEATS - 2)]);
  expect(await w.stands(s)).toMatchObject({ kept: 1, claims: 1 });
});

test('F22: some left: refunded in part; none left: refunded', async () => {
  const s = await w.sell({ quantity: 3 });
  for (const [n, status] of [
    [0, 'partially_refunded'],
    [1, 'partially_refunded'],
    [2, 'refunded'],
  ] as const) {
    await w.given(s, [s.ticketIds[n] as string]);
    expect((await w.stands(s)).order).toBe(status);
  }
  const causes = await w.sql(
    `select to_status, cause from ticketing.order_log where order_id = $1 order by id offset 4`,
    [s.orderId],
  );
  expect(causes).toEqual([
    { to_status: 'partially_refunded', cause: 'fan' },
    { to_status: 'refunded', cause: 'fan' },
  ]);
});

const creditRow = (s: Sold, refundId: string, epoch: number) =>
  w.sql(
    `insert into ticketing.gate_credits (drop_id, hold_id, user_id, epoch, kind, refund_id, units)
     values ($1, $2, $3, $4, 'refund', $5, $6) returning id`,
    [s.event.dropId, s.holdId, s.userId, epoch, refundId, { [s.event.tierIds[0] as string]: 2 }],
  );

test("F27: a credit is applied once by the refund's id, whoever applies it how often", async () => {
  const s = await w.sell();
  const refund = await w.given(s);
  const gate = await agree(s);
  expect(gate.used).toBe(0);
  for (let again = 0; again < 3; again++) await creditRow(s, refund.id, await epochOf(s));
  await Promise.all(Array.from({ length: 6 }, () => w.holds.settle(s.event.dropId)));
  expect(await agree(s)).toEqual(gate);
});

test("F27: an older epoch's credit is dropped, a newer one's kept for the gate still to come", async () => {
  const s = await w.sell();
  await w.given(s);
  const gate = await agree(s);
  await w.holds.gate.reopen(s.event.dropId, 'test');
  const epoch = await epochOf(s);
  await creditRow(s, w.world.ids.next(), epoch - 1);
  await creditRow(s, w.world.ids.next(), epoch + 1);
  expect(await agree(s)).toEqual(gate);
  const left = await w.sql<{ epoch: number }>('select epoch from ticketing.gate_credits where drop_id = $1', [
    s.event.dropId,
  ]);
  expect(left).toEqual([{ epoch: epoch + 1 }]);
  await w.sql('delete from ticketing.gate_credits where drop_id = $1', [s.event.dropId]);
});

test('F27: a seat that is somebody else’s by now stays theirs, and a fan the gate forgot stays forgotten', async () => {
  const s = await w.sell({ seats: [0, 1] });
  const keys = gateKeys(s.event.dropId, await epochOf(s));
  const before = await seatsAgree(s);
  await w.holds.settle(s.event.dropId);
  await w.world.gate.hset(keys.owners, '0', 'somebody-else');
  await w.world.gate.hdel(keys.fans, s.userId);
  await w.given(s);
  const after = await w.world.gate.get(keys.seats);
  expect([before.seats.slice(0, 2), after?.slice(0, 2)]).toEqual(['22', '20']);
  expect(await w.world.gate.hexists(keys.fans, s.userId)).toBe(0);
  await w.holds.gate.reopen(s.event.dropId, 'test');
  await seatsAgree(s);
});

test('F28: a sale that is sold out is live again, and its line calls the next by number', async () => {
  const event = await w.event({ tiers: [{ quantity: 2 }], drop: { hasLine: true, overbook: 2 } });
  const { gate } = w.holds;
  const queue = createQueue({ ...w.world, gate, holdsOf: w.holds.mine, beacon: null });
  const join = async (userId: string) => {
    const joined = await queue.join(event.dropId, userId);
    if (!joined.ok) throw new Error(joined.error.code);
  };
  const step = async () => (await queue.step(event.dropId))?.called.map((p) => p.userId) ?? [];
  const buyer = (await w.world.createUser()).id;
  await join(buyer);
  expect(await step()).toEqual([buyer]);
  expect((await queue.claim(event.dropId, buyer)).ok).toBe(true);
  const s = await w.sell({ event, userId: buyer });
  const waiting = await w.world.createUsers(3);
  for (const userId of waiting) await join(userId);
  const phase = async () =>
    (await w.sql<{ phase: string }>('select phase from ticketing.drops where id = $1', [event.dropId]))[0]
      ?.phase;
  // the one unit that would end the sale is not issued yet: it is sold out, not over
  await w.sql('update ticketing.ticket_tiers set quantity = 3, reserved_quantity = 1 where event_id = $1', [
    event.eventId,
  ]);
  await step();
  expect(await phase()).toBe('sold_out');
  expect(await step()).toEqual([]);
  await w.given(s, s.ticketIds.slice(0, 1));
  const called = [...(await step()), ...(await step())];
  expect(await phase()).toBe('live');
  expect(called).toEqual(waiting.slice(0, 1));
  // whoever merely asks has no turn, and gets nothing
  const other = await w.holds.place((await w.world.createUser()).id, {
    dropId: event.dropId,
    requestId: w.world.ids.next(),
    items: [{ tierId: event.tierIds[0] as string, quantity: 1 }],
  });
  expect(other.ok ? 'OK' : other.error.code).toBe('NO_TURN');
  await w.sql('update ticketing.ticket_tiers set quantity = 2, reserved_quantity = 0 where event_id = $1', [
    event.eventId,
  ]);
});

test('F28: paused, after FLUSHALL, while the gate is rebuilt, and when the sale is over', async () => {
  const s = await w.sell({ quantity: 4 });
  const [a, b, c, d] = s.ticketIds as [string, string, string, string];
  await w.sql(
    `update ticketing.drops set phase = 'paused', paused_at = now(), phase_before_pause = 'live' where id = $1`,
    [s.event.dropId],
  );
  await w.given(s, [a]);
  await agree(s);
  await w.world.gate.flushall();
  await w.given(s, [b]);
  await agree(s);
  // decided and not told; then the gate is rebuilt from a ledger that has it already
  const mute = w.anotherRefunds({ settleGate: async () => 0, publish: async () => undefined });
  await mute.giveBack({ ownerId: s.userId, actorId: s.userId, ticketIds: [c], reason: null, key: null });
  await w.holds.gate.reopen(s.event.dropId, 'test');
  await agree(s);
  await w.sql(
    `update ticketing.drops set phase = 'ended', paused_at = null, phase_before_pause = null, ended_at = now() where id = $1`,
    [s.event.dropId],
  );
  const last = await w.given(s, [d]);
  expect(await w.sql('select 1 from ticketing.gate_credits where refund_id = $1', [last.id])).toEqual([]);
  expect(await w.stands(s)).toMatchObject({ issued: 0, bought: 0, order: 'refunded' });
});
