/** Maps for tests: small ones written by hand, and arbitrary ones that pass the check. */
import fc from 'fast-check';
import { MAP_FORMAT, type VenueMap, type WrittenSeat } from './venue-map.ts';

type Row = VenueMap['sections'][number]['rows'][number];

export const written = (
  label: string,
  y: number,
  count: number,
  change: Partial<WrittenSeat>[] = [],
): Row => ({
  label,
  seats: Array.from({ length: count }, (_, i) => ({ label: String(i + 1), x: i * 5, y, ...change[i] })),
});

export const mapOf = (rows: Row[], more: Partial<VenueMap> = {}): VenueMap => ({
  format: MAP_FORMAT,
  name: 'Hall',
  focal: [0, -10],
  sections: [{ key: 'stalls', label: 'Stalls', rows }],
  ...more,
});

const numbering = fc.record(
  {
    from: fc.integer({ min: 0, max: 200 }),
    step: fc.constantFrom(1, 3, 5),
    direction: fc.constantFrom('ltr' as const, 'rtl' as const),
    scheme: fc.constantFrom('all' as const, 'odd' as const, 'even' as const, 'odd-even' as const),
    skip: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 3 }),
  },
  { requiredKeys: ['from', 'direction', 'scheme'] },
);

/** A row that runs right from x = 0 at its own height, with room for everything in it. */
const described = (label: string, y: number): fc.Arbitrary<Row> =>
  fc
    .record({
      count: fc.integer({ min: 1, max: 14 }),
      bulge: fc.double({ min: -0.2, max: 0.2, noNaN: true }),
      numbering,
    })
    .chain(({ count, bulge, numbering: numbers }) =>
      fc
        .record({
          aisles: fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { maxLength: 3 }),
          restricted: fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { maxLength: 3 }),
          accessible: fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { maxLength: 2 }),
          tier: fc.constantFrom('front', 'back'),
        })
        .map(
          (rest): Row => ({
            label,
            line: { from: [0, y], to: [count * 20, y], bulge: bulge * count * 20 },
            count,
            numbering: numbers,
            aisleWidth: 5,
            ...rest,
          }),
        ),
    );

const section = (index: number): fc.Arbitrary<VenueMap['sections'][number]> =>
  fc.integer({ min: 1, max: 4 }).chain((rows) =>
    fc
      // Far enough apart that no arc reaches the next row.
      .tuple(...Array.from({ length: rows }, (_, r) => described(String(r + 1), (index * 4 + r) * 200)))
      .map((made) => ({ key: `s${index}`, label: `Section ${index}`, rows: made })),
  );

export const anyMap: fc.Arbitrary<VenueMap> = fc.integer({ min: 1, max: 4 }).chain((sections) =>
  fc
    .record({
      focal: fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: -500, max: 3_000 })),
      sections: fc.tuple(...Array.from({ length: sections }, (_, i) => section(i))),
    })
    .map((made): VenueMap => ({ format: MAP_FORMAT, name: 'Any hall', ...made })),
);
