import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '../testing.ts';
import { playHistory, type Step } from './testing-history.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

const ms = fc.integer({ min: 0, max: 12 });
const access = fc.record({
  do: fc.constantFrom('read' as const, 'read' as const, 'write' as const),
  process: fc.nat(2),
  thing: fc.nat(2),
  ms,
});
const steps = (accidents: readonly ('flush' | 'lose-tags' | 'cut' | 'pause')[]): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      { weight: 12, arbitrary: access },
      { weight: 1, arbitrary: fc.record({ do: fc.constantFrom(...accidents), ms }) },
    ),
    {
      minLength: 20,
      maxLength: 60,
    },
  );

const check = (processes: number, accidents: Parameters<typeof steps>[0], runs: number) =>
  fc.assert(
    fc.asyncProperty(steps(accidents), async (history) => {
      expect((await playHistory(world, processes, history)).stale).toEqual([]);
    }),
    { numRuns: runs },
  );

test('G61: whatever three processes read, write and lose, nobody sees older than what was answered before', async () => {
  await check(3, ['flush', 'lose-tags', 'cut'], 40);
}, 120_000);

test('G67: nor does one process whose Redis answers too late', async () => {
  await check(1, ['flush', 'cut', 'pause'], 25);
}, 120_000);
