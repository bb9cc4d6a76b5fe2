import { expect, test } from 'vitest';
import { checkMap } from './check-map.ts';
import { compile } from './compile.ts';
import { generateVenue, VENUE_SIZES } from './generate.ts';
import { seatsOfMap } from './map-seats.ts';

test.each(VENUE_SIZES)(
  'S8: the test venue of %i seats has exactly these, passes, and is the same each time',
  (size) => {
    const document = generateVenue(size);
    const checked = checkMap(document);
    expect(checked.ok ? [] : checked.problems).toEqual([]);
    if (!checked.ok) return;
    const seats = seatsOfMap(checked.map);
    expect(seats).toHaveLength(size);
    expect(JSON.stringify(generateVenue(size))).toBe(JSON.stringify(document));
    compile(checked.map, () => 0, ['tier'], '01a1fe5d-050c-7f2c-982b-3f6c8c443d0d');
  },
);

test('S8: test venues have what real ones have', () => {
  const schemes = new Set<string>();
  const skipped = new Set<number>();
  for (const size of VENUE_SIZES) {
    const map = generateVenue(size);
    const rows = map.sections
      .flatMap((section) => section.rows)
      .flatMap((row) => ('line' in row ? [row] : []));
    expect(
      rows.some(({ line }) => line.bulge),
      `curved rows of ${size}`,
    ).toBe(true);
    for (const flag of ['accessible', 'companion', 'restricted'] as const)
      expect(
        rows.some((row) => row[flag]?.length),
        `${flag} seats of ${size}`,
      ).toBe(true);
    expect(map.stage).toBeDefined();
    expect(Boolean(map.standing?.length)).toBe(size >= 20_000);
    const tiers = new Set([...map.sections.map(({ tier }) => tier), ...rows.map(({ tier }) => tier)]);
    for (const tier of ['front', 'middle', 'back']) expect(tiers.has(tier), `${tier} of ${size}`).toBe(true);
    for (const { numbering } of rows) {
      schemes.add(`${numbering.scheme} ${numbering.direction}`);
      for (const number of numbering.skip ?? []) skipped.add(number);
    }
  }
  expect([...schemes].sort()).toEqual(['all ltr', 'all rtl', 'even ltr', 'odd rtl', 'odd-even ltr']);
  expect([...skipped]).toEqual([13]);
});
