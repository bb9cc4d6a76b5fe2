import { expect, test } from 'vitest';
import { type SeatChannel, seatIdOf } from '../../../server/protocol/seating.ts';
import { layoutOf } from '../../seats/layout.ts';
import { hallOf } from '../../seats/testing-hall.ts';
import {
  channelsBySeat,
  coverage,
  isLoose,
  keeping,
  lettingGo,
  STATE,
  seatsOfRow,
  seatsOfSection,
  stillLoose,
  toggled,
} from './selecting.ts';

const hall = hallOf(200);
const layout = layoutOf(hall);
const states = new Uint8Array(hall.seats);
states[2] = STATE.held;
states[3] = STATE.sold;
states[4] = STATE.kept;
const tierOf = new Int16Array(hall.seats);
tierOf[5] = -1;
const mayBe = (seat: number): boolean => isLoose(states[seat]!, tierOf[seat]!);

test('U354: a row or a section is selected at a stroke, as far as it is free or kept, and given up again', () => {
  const row = seatsOfRow(layout, 0);
  expect(row).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const chosen = toggled(new Set([150]), row, mayBe);
  expect([...chosen]).toEqual([150, 0, 1, 4, 6, 7, 8, 9]);
  expect(coverage(chosen, row, mayBe)).toBe('all');
  expect([...toggled(chosen, row, mayBe)]).toEqual([150]);
  // Half selected counts as not selected: the first press selects the rest.
  const half = new Set([0]);
  expect(coverage(half, row, mayBe)).toBe('some');
  expect(toggled(half, row, mayBe).size).toBe(7);
  expect(coverage(new Set(), row, mayBe)).toBe('none');
  expect(toggled(new Set(), seatsOfSection(layout, 1), mayBe).size).toBe(100);
  // Nothing there can be selected: pressed, nothing happens.
  expect(toggled(half, [2, 3, 5], mayBe)).toEqual(half);
});

test('U354: what somebody takes leaves the selection, and nothing else does', () => {
  const chosen = new Set([0, 1, 4]);
  expect(stillLoose(chosen, mayBe)).toBe(chosen);
  expect([...stillLoose(new Set([0, 2, 3, 4]), mayBe)]).toEqual([0, 4]);
});

const channel = (over: Partial<SeatChannel>): SeatChannel => ({
  channel: 2,
  name: 'Guests',
  code: null,
  releaseAt: null,
  releasedAt: null,
  seats: 0,
  free: 0,
  runs: [],
  ...over,
});
const id = (seat: number): string => seatIdOf(hall.id, seat);

test('U354: a selection becomes one change a channel, of the seats it changes', () => {
  const channels = [
    channel({ channel: 1, runs: [[90, 2]] }),
    channel({ channel: 2, runs: [[4, 2]] }),
    channel({ channel: 3, runs: [[6, 1]], releasedAt: '2026-11-21T12:00:00Z' }),
  ];
  const channelOf = channelsBySeat(channels, hall.seats);
  expect([channelOf[90], channelOf[91], channelOf[4], channelOf[6], channelOf[0]]).toEqual([1, 1, 2, 0, 0]);
  const chosen = new Set([90, 9, 4, 0]);
  expect(keeping(hall.id, chosen, channelOf, 2)).toEqual([{ channel: 2, add: [id(0), id(9), id(90)] }]);
  expect(keeping(hall.id, new Set([4]), channelOf, 2)).toEqual([]);
  expect(lettingGo(hall.id, chosen, channelOf)).toEqual([
    { channel: 1, remove: [id(90)] },
    { channel: 2, remove: [id(4)] },
  ]);
  expect(lettingGo(hall.id, new Set([0]), channelOf)).toEqual([]);
  // The server takes so many at once, and no seat twice.
  const many = keeping(
    hall.id,
    new Set(Array.from({ length: 3_100 }, (_, seat) => seat)),
    new Uint8Array(4_000),
    2,
  );
  expect(many.map(({ add }) => add?.length)).toEqual([1_500, 1_500, 100]);
  expect(new Set(many.flatMap(({ add }) => add)).size).toBe(3_100);
});
