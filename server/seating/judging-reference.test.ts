/** Hand-picked seats on halls small enough to see the answer: `testing-judgement.ts` says what counts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestCases, pickedCases } from './testing-arbitraries.ts';
import { judgePicked, orphansOf, type PickedWish } from './testing-judgement.ts';
import { hall, ME } from './testing-models.ts';
import { bestAvailable, isOpen, leavesOrphan, runOf } from './testing-reference.ts';

const picked = (seats: number[], wish: Partial<PickedWish> = {}): PickedWish => ({
  user: ME,
  accessible: false,
  channel: 0,
  orphanRule: true,
  relaxPercent: 0,
  seats,
  ...wish,
});
describe('hand-picked', () => {
  test.for<{ name: string; rows: string[]; wish: PickedWish; expected: unknown }>([
    {
      name: 'S47: an orphan in a longer run is named',
      //        01234
      rows: ['A .....'],
      wish: picked([1, 2]),
      expected: { orphans: [0] },
    },
    {
      name: 'S47: on both sides',
      rows: ['A .......'],
      wish: picked([1, 3, 4, 5]),
      expected: { orphans: [0, 2, 6] },
    },
    {
      name: 'S47: a gap of one between two picked ones',
      rows: ['A .....'],
      wish: picked([0, 2]),
      expected: { orphans: [1] },
    },
    { name: 'S47: gaps of two are fine', rows: ['A ....|..'], wish: picked([0, 3]), expected: 'ok' },
    {
      name: 'S47: excused where one is left whatever is picked',
      rows: ['A ...x'],
      wish: picked([0, 2]),
      expected: 'ok',
    },
    {
      name: 'S47: who was alone before is no orphan',
      rows: ['A .x..x.'],
      wish: picked([2, 3]),
      expected: 'ok',
    },
    {
      name: 'S47: an excuse is per run',
      rows: ['A ...|....'],
      wish: picked([0, 1, 4, 5, 6]),
      expected: 'ok',
    },
    {
      name: 'S47: the other run is not excused',
      rows: ['A ...|....'],
      wish: picked([0, 1, 4, 5]),
      expected: { orphans: [3, 6] },
    },
    {
      name: 'S47: switched off',
      rows: ['A .....'],
      wish: picked([1, 2], { orphanRule: false }),
      expected: 'ok',
    },
    {
      // Six of the ten seats are everybody's: one is kept, one held, two sold.
      name: 'S47: near sell-out',
      rows: ['A .....Oxxhk'],
      wish: picked([1, 2], { relaxPercent: 60 }),
      expected: 'ok',
    },
    { name: 'S41: an offer as it was made', rows: ['A .oo..'], wish: picked([1, 2]), expected: 'ok' },
    {
      name: 'S41, S47: not a part of it',
      rows: ['A .ooo.'],
      wish: picked([1, 2]),
      expected: { orphans: [0] },
    },
    {
      name: 'S47: not as near',
      rows: ['A .....Oxxhk'],
      wish: picked([1, 2], { relaxPercent: 59 }),
      expected: { orphans: [0] },
    },
    {
      name: 'S47: a seat not open to the fan is no orphan of theirs',
      rows: ['A kk...'],
      wish: picked([2, 3, 4]),
      expected: 'ok',
    },
    {
      name: 'S40: those that are not open are named, all else aside',
      //        01234567
      rows: ['A .h.xOokw-.'],
      wish: picked([1, 2, 3, 4, 5, 6, 7, 8, 9]),
      expected: { taken: [1, 3, 4, 6, 7, 8] },
    },
    {
      name: 'S46: channel and accessible open theirs',
      rows: ['A kw'],
      wish: picked([0, 1], { channel: 2, accessible: true }),
      expected: 'ok',
    },
  ])('$name', ({ rows, wish, expected }) => expect(judgePicked(hall(rows), wish)).toEqual(expected));
});

test('S42, S47: of a window, the one judgement of orphans agrees with the other', () => {
  fc.assert(
    fc.property(bestCases, fc.nat(), fc.nat(), ({ model, wish }, at, length) => {
      const seats = model.seats.flatMap((_, i) => (isOpen(model, wish, i) ? [i] : []));
      fc.pre(seats.length > 0);
      const run = runOf(model, wish, seats[at % seats.length]!);
      const start = at % run.length;
      const window = run.slice(start, start + 1 + (length % (run.length - start)));
      expect(leavesOrphan(model, wish, window)).toBe(orphansOf(model, wish, window).length > 0);
    }),
    { numRuns: 500 },
  );
});

test('S48: the random halls come to every stage, and to every judgement', () => {
  const seen = new Map<string, number>();
  const count = (key: string) => seen.set(key, (seen.get(key) ?? 0) + 1);
  for (const { model, wish } of fc.sample(bestCases, { seed: 1, numRuns: 1500 })) {
    const { stage, offer } = bestAvailable(model, wish);
    count(offer ? 'offer' : stage);
  }
  for (const { model, wish } of fc.sample(pickedCases, { seed: 1, numRuns: 1500 })) {
    const judged = judgePicked(model, wish);
    count(judged === 'ok' ? 'ok' : Object.keys(judged)[0]!);
    const excused = judged === 'ok' && wish.orphanRule && wish.relaxPercent === 0;
    if (excused && orphansOf(model, wish, wish.seats).length > 0) count('excused');
  }
  for (const key of [
    'row',
    'row-orphan',
    'rows',
    'any',
    'offer',
    'none',
    'ok',
    'taken',
    'orphans',
    'excused',
  ])
    expect(seen.get(key) ?? 0, key).toBeGreaterThan(40);
});
