/** Proof that the histories can fail: each mutant changes one line of the Lua, and some history must then see something old. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type * as RedisModule from '../redis.ts';
import type { Script } from '../redis.ts';
import { type TestWorld, testWorld } from '../testing.ts';
import type { Step } from './testing-history.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());
afterEach(() => void vi.doUnmock('../redis.ts'));

interface Mutant {
  file: string;
  line: string;
  becomes: string;
}
const MUTANTS: Mutant[] = [
  { file: 'read.lua', line: 'if changed and tonumber(changed) >= made then good = false end', becomes: '' },
  { file: 'read.lua', line: 'made > tonumber(all) and ', becomes: '' },
  { file: 'read.lua', line: 'if fact and all then', becomes: "all = all or '0'\nif fact and all then" },
  {
    file: 'write.lua',
    line: "redis.call('HSET', facts, ARGV[1], ARGV[2] ..",
    becomes: "redis.call('HSET', facts, ARGV[1], string.format('%.0f', ARGV[2] + 60000) ..",
  },
];

async function historiesOn(mutant?: Mutant) {
  vi.resetModules();
  const actual = await vi.importActual<typeof RedisModule>('../redis.ts');
  const luaFile = (base: string, file: string): Script => {
    const script = actual.luaFile(base, file);
    if (mutant?.file !== file) return script;
    if (script.source.split(mutant.line).length !== 2)
      throw new Error(`${file} does not have exactly one "${mutant.line}"`);
    const source = script.source.replace(mutant.line, () => mutant.becomes);
    return { name: file, source, sha: createHash('sha1').update(source).digest('hex') };
  };
  vi.doMock('../redis.ts', () => ({ ...actual, luaFile }));
  return (await import('./testing-history.ts')).playHistory;
}

/** Reads that are slow beside writes that are not, on two things, with the tags lost now and then. */
const ms = fc.constantFrom(0, 0, 1, 4, 30);
const HISTORIES = fc.sample(
  fc.array(
    fc.oneof(
      {
        weight: 14,
        arbitrary: fc.record({
          do: fc.constantFrom('read' as const, 'read' as const, 'write' as const),
          process: fc.nat(2),
          thing: fc.nat(1),
          ms,
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          do: fc.constantFrom('flush' as const, 'lose-tags' as const, 'cut' as const),
          ms,
        }),
      },
    ),
    { minLength: 50, maxLength: 80 },
  ) as fc.Arbitrary<Step[]>,
  { numRuns: 40, seed: 11 },
);

test('G61: on the text as it is no history sees anything old, and most are served from the cache', async () => {
  const play = await historiesOn();
  let hits = 0;
  for (const history of HISTORIES) {
    const seen = await play(world, 3, history);
    expect(seen.stale).toEqual([]);
    hits += seen.hits;
  }
  expect(hits).toBeGreaterThan(100);
}, 120_000);

for (const mutant of MUTANTS)
  test(`G61: with "${mutant.line.slice(0, 40)}" of ${mutant.file} changed, some history sees something old`, async () => {
    const play = await historiesOn(mutant);
    for (const history of HISTORIES) if ((await play(world, 3, history)).stale.length > 0) return;
    throw new Error('no history noticed');
  }, 120_000);
