import { expect, test } from 'vitest';
import { layoutOf } from '../../seats/layout.ts';
import { hallOf } from '../../seats/testing-hall.ts';
import { fillOf, leftByChannel, NO_FILTER, passes, percentSold } from './counting.ts';
import { STATE } from './selecting.ts';

const hall = hallOf(200);
const layout = layoutOf(hall);

test('U357: each section says how full it is, of what is on sale there, and all together the same', () => {
  const states = new Uint8Array(hall.seats);
  const tierOf = new Int16Array(hall.seats);
  states.fill(STATE.sold, 0, 30);
  states.fill(STATE.held, 30, 34);
  states.fill(STATE.kept, 100, 105);
  tierOf.fill(-1, 190);
  const { sections, whole } = fillOf(layout, states, tierOf);
  expect(sections).toEqual([
    { seats: 100, free: 66, held: 4, sold: 30, kept: 0 },
    { seats: 90, free: 85, held: 0, sold: 0, kept: 5 },
  ]);
  expect(whole).toEqual({ seats: 190, free: 151, held: 4, sold: 30, kept: 5 });
  expect([percentSold(sections[0]!), percentSold({ ...whole, seats: 0 })]).toEqual([30, 0]);
});

test('U357: of a channel those are left that nobody holds or has', () => {
  const states = Uint8Array.of(STATE.kept, STATE.kept, STATE.sold, STATE.free, STATE.kept);
  const channelOf = Uint8Array.of(2, 2, 2, 0, 1);
  expect([...leftByChannel(states, channelOf)]).toEqual([
    [2, 2],
    [1, 1],
  ]);
});

test('U359: a filter leaves the seats standing out that have its state and its tier', () => {
  const cases: [Parameters<typeof passes>[0], number, number, boolean][] = [
    [NO_FILTER, STATE.sold, 3, true],
    [{ state: 'sold', tier: -1 }, STATE.sold, 0, true],
    [{ state: 'sold', tier: -1 }, STATE.held, 0, false],
    [{ state: 'all', tier: 1 }, STATE.free, 1, true],
    [{ state: 'all', tier: 1 }, STATE.free, 0, false],
    [{ state: 'kept', tier: 1 }, STATE.kept, 1, true],
    [{ state: 'kept', tier: 1 }, STATE.free, 1, false],
  ];
  for (const [filter, state, tier, wanted] of cases)
    expect([filter, state, tier, passes(filter, state, tier)]).toEqual([filter, state, tier, wanted]);
});
