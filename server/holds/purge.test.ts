import { afterAll, beforeAll, expect, test } from 'vitest';
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
