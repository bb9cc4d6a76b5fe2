import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkMap } from './check-map.ts';
import { compile } from './compile.ts';
import { inWords, PROBLEMS_MAX } from './map-problems.ts';
import { seatsOfMap } from './map-seats.ts';
import { anyMap, mapOf, written } from './testing-maps.ts';
import type { DescribedRow, VenueMap } from './venue-map.ts';

const problemsOf = (document: unknown): string[] => {
  const checked = checkMap(document);
  return checked.ok ? [] : checked.problems.map(inWords);
};

const row = (change: Partial<DescribedRow> = {}): DescribedRow => ({
  label: 'A',
  line: { from: [0, 0], to: [100, 0] },
  count: 10,
  numbering: { from: 1, direction: 'ltr', scheme: 'all' },
  ...change,
});
const sections = (...all: Partial<VenueMap['sections'][number]>[]): Partial<VenueMap> => ({
  sections: all.map((each, i) => ({
    key: `s${i}`,
    label: `S${i}`,
    rows: [written('A', i * 50, 2)],
    ...each,
  })),
});

/** What is wrong, and where and how it is said. */
const WRONG: [string, VenueMap, string | RegExp][] = [
  [
    'a seat label twice in a row',
    mapOf([written('E', 0, 2), written('F', 20, 3, [{}, {}, { label: '2' }])]),
    'sections/0/rows/1/seats/2: label 2 is there twice in row F of Stalls',
  ],
  [
    'a row twice',
    mapOf([written('A', 0, 2), written('A', 20, 2)]),
    'sections/0/rows/1: row A is there twice in Stalls',
  ],
  [
    'a section key twice',
    mapOf([], sections({ key: 'x' }, { key: 'x' })),
    'sections/1/key: key x is there twice: sections/0 has it too',
  ],
  [
    'a standing area with the key of a section',
    mapOf([written('A', 0, 2)], {
      standing: [
        {
          key: 'stalls',
          label: 'Pit',
          outline: [
            [0, 50],
            [9, 50],
            [9, 59],
          ],
          capacity: 9,
        },
      ],
    }),
    'standing/0/key: key stalls is there twice: sections/0 has it too',
  ],
  [
    'a section label twice',
    mapOf([], sections({ label: 'X' }, { label: 'X' })),
    /^sections\/1\/label: label X is there twice/,
  ],
  [
    'two seats on one spot',
    mapOf([written('A', 0, 3), written('B', 0, 1, [{ x: 5 }])]),
    'sections/0/rows/1/seats/0: seat 1 in row B of Stalls stands at the same spot as seat 2 in row A of Stalls',
  ],
  [
    'two seats too near',
    mapOf([written('A', 0, 3), written('B', 2, 1, [{ x: 6 }])]),
    /^sections\/0\/rows\/1\/seats\/0: seat 1 .* nearer than a seat's width \(4\) to seat 2 in row A/,
  ],
  [
    'a described row through another',
    mapOf([row(), row({ label: 'B', line: { from: [0, -50], to: [0, 40] } })]),
    /^sections\/0\/rows\/1: seat \d+ in row B of Stalls stands/,
  ],
  ['seats wider than they stand', mapOf([written('A', 0, 2)], { seatWidth: 6 }), /seat's width \(6\)/],
  [
    'an empty row',
    mapOf([{ label: 'A', seats: [] }, written('B', 9, 1)]),
    'sections/0/rows/0: row A of Stalls has no seats',
  ],
  ['a section without rows', mapOf([], sections({}, { rows: [] })), 'sections/1: S1 has no rows'],
  ['a map without seats', mapOf([], { sections: [] }), /^sections: a map without a seat/],
  [
    'a companion alone',
    mapOf([written('A', 0, 4, [{ accessible: true }, {}, { companion: true }])]),
    'sections/0/rows/0/seats/2: seat 3 in row A of Stalls is for a companion, and no accessible seat is beside it',
  ],
  [
    'a companion across the aisle',
    mapOf([written('A', 0, 2, [{ accessible: true, aisle: true }, { companion: true }])]),
    /seats\/1: seat 2 .* no accessible seat is beside it/,
  ],
  [
    'accessible and companion at once',
    mapOf([written('A', 0, 2, [{ accessible: true, companion: true }])]),
    /at once/,
  ],
  [
    'a block too long',
    mapOf([row({ count: 251, line: { from: [0, 0], to: [2_500, 0] } })]),
    /251 seats without an aisle; a block has at most 250/,
  ],
  [
    'too many seats, before any is made',
    mapOf(Array.from({ length: 1_500 }, (_, i) => row({ label: String(i), count: 2_000 }))),
    'sections: 3000000 seats; a map has at most 65000',
  ],
  [
    'numbers that run out',
    mapOf([row({ numbering: { from: 99_995, direction: 'ltr', scheme: 'all' } })]),
    'sections/0/rows/0/numbering: runs out of numbers before all 10 seats have one (row A of Stalls)',
  ],
  [
    'an aisle past the end',
    mapOf([row({ aisles: [3, 10] })]),
    /^sections\/0\/rows\/0\/aisles\/1: offset 10 is past the last of 10/,
  ],
  [
    'a flag past the end',
    mapOf([row({ accessible: [12] })]),
    /^sections\/0\/rows\/0\/accessible\/0: offset 12/,
  ],
  [
    'a flag for nobody',
    mapOf([row({ restricted: ['7', '11'] })]),
    /^sections\/0\/rows\/0\/restricted\/1: no seat is labelled 11: labels go from 1 to 10/,
  ],
  [
    'a line of no length',
    mapOf([row({ line: { from: [1, 1], to: [1, 1] } })]),
    /rows\/0\/line: 10 seats on a line that has no length/,
  ],
  [
    'more than a half circle',
    mapOf([row({ line: { from: [0, 0], to: [100, 0], bulge: 51 } })]),
    /rows\/0\/line\/bulge: 51 is more than half/,
  ],
  [
    'aisles wider than the row',
    mapOf([row({ aisles: [1, 3], aisleWidth: 50 })]),
    /rows\/0\/aisleWidth: the aisles need more room/,
  ],
  [
    'an outline without an inside',
    mapOf([written('A', 0, 2)], {
      stage: {
        label: 'Stage',
        outline: [
          [0, 0],
          [5, 5],
          [9, 9],
        ],
      },
    }),
    /^stage\/outline: encloses nothing/,
  ],
  [
    'half a character',
    mapOf([written('A', 0, 2, [{ label: 'x\ud800' }])]),
    /^sections\/0\/rows\/0\/seats\/0\/label: has characters that no text has/,
  ],
];

test.each(WRONG)('S3: %s', (_what, map, said) => {
  const problems = problemsOf(map);
  expect(problems).toHaveLength(1);
  if (typeof said === 'string') expect(problems[0]).toBe(said);
  else expect(problems[0]).toMatch(said);
});

/** What has not even the format's shape: somewhere in a sound document something else is put. */
const MISSHAPEN: [string, (map: VenueMap) => unknown, string | RegExp][] = [
  ['no object', () => null, 'the document: must be an object'],
  [
    'another format',
    (map) => ({ ...map, format: 'seats/2' }),
    'format: format must be "holdfast-venue-map/1"',
  ],
  ['an unknown member', (map) => ({ ...map, prices: [] }), 'prices: prices is not known here'],
  ['no focal point', ({ focal: _, ...map }) => map, 'focal: focal is missing'],
  ['a point of three', (map) => ({ ...map, focal: [1, 2, 3] }), /^focal\/2: 2 is one too many/],
  [
    'coordinates without end',
    (map) => ({ ...map, focal: [Number.POSITIVE_INFINITY, 0] }),
    'focal/0: 0 must be a finite number',
  ],
  ['absurd coordinates', (map) => ({ ...map, focal: [1e9, 0] }), /^focal\/0: 0 must be <= 100000/],
  ['sections that are none', (map) => ({ ...map, sections: 7 }), 'sections: sections must be a list'],
  [
    'a section that is none',
    (map) => ({ ...map, sections: [7] }),
    'sections/0: must be an object (section 1)',
  ],
  [
    'a row that is none',
    (map) => ({ ...map, sections: [{ ...map.sections[0], rows: ['A'] }] }),
    'sections/0/rows/0: must be an object (row ? of Stalls)',
  ],
  [
    'a row of neither kind',
    () => mapOf([{ label: 'A' } as never]),
    /^sections\/0\/rows\/0: is neither written out/,
  ],
  [
    'seats that are none',
    () => mapOf([{ label: 'A', seats: 3 } as never]),
    /^sections\/0\/rows\/0\/seats: seats must be a list/,
  ],
  [
    'text for a number',
    () => mapOf([written('F', 0, 2, [{}, { x: '5' as never }])]),
    'sections/0/rows/0/seats/1/x: x must be a number (seat 2, row F of Stalls)',
  ],
  [
    'a seat without a place',
    () => mapOf([{ label: 'F', seats: [{ label: '1', x: 1 } as never] }]),
    'sections/0/rows/0/seats/0/y: y is missing (seat 1, row F of Stalls)',
  ],
  [
    'a flag that is no flag',
    () => mapOf([row({ accessible: [true as never] })]),
    /accessible\/0: 0 must be a label \(text\) or an offset/,
  ],
  [
    'a scheme nobody knows',
    () => mapOf([row({ numbering: { from: 1, direction: 'ltr', scheme: 'odds' as never } })]),
    /scheme must be one of all, odd, even, odd-even/,
  ],
  [
    'a label with a line break',
    () => mapOf([written('A\nB', 0, 1)]),
    /label must not begin or end with a space/,
  ],
  [
    'a key with a capital',
    () => mapOf([], sections({ key: 'Stalls' })),
    /^sections\/0\/key: key must match pattern/,
  ],
];

test.each(MISSHAPEN)('S3: %s', (_what, spoil, said) => {
  const problems = problemsOf(spoil(mapOf([written('A', 0, 2)])));
  expect(problems).toHaveLength(1);
  if (typeof said === 'string') expect(problems[0]).toBe(said);
  else expect(problems[0]).toMatch(said);
});

test('S3: all problems are said at once, up to a hundred', () => {
  const twice = (label: string, y: number) => written(label, y, 2, [{}, { label: '1' }]);
  expect(problemsOf(mapOf([twice('A', 0), twice('A', 20), row({ label: 'C', aisles: [99] })]))).toHaveLength(
    4,
  );
  const many = mapOf(Array.from({ length: 300 }, (_, i) => twice(String(i), i * 20)));
  expect(problemsOf(many)).toHaveLength(PROBLEMS_MAX);
  const misshapen = mapOf([written('A', 0, 300, Array(300).fill({ x: null }))]);
  expect(problemsOf(misshapen)).toHaveLength(PROBLEMS_MAX);
});

test('S3: companions may sit one beyond the other, on either side', () => {
  const flags = [{ companion: true }, { companion: true }, { accessible: true }, { companion: true }];
  expect(problemsOf(mapOf([written('A', 0, 5, flags)]))).toEqual([]);
});

test('S3: no document makes the check fail', () => {
  const spoilt = fc
    .tuple(anyMap, fc.jsonValue(), fc.array(fc.nat(30), { maxLength: 7 }))
    .map(([map, evil, path]) => {
      const put = (value: unknown, [step, ...rest]: number[]): unknown => {
        if (typeof value !== 'object' || value === null || step === undefined) return evil;
        const entries = Object.entries(value);
        if (entries.length === 0) return evil;
        const [key, inner] = entries[step % entries.length] as [string, unknown];
        const changed = put(inner, rest);
        return Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed };
      };
      return put(map, path);
    });
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), spoilt), (document) => {
      const checked = checkMap(document);
      if (checked.ok) compile(checked.map, () => 0, ['tier'], '00000000-0000-7000-8000-000000000000');
      else expect(checked.problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});

test('S4: what passes fits the gate, and no two seats share a spot or a name', () => {
  fc.assert(
    fc.property(anyMap, (map) => {
      const checked = checkMap(map);
      expect(checked.ok ? [] : checked.problems).toEqual([]);
      if (!checked.ok) return;
      const seats = seatsOfMap(checked.map);
      expect(
        new Set(seats.map(({ section, row: label, label: seat }) => `${section}/${label}/${seat}`)).size,
      ).toBe(seats.length);
      expect(new Set(seats.map(({ x, y }) => `${x} ${y}`)).size).toBe(seats.length);
      compile(checked.map, () => 0, ['tier'], '00000000-0000-7000-8000-000000000000');
    }),
  );
});
