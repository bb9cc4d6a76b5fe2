/**
 * Proof that the comparison with a search through all possibilities can fail: each mutant changes one line of the Lua that
 * chooses seats, and random halls must notice. On the true text they find nothing (choosing.test.ts).
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Script } from '../stores/index.ts';
import type * as RedisModule from '../stores/redis.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import {
  type BatchCase,
  type BestCase,
  batchCases,
  bestCases,
  type PickedCase,
  pickedCases,
} from './testing-arbitraries.ts';
import type * as Choosing from './testing-choosing.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());
afterEach(() => {
  vi.doUnmock('../stores/redis.ts');
});

interface Mutant {
  /** Must stand exactly once in the gate's script for holds, included files and all. */
  line: string;
  becomes: string;
}

function mutate(script: Script, { line, becomes }: Mutant): Script {
  if (script.source.split(line).length !== 2)
    throw new Error(`${script.name} does not have exactly one "${line}"`);
  const source = script.source.replace(line, () => becomes);
  return { name: script.name, source, sha: createHash('sha1').update(source).digest('hex') };
}

/** The comparison, with the gate's script mutated. */
async function load(mutant: Mutant): Promise<typeof Choosing> {
  vi.resetModules();
  const actual = await vi.importActual<typeof RedisModule>('../stores/redis.ts');
  const luaFile = (base: string, file: string): Script => {
    const script = actual.luaFile(base, file);
    return file === 'place.lua' ? mutate(script, mutant) : script;
  };
  vi.doMock('../stores/redis.ts', () => ({ ...actual, luaFile }));
  return import('./testing-choosing.ts');
}

/** Random halls that are tried at most; without the mutant, thousands of them show nothing. */
const RUNS_MAX = 6000;
/** The same ones every time: whether a mutant is noticed must not be a matter of luck. */
const SEED = 48;

type Notice = (choosing: typeof Choosing) => Promise<boolean>;
/** Whether some hall shows a difference. What it would shrink to says nothing more, so the first one ends it. */
const noticed =
  <Case>(
    cases: fc.Arbitrary<Case>,
    compare: (choosing: typeof Choosing, dropId: string, one: Case) => Promise<string | null>,
  ): Notice =>
  async (choosing) => {
    let broken: unknown;
    const property = fc.asyncProperty(cases, async (one) => {
      try {
        return (await compare(choosing, world.ids.next(), one)) === null;
      } catch (err) {
        // A script that does not run at all proves nothing about halls: it must not pass for a difference.
        broken = err;
        return false;
      }
    });
    const { failed } = await fc.check(property, { numRuns: RUNS_MAX, endOnFailure: true, seed: SEED });
    if (broken) throw broken;
    return failed;
  };
const best = noticed(bestCases, (choosing, id, one: BestCase) => choosing.compareBest(world.gate, id, one));
const picked = noticed(pickedCases, (choosing, id, one: PickedCase) =>
  choosing.comparePicked(world.gate, id, one),
);
const batch = noticed(batchCases, (choosing, id, one: BatchCase) =>
  choosing.compareBatch(world.gate, id, one),
);

const MUTANTS: { name: string; notice: Notice; mutant: Mutant }[] = [
  {
    name: 'S42: orphans do not matter',
    notice: best,
    mutant: { line: 'if i - n + 1 - from ~= 1 and to - i ~= 1 and sum', becomes: 'if sum' },
  },
  {
    name: 'S42: of equals the last',
    notice: best,
    mutant: {
      line: 'B.first + i < best.block.first + best.i',
      becomes: 'B.first + i > best.block.first + best.i',
    },
  },
  {
    name: 'S42: the search ends a block too early',
    notice: best,
    mutant: {
      line: 'wish.n * describe(search.position - 1, 7) <= best.score do',
      becomes: 'wish.n * describe(search.position - 1, 7) < best.score do',
    },
  },
  {
    name: 'S44: of equal pairs the one with the larger part behind',
    notice: best,
    mutant: { line: 'to == best.to and a > best.a', becomes: 'to == best.to and a < best.a' },
  },
  {
    name: 'S44: how far apart the parts are does not matter',
    notice: best,
    mutant: { line: '(a + b) * (math.abs', becomes: '0 * (math.abs' },
  },
  {
    name: 'S45: the first tier that has enough seats',
    notice: best,
    mutant: { line: 'not best or choice.sum < best.sum', becomes: 'not best' },
  },
  {
    name: 'S46: the tier asked for is ignored',
    notice: best,
    mutant: { line: 'if wish.tier and t ~= wish.tier then', becomes: 'if false then' },
  },
  {
    name: "S46: kept seats are everybody's",
    notice: picked,
    mutant: { line: 'return kept == 0 or kept == who.channel or', becomes: 'return kept ~= 255 or' },
  },
  {
    name: 'S47: nothing excuses an orphan',
    notice: picked,
    mutant: { line: 'to - from + 1 - k ~= 1 and', becomes: 'true and' },
  },
  {
    name: 'S47: the fix is of other tiers',
    notice: picked,
    mutant: { line: 'if marks[i] and tier(B, i) ~= tier(B, at_first) then return nil end', becomes: '' },
  },
  {
    name: 'S41: a taken offer is judged like picked seats',
    notice: best,
    mutant: { line: 'and not is_offer(who, wish) then', becomes: 'then' },
  },
  {
    name: 'S48: what was found in a block is remembered though a seat of it went',
    notice: batch,
    mutant: { line: 'B.state[i], B.memo = state, {}', becomes: 'B.state[i] = state' },
  },
  {
    name: 'S48: the index of runs is not kept up',
    notice: batch,
    mutant: {
      line: 'if longest ~= string.byte(runs, number + 1) then',
      becomes: 'if false then',
    },
  },
  {
    name: 'S48: the index of tidy choices is not kept up',
    notice: batch,
    mutant: { line: 'if choices ~= string.byte(clean, number + 1) then', becomes: 'if false then' },
  },
];

describe('mutants', () => {
  test.for(MUTANTS)('$name: noticed', { timeout: 120_000 }, async ({ notice, mutant }) => {
    expect(await notice(await load(mutant))).toBe(true);
  });
});
