import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from './testing.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

test('G1: a test world has a migrated database, a Redis and rows to work on', async () => {
  const event = await world.createEvent({ tiers: [{ quantity: 5 }, {}], drop: { hasLine: true } });
  const [fan] = await world.createUsers(3);
  await world.giveTurn(event, fan!);
  const { rows } = await world.ledger.reads.raw.query('select state, number from ticketing.places');
  expect(rows).toEqual([{ state: 'turn', number: 1 }]);
  expect(await world.gate.set('{d}:x', '1')).toBe('OK');
});
