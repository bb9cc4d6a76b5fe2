import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkMap } from './check-map.ts';
import { expand, rounded, seatsOfRow } from './expand.ts';
import { mapText } from './map-text.ts';
import { labelsOf } from './numbering.ts';
import { spotsOf } from './row-line.ts';
import { anyMap, mapOf, written } from './testing-maps.ts';
import type { Numbering } from './venue-map.ts';

test('S1: every scheme numbers as documented', () => {
  const five = (numbering: Partial<Numbering>) =>
    labelsOf({ from: 1, direction: 'ltr', scheme: 'all', ...numbering }, 5)?.join(' ');
  expect(five({})).toBe('1 2 3 4 5');
  expect(five({ direction: 'rtl' })).toBe('5 4 3 2 1');
  expect(five({ scheme: 'odd' })).toBe('1 3 5 7 9');
  expect(five({ scheme: 'even', direction: 'rtl' })).toBe('10 8 6 4 2');
  expect(five({ scheme: 'odd-even' })).toBe('5 3 1 2 4');
  expect(five({ scheme: 'odd-even', direction: 'rtl' })).toBe('4 2 1 3 5');
  expect(five({ from: 11, skip: [13] })).toBe('11 12 14 15 16');
  expect(five({ from: 100, step: 10 })).toBe('100 110 120 130 140');
  expect(five({ scheme: 'odd-even', skip: [1] })).toBe('7 5 3 2 4');
  expect(five({ scheme: 'odd', from: 2, step: 2 })).toBeUndefined();
  expect(five({ from: 99_998 })).toBeUndefined();
});

test('S1: a straight row stands evenly, and its aisles take their room', () => {
  const line = { from: [0, 0], to: [30, 0] } as { from: [number, number]; to: [number, number] };
  expect(spotsOf({ line, count: 4 })).toEqual([
    [0, 0],
    [10, 0],
    [20, 0],
    [30, 0],
  ]);
  // An aisle after the last seat lies outside the row.
  const aisled = spotsOf({ line, count: 4, aisles: [1, 3], aisleWidth: 12 });
  expect(aisled.map(([x]) => rounded(x))).toEqual([0, 6, 24, 30]);
  expect(spotsOf({ line, count: 1 })).toEqual([[15, 0]]);
});

test('S1: a curved row is an arc through both ends, as deep as its bulge, to the right of who walks it', () => {
  const middle = (from: [number, number], to: [number, number], bulge: number) =>
    (spotsOf({ line: { from, to, bulge }, count: 3 })[1] as number[]).map(
      (value) => Math.round(value * 1e6) / 1e6,
    );
  expect(middle([-30, 50], [30, 50], 8)).toEqual([0, 58]);
  expect(middle([-30, 50], [30, 50], -8)).toEqual([0, 42]);
  expect(middle([30, 50], [-30, 50], 8)).toEqual([0, 42]);
  expect(middle([0, 0], [0, 40], 20)).toEqual([-20, 20]);
  fc.assert(
    fc.property(
      fc.double({ min: -50, max: 50, noNaN: true }),
      fc.integer({ min: 3, max: 40 }),
      (bulge, count) => {
        const spots = spotsOf({ line: { from: [-50, 0], to: [50, 0], bulge }, count });
        expect(spots[0]?.[0]).toBeCloseTo(-50);
        expect(spots.at(-1)?.[0]).toBeCloseTo(50);
        const steps = spots.slice(1).map(([x, y], i) => Math.hypot(x - spots[i]![0], y - spots[i]![1]));
        for (const step of steps) expect(step).toBeCloseTo(steps[0] as number);
      },
    ),
  );
});

test('S1: an arc too flat for numbers is a straight line (found by chance)', () => {
  for (const bulge of [5e-324, 1e-322, -1e-200])
    expect(spotsOf({ line: { from: [-50, 0], to: [50, 0], bulge }, count: 3 })).toEqual([
      [-50, 0],
      [0, 0],
      [50, 0],
    ]);
});

test('S1: flags are given by label or by offset, and tiers by the nearest that names one', () => {
  const [a, b] = expand(
    mapOf([
      {
        label: 'A',
        line: { from: [0, 0], to: [40, 0] },
        count: 5,
        numbering: { from: 1, direction: 'rtl', scheme: 'all' },
        aisles: [1],
        accessible: ['5'],
        companion: [1],
        restricted: [4, '2'],
      },
      { ...written('B', 20, 2, [{ tier: 'front' }]), tier: 'middle' },
    ]),
  ).sections[0]!.rows;
  expect(a?.seats).toEqual([
    { label: '5', x: 0, y: 0, accessible: true },
    { label: '4', x: 10, y: 0, companion: true, aisle: true },
    { label: '3', x: 20, y: 0 },
    { label: '2', x: 30, y: 0, restricted: true },
    { label: '1', x: 40, y: 0, restricted: true },
  ]);
  expect(b?.seats.map(({ tier }) => tier)).toEqual(['front', 'middle']);
});

test('S2: expanding twice is expanding once, and the exported text reads as the same map', () => {
  fc.assert(
    fc.property(anyMap, (map) => {
      const once = expand(map);
      expect(expand(once)).toEqual(once);
      const read = checkMap(JSON.parse(mapText(once)));
      expect(read.ok && JSON.stringify(read.map)).toBe(JSON.stringify(once));
      const described = checkMap(JSON.parse(mapText(map)));
      expect(described.ok && JSON.stringify(described.map)).toBe(JSON.stringify(once));
    }),
  );
});

test('S1: a row whose numbering runs out is not expanded by accident', () => {
  const numbering: Numbering = { from: 2, step: 2, direction: 'ltr', scheme: 'odd' };
  expect(() => seatsOfRow({ label: 'A', line: { from: [0, 0], to: [9, 0] }, count: 2, numbering })).toThrow(
    /row A/,
  );
});
