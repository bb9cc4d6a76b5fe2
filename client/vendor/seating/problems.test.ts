import { expect, test } from 'vitest';
import { seatIdOf } from '../../../server/protocol/seating.ts';
import { checkMap, generateVenue } from '../../../server/seating/index.ts';
import { ApiError } from '../../api.ts';
import { layoutOf } from '../../seats/layout.ts';
import { hallOf } from '../../seats/testing-hall.ts';
import { placeIn, problemsOf, readDocument } from './import-problems.ts';
import { problemOf } from './refusals.ts';

const document = {
  sections: [
    {
      key: 'stalls',
      label: 'Stalls',
      rows: [
        { label: 'A', count: 3 },
        { label: 'F', seats: [{ label: '11' }, { label: '12' }, { label: 12 }] },
      ],
    },
    { key: 'circle', rows: 'none' },
  ],
  standing: [{ label: 'Pit' }],
};

test('U353: a problem is named by what its place is called in the file, as far as it can be read', () => {
  const cases: [string, string][] = [
    ['/sections/0/rows/1/seats/1', 'Stalls, row F, seat 12'],
    ['/sections/0/rows/1/seats/1/x', 'Stalls, row F, seat 12'],
    ['/sections/0/rows/1/seats/2', 'Stalls, row F, seat no. 3'],
    ['/sections/0/rows/0/numbering/from', 'Stalls, row A'],
    ['/sections/0/rows/7', 'Stalls, row no. 8'],
    ['/sections/1/rows/0/seats/4', 'circle, row no. 1, seat no. 5'],
    ['/sections/5', 'section 6'],
    ['/standing/0/capacity', 'Pit'],
    ['/focal', 'The whole map'],
    ['', 'The whole map'],
    ['/constructor/prototype', 'The whole map'],
  ];
  for (const [pointer, name] of cases) expect([pointer, placeIn(document, pointer)]).toEqual([pointer, name]);
});

test('U353: what the server’s own check finds is told seat by seat; a file that is no JSON is told before', () => {
  const map = generateVenue(200);
  const row = map.sections[0]!.rows[0]!;
  const broken = { ...map, sections: [{ ...map.sections[0]!, rows: [row, { ...row }] }, map.sections[1]!] };
  const checked = checkMap(broken);
  if (checked.ok) throw new Error('a map with a row twice was taken');
  const shown = problemsOf(broken, { field: 'body', problems: checked.problems });
  expect(shown.length).toBe(checked.problems.length);
  expect(shown.some(({ where }) => where === 'Stalls, row A')).toBe(true);
  expect(problemsOf(broken, { problems: [null, 'x', { at: 1 }] })).toEqual([]);
  expect(problemsOf(broken, {})).toEqual([]);
  expect(readDocument('{"a":1}')).toEqual({ document: { a: 1 } });
  expect(readDocument('{')).toBeNull();
});

const hall = hallOf(200);
const layout = layoutOf(hall);
const ref = (seat: number) => ({
  id: seatIdOf(hall.id, seat),
  section: 'Stalls left',
  row: 'A',
  label: String(seat + 1),
});

test('U358: refused seats are told by their names, and pointed at on the map', () => {
  const taken = new ApiError('SEATS_TAKEN', 409, 'Gone.', { seats: [ref(3), ref(4)] });
  expect(problemOf(taken, layout, 'keep')).toEqual({
    text: 'Nothing was changed. These are held or sold: Stalls left, row A, seats 4 and 5.',
    seats: [3, 4],
  });
  expect(problemOf(taken, layout, 'move').text).toContain('Somebody has just taken');
  const named = new ApiError('INVALID_REQUEST', 400, 'These seats are not accessible ones.', {
    field: 'add',
    seats: [ref(0)],
  });
  expect(problemOf(named, layout, 'keep')).toEqual({
    text: 'These seats are not accessible ones. (Stalls left, row A, seat 1)',
    seats: [0],
  });
  const state = new ApiError('INVALID_STATE', 409, 'This ticket was used, refunded or canceled.');
  expect(problemOf(state, layout, 'move')).toEqual({ text: state.message, seats: [] });
  const many = new ApiError('SEATS_TAKEN', 409, 'Gone.', {
    seats: Array.from({ length: 60 }, (_, seat) => ref(seat)),
  });
  expect(problemOf(many, layout, 'keep').text).toBe('Nothing was changed. These are held or sold: 60 seats.');
  // Another map's seats are named, but cannot be pointed at.
  const other = { ...ref(1), id: seatIdOf('0192a0c4-5b6d-7e8f-8a0b-000000000000', 1) };
  expect(problemOf(new ApiError('SEATS_TAKEN', 409, '', { seats: [other] }), layout, 'keep').seats).toEqual(
    [],
  );
});
