import { expect, test } from 'vitest';
import { type SeatRef, seatIdOf } from '../../server/protocol/seating.ts';
import { rowsOf } from './seat-groups.ts';

const MAP = '0192a000-0000-7000-8000-000000000001';
const seat = (number: number, section: string, row: string, label: string): SeatRef => ({
  id: seatIdOf(MAP, number),
  section,
  row,
  label,
});

test('U262: seats are read out row by row, in the order of the map and not of their labels', () => {
  const seats = [
    seat(300, 'Balcony', 'A', '2'),
    seat(9, 'Stalls', 'C', '10'),
    seat(8, 'Stalls', 'C', '9'),
    seat(20, 'Stalls', 'D', '9'),
    seat(301, 'Balcony', 'A', '1'),
  ];
  expect(rowsOf(seats)).toEqual([
    { section: 'Stalls', row: 'C', labels: ['9', '10'] },
    { section: 'Stalls', row: 'D', labels: ['9'] },
    { section: 'Balcony', row: 'A', labels: ['2', '1'] },
  ]);
  expect(rowsOf([])).toEqual([]);
});
