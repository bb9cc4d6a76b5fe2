/** Live seats over the real gate: holds, releases, a rebuilt and a flushed gate, seen by one who only hears deltas. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHolds, type Holds } from '../holds/index.ts';
import {
  applyRuns,
  decodeRuns,
  deltaFits,
  fromBase64,
  type SeatPosition,
  type SeatsDelta,
} from '../protocol/index.ts';
import { shownSeats } from '../seating/index.ts';
import { type MadeSeatEvent, seatEvent } from '../seating/testing.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import { createSeatAudience } from './seat-audience.ts';

let world: TestWorld;
let holds: Holds;
beforeAll(async () => {
  world = await testWorld();
  holds = createHolds(world);
});
afterAll(() => world.close());

/** An audience of one that begins with all states and then only hears deltas. */
async function listener(event: MadeSeatEvent) {
  const states = new Uint8Array(event.seats.length);
  const deltas: SeatsDelta[] = [];
  let at: SeatPosition = { epoch: 0, version: 0 };
  let lost = 0;
  const audience = createSeatAudience({
    reader: holds.gate,
    clock: world.clock,
    log: world.log,
    publish(_topic, text) {
      const delta = (JSON.parse(text.slice(2)) as [string, SeatsDelta])[1];
      if (!deltaFits(at, delta)) lost++;
      deltas.push(delta);
      applyRuns(states, decodeRuns(fromBase64(delta.runs), states.length));
      at = { epoch: delta.epoch, version: delta.version };
    },
  });
  audience.add(event.dropId);
  const first = await audience.snapshot(event.dropId);
  if (!first) throw new Error('no seats');
  at = { epoch: first.epoch, version: first.version };
  return {
    tick: () => audience.tick(),
    deltas,
    lost: () => lost,
    shows: () => states.join(''),
    position: () => at,
    async truth() {
      const read = await holds.gate.readSeats(event.dropId, null);
      if (!read || read === 'same') throw new Error('no seats');
      return shownSeats(read).states.join('');
    },
  };
}

async function hold(event: MadeSeatEvent, seats: number[]) {
  const [userId] = await world.createUsers(1);
  const items = [{ tierId: event.tierIds[0]!, seatIds: seats.map((seat) => event.seatIds[seat]!) }];
  const placed = await holds.place(userId!, { dropId: event.dropId, requestId: world.ids.next(), items });
  if (!placed.ok) throw new Error(placed.error.code);
  return { userId: userId!, holdId: placed.value.id };
}

test('R33: holds and releases of the real gate reach those who watch, as the gate has them', async () => {
  const event = await seatEvent(world);
  const ear = await listener(event);
  const held = await hold(event, [0, 1]);
  await hold(event, [2, 3]);
  await ear.tick();
  expect(ear.shows().slice(0, 6)).toBe('111100');
  // Nothing changed: the gate says so without sending seats, and nobody is told anything.
  await ear.tick();
  expect(ear.deltas.length).toBe(1);
  expect(await holds.release(held.userId, held.holdId)).toMatchObject({ ok: true });
  await until('free again', async () => {
    await holds.relayCredits();
    await ear.tick();
    return ear.shows().startsWith('001100');
  });
  expect([ear.shows(), ear.lost()]).toEqual([await ear.truth(), 0]);
});

test('R35: a rebuilt gate is one more delta, and so is one that was flushed', async () => {
  const event = await seatEvent(world);
  const ear = await listener(event);
  await hold(event, [4, 5]);
  await ear.tick();
  const before = ear.position().epoch;
  await holds.gate.reopen(event.dropId, 'test');
  await hold(event, [8, 9]);
  await ear.tick();
  expect(ear.position().epoch).toBeGreaterThan(before);
  expect(ear.shows().slice(4, 10)).toBe('110011');
  await world.gate.flushall();
  await until('told of the next epoch', async () => {
    await ear.tick();
    return ear.position().epoch > before + 1;
  });
  expect([ear.shows(), ear.lost()]).toEqual([await ear.truth(), 0]);
  expect(ear.shows().slice(4, 10)).toBe('110011');
});

test('R32: a drop of the real gate without seats, and none at all, have none to watch', async () => {
  const plain = await world.createEvent();
  const audience = createSeatAudience({
    reader: holds.gate,
    clock: world.clock,
    log: world.log,
    publish: () => {},
  });
  for (const dropId of [plain.dropId, world.ids.next()]) {
    audience.add(dropId);
    expect(await audience.snapshot(dropId)).toBe(null);
    audience.remove(dropId);
  }
  expect(audience.size).toBe(0);
});
