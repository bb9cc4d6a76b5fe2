import { expect, test } from 'vitest';
import type { SeatRef } from '../../server/protocol/seating.ts';
import { layoutOf } from './layout.ts';
import { inWords, linesOf, nameOf, refOf, seatOf, seatsOf } from './names.ts';
import { hallOf } from './testing-hall.ts';

const layout = layoutOf(hallOf(2_000));
let number = 0;
const ref = (section: string, row: string, label: string): SeatRef => ({
  id: `0192a0c4-5b6d-8e8f-9a0b-${(number++).toString(16).padStart(12, '0')}`,
  section,
  row,
  label,
});
const inC = (...labels: string[]) => labels.map((label) => ref('Stalls', 'C', label));

test('U316: neighbours are named by their ends, in either direction, two by two names', () => {
  expect(linesOf(inC('12', '13', '14'))).toEqual(['Stalls, row C, seats 12 to 14']);
  expect(linesOf(inC('14', '13', '12'))).toEqual(['Stalls, row C, seats 14 to 12']);
  expect(linesOf(inC('12', '13'))).toEqual(['Stalls, row C, seats 12 and 13']);
  expect(linesOf(inC('12'))).toEqual(['Stalls, row C, seat 12']);
});

test('U316: numbers that skip and seats without a number are named one by one', () => {
  expect(linesOf(inC('1', '3', '5'))).toEqual(['Stalls, row C, seats 1, 3 and 5']);
  expect(linesOf(inC('1', '2', '3', '7', '9', '10', '11'))).toEqual([
    'Stalls, row C, seats 1 to 3, 7 and 9 to 11',
  ]);
  expect(linesOf(inC('A', 'B', '12b'))).toEqual(['Stalls, row C, seats A, B and 12b']);
});

test('U316: each row has its line, in the order of the map', () => {
  const seats = [ref('Stalls', 'C', '1'), ref('Stalls', 'D', '1'), ref('Circle', 'C', '1')];
  expect(inWords([seats[2]!, seats[0]!, seats[1]!])).toBe(
    'Stalls, row C, seat 1; Stalls, row D, seat 1; Circle, row C, seat 1',
  );
});

test('U316: a seat of the map and its id are one another, and another map’s id is none', () => {
  for (const seat of [0, 1_234, layout.count - 1]) expect(seatOf(layout, refOf(layout, seat).id)).toBe(seat);
  expect(nameOf(refOf(layout, 0))).toBe('Stalls left, row A, seat 1');
  const { id } = refOf(layout, 7);
  expect(seatOf(layout, id.replace('0192', '0193'))).toBeNull();
  expect(seatOf(layout, '5b0c1f2e-6a7d-4a1e-9f3b-2d1c7e8a9b10')).toBeNull();
  expect(seatsOf(layout, [refOf(layout, 9), { id: 'no id' }])).toEqual([9]);
});
