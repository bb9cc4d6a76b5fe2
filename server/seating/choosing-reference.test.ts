import { describe, expect, test } from 'vitest';
import { gateBlocks, gatePlanOf, hall, longestRuns, ME } from './testing-models.ts';
import { type BestWish, bestAvailable } from './testing-reference.ts';

const best = (wish: Partial<BestWish> & { n: number }): BestWish => ({
  user: ME,
  accessible: false,
  channel: 0,
  orphanRule: true,
  together: 'any',
  ...wish,
});
/** Costs that rise with the distance from a column. */
const from = (column: number) => (x: number) => Math.abs(x - column * 10);

interface BestRow {
  rows: string[];
  cost?: (x: number, y: number) => number;
  wish: Partial<BestWish> & { n: number };
  expected: [stage: string, seats: number[], offer?: number[]];
}

function expectBest({ rows, cost, wish, expected: [stage, seats, offer] }: BestRow) {
  expect(bestAvailable(hall(rows, cost), best(wish))).toEqual({ stage, seats, offer: offer ?? null });
}

describe('best available', () => {
  test.for<BestRow & { name: string }>([
    {
      name: 'S42: nearest the focal point',
      //        0123456789
      rows: ['A ..........'],
      cost: from(5),
      wish: { n: 2 },
      // 4,5 and 5,6 cost the same.
      expected: ['row', [4, 5]],
    },
    {
      name: 'S42: a window that leaves one seat at the end of its run is passed over',
      //        01234
      rows: ['A .....'],
      cost: from(2),
      wish: { n: 3 },
      // 1,2,3 would leave two orphans; 0,1,2 leaves two seats.
      expected: ['row', [0, 1, 2]],
    },
    {
      name: 'S42: what is not open ends a run',
      //        0123456
      rows: ['A ..x...h'],
      cost: from(4),
      wish: { n: 2 },
      // In 3,4,5 two seats leave one whichever they are.
      expected: ['row', [0, 1]],
    },
    {
      name: 'S42: an aisle ends a run too, and nobody sits together across it',
      rows: ['A .|..|.'],
      cost: from(0),
      wish: { n: 2 },
      expected: ['row', [1, 2]],
    },
    {
      name: 'S42: a run goes on where the tier changes, so no orphan is left between tiers',
      //        012345
      rows: ['A ..bb..'],
      cost: from(0),
      wish: { n: 1, tier: 1 },
      // 2 leaves 0,1 and 3,4,5; the same of 3: costs decide.
      expected: ['row', [2]],
    },
    {
      name: 'S42: a group is of one tier, also where none was asked for',
      rows: ['A .b|bb'],
      cost: from(0),
      wish: { n: 2 },
      expected: ['row', [2, 3]],
    },
    {
      name: 'S43: where each leaves an orphan, the nearest',
      //        0123
      rows: ['A ...x'],
      cost: from(2),
      wish: { n: 2 },
      expected: ['row-orphan', [1, 2]],
    },
    {
      name: 'S43: with the rule switched off the nearest at once',
      rows: ['A .....'],
      cost: from(2),
      wish: { n: 3, orphanRule: false },
      expected: ['row', [1, 2, 3]],
    },
    {
      name: 'S44: two and two behind each other, middles close',
      //        0123           4567
      rows: ['A ..xx', 'A x..x'],
      wish: { n: 4 },
      expected: ['rows', [0, 1, 5, 6]],
    },
    {
      name: 'S44: three as two and one; of the one, the place behind the middle',
      //        01            234
      rows: ['A .. x', 'A .|.|x'],
      wish: { n: 3 },
      // Middle of 0,1 is x=5. Seat 3 (x=0) is 5 across, seat 4 (x=20) is 15.
      expected: ['rows', [0, 1, 3]],
    },
    {
      name: 'S44: evenly first, even where an uneven pair is nearer',
      //        0123            4567              89..
      rows: ['A ...x', 'A .xxx', 'A xx..', 'A ..xx'],
      cost: (_, y) => y * 100,
      wish: { n: 4 },
      // 3 + 1 in the first two rows would cost less than 2 + 2 in the last two.
      expected: ['rows', [10, 11, 12, 13]],
    },
    {
      name: 'S44: the larger part may be the one behind',
      rows: ['A .xxx', 'A ...x'],
      wish: { n: 4 },
      expected: ['rows', [0, 4, 5, 6]],
    },
    {
      name: 'S44: rows of two sections are not behind each other',
      rows: ['A ..x', 'B ..x'],
      wish: { n: 4, together: 'rows' },
      expected: ['none', [], [0, 1, 3, 4]],
    },
    {
      name: 'S44: not asked for by `row`',
      rows: ['A ..x', 'A ..x'],
      wish: { n: 4, together: 'row' },
      expected: ['none', [], [0, 1, 3, 4]],
    },
    {
      name: 'S44: both parts are of one tier',
      rows: ['A ..x', 'A bbx'],
      wish: { n: 4 },
      expected: ['none', []],
    },
    {
      name: 'S45: wherever seats are free, nearest first',
      //        01234
      rows: ['A .x.x.', 'A xxxx.'],
      cost: from(4),
      wish: { n: 3, tier: 0 },
      // 4 and 9 cost 0, 2 costs 20. Rows: 4 and 9 are only two.
      expected: ['any', [2, 4, 9]],
    },
    {
      name: 'S45: without a tier, the one whose seats cost least',
      rows: ['A .x.xbxb'],
      cost: from(6),
      wish: { n: 2 },
      expected: ['any', [4, 6]],
    },
    {
      name: 'S45: equal tiers: the first',
      rows: ['A bx.xbx.'],
      wish: { n: 2 },
      expected: ['any', [2, 6]],
    },
    {
      name: 'S45: too few are none',
      rows: ['A .x.'],
      wish: { n: 3 },
      expected: ['none', []],
    },
    {
      name: 'S46: the section asked for',
      rows: ['A ....', 'B ....'],
      cost: (_, y) => y,
      wish: { n: 2, section: 1 },
      expected: ['row', [4, 5]],
    },
    {
      name: 'S46: kept seats only through their channel',
      //        0123
      rows: ['A kk..'],
      wish: { n: 2 },
      expected: ['row', [2, 3]],
    },
    {
      name: 'S46: through it kept ones and others alike',
      rows: ['A kk..'],
      wish: { n: 2, channel: 2 },
      expected: ['row', [0, 1]],
    },
    {
      name: 'S46: accessible: a group with one',
      //        012345
      rows: ['A ....w.'],
      cost: from(0),
      wish: { n: 2, accessible: true },
      expected: ['row', [4, 5]],
    },
    {
      name: 'S46: accessible ones are kept from who does not ask',
      rows: ['A .w'],
      wish: { n: 2 },
      expected: ['none', []],
    },
    {
      name: 'S46: accessible over two rows: one part has one',
      rows: ['A ..', 'A w.'],
      wish: { n: 4, accessible: true },
      expected: ['rows', [0, 1, 2, 3]],
    },
    {
      name: 'S46: accessible anywhere: the best of these and then the nearest',
      //        0123456
      rows: ['A .x.xwxa'],
      cost: from(0),
      wish: { n: 2, accessible: true },
      expected: ['any', [0, 4]],
    },
    {
      name: 'S41: what is offered to this fan is open to them, and to nobody else',
      //        0123
      rows: ['A OoO.'],
      wish: { n: 2 },
      expected: ['any', [1, 3]],
    },
  ])('$name', (row) => expectBest(row));
});

