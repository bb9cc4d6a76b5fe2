/**
 * The gate's choice against a search through all possibilities, on thousands of random small halls. A hall that shows a
 * difference is drawn; `FC_SEED` and `FC_PATH` repeat it, `FC_RUNS` tries more of them.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GateKeys } from '../holds/gate-keys.ts';
import type { Redis } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { batchCases, bestCases, pickedCases } from './testing-arbitraries.ts';
import { compareBatch, compareBest, compareOffer, comparePicked } from './testing-choosing.ts';
import { askGate, askOffer, type GateAsk, loadModel } from './testing-gate.ts';
import { hall } from './testing-models.ts';

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

describe('S41: seats that are no longer offered are a change of the drop, though the request that finds it gets nothing', () => {
  const model = hall(['A OOx']);
  const seats: GateAsk = {
    user: 'other',
    holdId: 'h',
    wish: { channel: 0, accessible: false, picks: [{ tierId: 'tier0', seats: [2] }], bests: [] },
  };
  const load = () => loadModel(redis, world.ids.next(), model, { orphanRule: true, orphanRelaxPercent: 0 });
  const shown = async (keys: GateKeys) => [await redis.get(keys.seats), await redis.hget(keys.stock, 'v')];

  test('S41: by time', async () => {
    const keys = await load();
    expect(await shown(keys)).toEqual(['332', '0']);
    await redis.zadd(keys.offers, 1, 'other');
    expect(await askGate(redis, keys, [seats])).toMatchObject([{ code: 'TAKEN', seats: [2] }]);
    expect(await shown(keys)).toEqual(['002', '1']);
  });

  test('S41: by another wish', async () => {
    const keys = await load();
    const wanted = { n: 3, tierId: 'tier0', section: '', wanted: [2] };
    expect(await askOffer(redis, keys, seats, wanted)).toEqual([]);
    expect(await shown(keys)).toEqual(['002', '1']);
  });
});
