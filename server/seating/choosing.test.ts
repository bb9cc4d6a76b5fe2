/**
 * The gate's choice against a search through all possibilities, on thousands of random small halls. A hall that shows a
 * difference is drawn; `FC_SEED` and `FC_PATH` repeat it, `FC_RUNS` tries more of them.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Redis } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { batchCases, bestCases, pickedCases } from './testing-arbitraries.ts';
import { compareBatch, compareBest, compareOffer, comparePicked } from './testing-choosing.ts';

let world: TestWorld;
let redis: Redis;
beforeAll(async () => {
  world = await testWorld();
  redis = world.gate;
});
afterAll(() => world.close());

const { FC_RUNS, FC_SEED, FC_PATH } = process.env;
const numRuns = Number(FC_RUNS ?? 1000);
const options = {
  numRuns,
  ...(FC_SEED ? { seed: Number(FC_SEED) } : {}),
  ...(FC_PATH ? { path: FC_PATH } : {}),
};
const limitMs = 60_000 + 40 * numRuns;

test('S42, S43, S44, S45, S46, S48: the best available are those that a search through all finds', {
  timeout: limitMs,
}, async () => {
  await fc.assert(
    fc.asyncProperty(bestCases, async (one) => {
      expect(await compareBest(redis, world.ids.next(), one)).toBeNull();
    }),
    options,
  );
});

test('S40, S46, S47, S48: hand-picked seats are judged as by hand', { timeout: limitMs }, async () => {
  await fc.assert(
    fc.asyncProperty(pickedCases, async (one) => {
      expect(await comparePicked(redis, world.ids.next(), one)).toBeNull();
    }),
    options,
  );
});

test('S40, S48: requests that reach the gate together are judged one beside the other', {
  timeout: limitMs,
}, async () => {
  await fc.assert(
    fc.asyncProperty(batchCases, async (one) => {
      expect(await compareBatch(redis, world.ids.next(), one)).toBeNull();
    }),
    options,
  );
});

test('S40, S41: what is offered for seats that went is the nearest there is, and can be had', {
  timeout: limitMs,
}, async () => {
  await fc.assert(
    fc.asyncProperty(pickedCases, async (one) => {
      expect(await compareOffer(redis, world.ids.next(), one)).toBeNull();
    }),
    options,
  );
});