test('S48: the bytes a model becomes say what it says', () => {
  //        01 234          567
  const model = hall(['A ..|.w-', 'A xb.', 'B ..'], (x, y) => Math.abs(x - 30) + y);
  const { plan, blocks, facts } = gatePlanOf(model, ['t0', 't1'], 'p');
  // Blocks by lowest cost: 2,3,4 has 0; then 5,6,7 (x 20: 10 + 10), the first of equals 0,1 (x 10: 20), then 8,9 (40).
  expect([...gateBlocks(model)]).toEqual([
    [1, 0],
    [0, 1],
    [2, 2],
    [3, 3],
  ]);
  const seat = plan.subarray(40, 50);
  expect([0, 2, 4, 6].map((at) => seat.readUInt16BE(at))).toEqual([0, 20, 50, 0]);
  expect([seat[8], seat[9]]).toEqual([255, 0]);
  const block = blocks.subarray(24, 36);
  expect([block.readUInt16BE(0), block[2], block[3]]).toEqual([5, 3, 0]);
  expect([4, 6, 8, 10].map((at) => block.readUInt16BE(at))).toEqual([1, 20, 0, 65_535]);
  const last = blocks.subarray(36);
  expect([last.readUInt16BE(0), last[2], last[3]]).toEqual([8, 2, 1]);
  expect([4, 6, 8, 10].map((at) => last.readUInt16BE(at))).toEqual([3, 40, 65_535, 65_535]);
  expect(facts).toEqual({
    prefix: 'p',
    seats: 10,
    tiers: ['t0', 't1'],
    sizes: [8, 1],
    sections: ['s0', 's1'],
    accessible: [0],
  });
  expect(longestRuns(model)).toEqual([1, 2, 2, 2]);
});
