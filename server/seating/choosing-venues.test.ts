/** The gate's choice in a generated venue of 200 seats, as it is compiled for an event, against the search through all. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { compile } from './compile.ts';
import { expand } from './expand.ts';
import { PLAN_BYTES } from './gate-plan.ts';
import { generateVenue } from './generate.ts';
import { compareBest } from './testing-choosing.ts';
import { gatePlanOf, ME } from './testing-models.ts';
import type { Model, ModelSeat } from './testing-reference.ts';

const MAP_ID = '01a1fe5d-050c-7f2c-982b-3f6c8c443d0d';
const map = expand(generateVenue(200));
/** Two tiers: every section's first half of rows, and the others. */
const depth = new Map(
  map.sections.flatMap(({ key, rows }) =>
    rows.map(({ label }, r) => [`${key}/${label}`, r < rows.length / 2 ? 0 : 1]),
  ),
);
const compiled = compile(
  map,
  ({ section, row }) => depth.get(`${section}/${row}`) as number,
  ['tier0', 'tier1'],
  MAP_ID,
);

/** Blocks and rows are read from the map itself, figures from the plan. */
function venue(): Model {
  const seats: ModelSeat[] = [];
  let [block, row] = [0, 0];
  for (const [section, { rows }] of map.sections.entries()) {
    for (const { seats: written } of rows) {
      for (const [i, { aisle }] of written.entries()) {
        const at = compiled.plan.subarray(seats.length * PLAN_BYTES, (seats.length + 1) * PLAN_BYTES);
        const [cost, x, y] = [2, 4, 6].map((offset) => at.readUInt16BE(offset)) as [number, number, number];
        const [tier, flags] = [at[8] as number, at[9] as number];
        seats.push({ block, row, section, tier, cost, x, y, flags, state: 'free', kept: 0 });
        if (aisle || i === written.length - 1) block++;
      }
      row++;
    }
    row++;
  }
  return { tiers: 2, sections: map.sections.length, seats };
}
const empty = venue();

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

test('S48: the compiled plan is what the layout says of the map', () => {
  const { plan, blocks, facts } = gatePlanOf(empty, ['tier0', 'tier1'], compiled.facts.prefix);
  expect(plan.equals(compiled.plan)).toBe(true);
  expect(blocks.equals(compiled.blocks)).toBe(true);
  expect({ ...compiled.facts, sections: facts.sections }).toEqual(facts);
});

/** Shares of seats that are taken, percent, and one number for each seat to fall below it or not. */
const states = fc
  .tuple(
    fc.constantFrom(0, 30, 60, 80, 90),
    fc.array(fc.nat(99), { minLength: empty.seats.length, maxLength: empty.seats.length }),
  )
  .map(([taken, dice]) => ({
    ...empty,
    seats: empty.seats.map((s, i) => {
      const kept = s.flags % 2 === 1 ? 1 : dice[i] === 99 ? 2 : 0;
      return { ...s, kept, state: (dice[i] as number) < taken ? ('sold' as const) : ('free' as const) };
    }),
  }));

test('S42, S43, S44, S45, S48: in a whole venue too', { timeout: 120_000 }, async () => {
  const wish = fc.record({
    user: fc.constant(ME),
    accessible: fc.boolean(),
    channel: fc.constantFrom(0, 2),
    orphanRule: fc.boolean(),
    n: fc.integer({ min: 1, max: 8 }),
    together: fc.constantFrom('row' as const, 'rows' as const, 'any' as const),
  });
  await fc.assert(
    fc.asyncProperty(states, wish, async (model, asked) => {
      expect(await compareBest(world.gate, world.ids.next(), { model, wish: asked })).toBeNull();
    }),
    { numRuns: Number(process.env.FC_VENUES ?? 150) },
  );
});
