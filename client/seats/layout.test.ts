import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundsOf, eachSeatIn, isInside, layoutOf, seatAt, sectionAt } from './layout.ts';
import { hallOf } from './testing-hall.ts';

const layout = layoutOf(hallOf(2_000));
const point = fc.tuple(
  fc.double({ min: -90, max: 90, noNaN: true }),
  fc.double({ min: -40, max: 90, noNaN: true }),
);

/** The same question, asked of every seat. */
function nearestOfAll(px: number, py: number, reach: number): number | null {
  let best: number | null = null;
  let bestDistance = reach * reach;
  for (let seat = 0; seat < layout.count; seat += 1) {
    const distance = (layout.x[seat]! - px) ** 2 + (layout.y[seat]! - py) ** 2;
    if (distance < bestDistance) {
      best = seat;
      bestDistance = distance;
    }
  }
  return best;
}

test('U310: the grid finds the seat that a search through all seats finds', () => {
  fc.assert(
    fc.property(point, fc.double({ min: 0.1, max: 12, noNaN: true }), ([px, py], reach) => {
      expect(seatAt(layout, px, py, reach)).toBe(nearestOfAll(px, py, reach));
    }),
  );
});

test('U310: a tap on a seat means that seat, between the rows and outside none', () => {
  for (const seat of [0, 777, layout.count - 1])
    expect(seatAt(layout, layout.x[seat]! + 0.1, layout.y[seat]! - 0.1, layout.pitch * 0.7)).toBe(seat);
  expect(seatAt(layout, 0, 0, layout.pitch * 0.7)).toBeNull();
  expect(seatAt(layout, 1e6, 1e6, layout.pitch)).toBeNull();
});

test('U312: a rectangle gives exactly the seats whose middle is in it', () => {
  fc.assert(
    fc.property(point, point, (a, b) => {
      const rect = {
        left: Math.min(a[0], b[0]),
        right: Math.max(a[0], b[0]),
        top: Math.min(a[1], b[1]),
        bottom: Math.max(a[1], b[1]),
      };
      const found = new Set<number>();
      eachSeatIn(layout, rect, (seat) => found.add(seat));
      for (let seat = 0; seat < layout.count; seat += 1) {
        const [x, y] = [layout.x[seat]!, layout.y[seat]!];
        const inside = x >= rect.left && x <= rect.right && y >= rect.top && y <= rect.bottom;
        expect(found.has(seat)).toBe(inside);
      }
    }),
    { numRuns: 30 },
  );
});

test('U310: every seat lies in its section, and the stage in none', () => {
  for (let seat = 0; seat < layout.count; seat += 1)
    expect(sectionAt(layout, layout.x[seat]!, layout.y[seat]!)).toBe(layout.section[seat]);
  expect(sectionAt(layout, 0, 0)).toBeNull();
  const square = [
    [0, 0],
    [4, 0],
    [4, 4],
    [0, 4],
  ] as const;
  expect(isInside(square, 2, 2)).toBe(true);
  expect(isInside(square, 5, 2)).toBe(false);
});

test('U310: a map without seats is a map', () => {
  const empty = layoutOf({ ...hallOf(200), seats: 0, sections: [] });
  expect(seatAt(empty, 0, 0, 10)).toBeNull();
  expect(sectionAt(empty, 0, 0)).toBeNull();
});

test('U311: bounds enclose the seats with their margin', () => {
  expect(boundsOf(layout, [5], 2)).toEqual({
    left: layout.x[5]! - 2,
    right: layout.x[5]! + 2,
    top: layout.y[5]! - 2,
    bottom: layout.y[5]! + 2,
  });
});

test('U326: what a name is written around lies within its section, also in one that is bent around the stage', () => {
  const ring = Array.from({ length: 41 }, (_, step): [number, number] => [
    Math.sin((step / 40 - 0.5) * 2.4),
    Math.cos((step / 40 - 0.5) * 2.4),
  ]);
  const at = (radius: number) => ring.map(([px, py]): [number, number] => [px * radius, py * radius]);
  const [near, far] = [at(40), at(42)];
  const row = (label: string, line: [number, number][], first: number) => ({
    label,
    first,
    labels: line.map((_, place) => String(place + 1)),
    x: line.map(([px]) => px),
    y: line.map(([, py]) => py),
  });
  const bent = layoutOf({
    ...layout.geometry,
    seats: near.length + far.length,
    sections: [
      {
        key: 'circle',
        label: 'Circle',
        outline: [...at(39), ...at(43).reverse()],
        first: 0,
        count: near.length + far.length,
        rows: [row('A', near, 0), row('B', far, near.length)],
      },
    ],
  });
  for (const { geometry, middles } of [bent, layout])
    for (const [index, { outline }] of geometry.sections.entries())
      expect(isInside(outline, ...(middles[index] as [number, number]))).toBe(true);
});
