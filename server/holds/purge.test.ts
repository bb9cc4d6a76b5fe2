import { afterAll, beforeAll, expect, test } from 'vitest';
import { seatEvent } from '../seating/testing.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { createHolds, type Holds } from './index.ts';

let world: TestWorld;
let holds: Holds;
beforeAll(async () => {
  world = await testWorld();
  holds = createHolds(world);
});
afterAll(() => world.close());

test('H17: a gate gives up its fans a day after the end, not earlier, and still says that the sale is over', async () => {
  const event = await world.createEvent({ tiers: [{ quantity: 5 }], drop: {} });
  const dropId = event.dropId as string;
  const { id: user } = await world.createUser();
  const place = () =>
    holds.place(user, {
      dropId,
      requestId: world.ids.next(),
      items: [{ tierId: event.tierIds[0] as string, quantity: 1 }],
    });
  expect(await place()).toMatchObject({ ok: true });
  const names = async () =>
    (await world.gate.keys(`{${dropId}}:*`)).map((key) => key.split(':').at(-1)).sort();
  const ended = (ago: string) =>
    world.ledger.reads.raw.query(
      `update ticketing.drops set phase = 'ended', ended_at = now() - $2::interval where id = $1`,
      [dropId, ago],
    );

  await ended('23 hours');
  await holds.gate.publish(dropId);
  expect(await holds.purgeGates()).toBe(0);
  expect(await names()).toEqual(expect.arrayContaining(['fans', 'holds', 'requests']));

  await ended('25 hours');
  expect(await holds.purgeGates()).toBeGreaterThan(2);
  expect(await names()).toEqual(['epoch', 'state', 'stock']);
  expect(await holds.gate.read(dropId)).toMatchObject({ phase: 'ended' });
  expect(await place()).toMatchObject({ ok: false, error: { code: 'NOT_OPEN' } });
});

test('H17, S33: what becomes of seats after that is taken note of, and keeps no other credit waiting', async () => {
  const event = await seatEvent(world, {});
  const { id: user } = await world.createUser();
  const held = await holds.place(user, {
    dropId: event.dropId,
    requestId: world.ids.next(),
    items: [{ tierId: event.tierIds[0] as string, seatIds: [event.seatIds[0] as string] }],
  });
  expect(held).toMatchObject({ ok: true });
  const sql = (text: string, values: unknown[]) => world.ledger.reads.raw.query(text, values);
  await sql(
    `update ticketing.drops set phase = 'ended', ended_at = now() - interval '25 hours' where id = $1`,
    [event.dropId],
  );
  await holds.gate.publish(event.dropId);
  expect(await holds.purgeGates()).toBeGreaterThan(2);
  await sql(
    `insert into ticketing.gate_credits (drop_id, hold_id, user_id, epoch, kind, seats)
     select d.id, $2, $3, d.epoch, 'move', '{0,5}' from ticketing.drops d where d.id = $1`,
    [event.dropId, world.ids.next(), user],
  );
  expect(await holds.settle(event.dropId)).toBe(1);
  await sql('update ticketing.seat_plans set kept_version = kept_version + 1 where event_id = $1', [
    event.eventId,
  ]);
  await holds.gate.syncKept(event.dropId);
  const names = (await world.gate.keys(`{${event.dropId}}:*`)).map((key) => key.split(':').at(-1));
  expect(names.sort()).toEqual(['epoch', 'state', 'stock']);
});
