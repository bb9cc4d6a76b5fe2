import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { seatIdOf, seatOfId, VenueGeometry } from '../protocol/index.ts';
import { expand } from './expand.ts';
import { generateVenue, VENUE_SIZES } from './generate.ts';
import { geometryOf } from './geometry.ts';
import { seatsOfMap } from './map-seats.ts';
import { contains, outlineOf, type Point } from './outline.ts';
import { anyMap, mapOf, written } from './testing-maps.ts';
import type { ExpandedMap } from './venue-map.ts';

const ID = '01a1fe5d-050c-7f2c-982b-3f6c8c443d0d';

/** The seats a page would draw, by their numbers. */
function drawn(geometry: VenueGeometry) {
  return geometry.sections.flatMap((section) =>
    section.rows.flatMap((row) =>
      row.labels.map((label, i) => ({
        seat: row.first + i,
        section: section.key,
        row: row.label,
        label,
        x: row.x[i] as number,
        y: row.y[i] as number,
        flags:
          (row.accessible?.includes(i) ? 1 : 0) |
          (row.companion?.includes(i) ? 2 : 0) |
          (row.restricted?.includes(i) ? 4 : 0),
      })),
    ),
  );
}

function expectSame(map: ExpandedMap): VenueGeometry {
  const geometry = geometryOf(map, ID);
  expect(Value.Check(VenueGeometry, geometry)).toBe(true);
  const [left, top, right, bottom] = geometry.bounds;
  const seats = seatsOfMap(map);
  expect(geometry.seats).toBe(seats.length);
  for (const [i, seat] of drawn(geometry).entries()) {
    const { x, y, tier: _tier, ...named } = seats[i]!;
    expect(seat).toMatchObject(named);
    expect(Math.hypot(seat.x - x, seat.y - y)).toBeLessThanOrEqual(0.08);
    expect(seat.x >= left && seat.x <= right && seat.y >= top && seat.y <= bottom).toBe(true);
  }
  for (const { outline, rows, first, count } of geometry.sections) {
    expect(rows[0]?.first).toBe(first);
    expect(rows.reduce((sum, row) => sum + row.labels.length, 0)).toBe(count);
    for (const { x, y } of rows)
      for (const [i, at] of x.entries()) expect(contains(outline, [at, y[i] as number])).toBe(true);
  }
  return geometry;
}

test('S7: every seat is drawn at its place, under its label and number, inside its section’s outline', () => {
  fc.assert(fc.property(anyMap, (map) => void expectSame(expand(map))));
  for (const size of VENUE_SIZES.filter((each) => each < 20_000)) expectSame(expand(generateVenue(size)));
});

test('S7: aisles, flags, stage and standing areas are in it; what a map says of an outline is kept', () => {
  const outline: [number, number][] = [
    [-5, -5],
    [20, -5],
    [20, 5],
    [-5, 5],
  ];
  const geometry = geometryOf(
    expand(
      mapOf([], {
        stage: {
          label: 'Stage',
          outline: [
            [0, -30],
            [9, -30],
            [9.04, -20.06],
          ],
        },
        sections: [
          {
            key: 'a',
            label: 'A',
            outline,
            rows: [
              written('1', 0, 4, [
                { accessible: true },
                { companion: true, aisle: true },
                {},
                { restricted: true, aisle: true },
              ]),
            ],
          },
        ],
        standing: [
          {
            key: 'pit',
            label: 'Pit',
            outline: [
              [0, 40],
              [50, 40],
              [50, 60],
            ],
            capacity: 75,
          },
        ],
      }),
    ),
    ID,
  );
  expect(geometry.sections[0]).toMatchObject({
    outline,
    rows: [{ accessible: [0], companion: [1], restricted: [3], aisles: [1] }],
  });
  expect(geometry.stage?.outline.at(-1)).toEqual([9, -20.1]);
  expect(geometry.standing).toMatchObject([{ key: 'pit', capacity: 75 }]);
  expect(geometry.bounds).toEqual([-5, -30, 50, 60]);
});

test('S7: rows however they lie are inside their outline', () => {
  const point = fc.tuple(
    fc.integer({ min: 0, max: 60 }),
    fc.integer({ min: 0, max: 60 }),
  ) as fc.Arbitrary<Point>;
  fc.assert(
    fc.property(
      fc.array(fc.array(point, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 }),
      (rows) => {
        const outline = outlineOf(rows, 2);
        expect(outline.length).toBeGreaterThan(2);
        for (const seat of rows.flat()) expect(contains(outline, seat)).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

test('S7: an outline follows curved rows: what lies before their arc is outside', () => {
  const circle = geometryOf(expand(generateVenue(2_000)), ID).sections.find(({ key }) => key === 'circle')!;
  // The convex hull of these rows would hold the last rows of the stalls.
  expect(contains(circle.outline, [0, 300])).toBe(false);
  expect(contains(circle.outline, [0, 340])).toBe(true);
});

test('S7: a seat’s id says its number, and a map of 20,000 seats is small', () => {
  expect(seatOfId(seatIdOf(ID, 19_999))?.seat).toBe(19_999);
  const bytes = gzipSync(JSON.stringify(geometryOf(expand(generateVenue(20_000)), ID)), { level: 9 }).length;
  expect(bytes).toBeLessThan(80_000);
});
