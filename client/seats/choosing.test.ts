import { expect, test } from 'vitest';
import { mayPick, nextOpen, type Pick, press, seatItems, wishMembers, withoutTaken } from './choosing.ts';
import { FLAG, layoutOf } from './layout.ts';
import { seatOf } from './names.ts';
import { fixOf, namedBy, offerOf } from './refusal-note.tsx';
import { neighbour } from './seat-list.tsx';
import { hallOf } from './testing-hall.ts';

const pick = (seat: number, tierId = 'stalls'): Pick => ({ seat, id: `seat-${seat}`, tierId });

test('U317: a press picks, the next gives back, and past the limit nothing is picked', () => {
  const one = press([], pick(5), 2);
  expect(one).toEqual({ picks: [pick(5)], full: false });
  const two = press(one.picks, pick(6), 1);
  expect(two.picks.map(({ seat }) => seat)).toEqual([5, 6]);
  expect(press(two.picks, pick(7), 0)).toEqual({ picks: two.picks, full: true });
  // Giving back needs no room.
  expect(press(two.picks, pick(5), 0)).toEqual({ picks: [pick(6)], full: false });
});

test('U318: one line a tier, seats in the map’s order, whatever order they were picked in', () => {
  const made = seatItems([pick(9), pick(3, 'circle'), pick(4)]);
  expect(made).toEqual([
    { tierId: 'circle', seatIds: ['seat-3'] },
    { tierId: 'stalls', seatIds: ['seat-4', 'seat-9'] },
  ]);
  expect(seatItems([pick(4), pick(9), pick(3, 'circle')])).toEqual(made);
  expect(seatItems([])).toEqual([]);
});

test('U319: what others took leaves the choice and is named; otherwise the choice is the same', () => {
  const picks = [pick(1), pick(2), pick(3)];
  const left = withoutTaken(picks, (seat) => seat !== 2);
  expect(left.picks.map(({ seat }) => seat)).toEqual([1, 3]);
  expect(left.lost).toEqual([pick(2)]);
  expect(withoutTaken(picks, () => true).picks).toBe(picks);
});

test('U320: kept seats are for those who ask for a wheelchair place, where they are ones, or name a code', () => {
  const plain = { accessible: false, code: '' };
  const [free, held, sold, kept] = [0, 1, 2, 3] as const;
  expect(mayPick(free, 0, plain)).toBe(true);
  for (const state of [held, sold, kept]) expect(mayPick(state, FLAG.accessible, plain)).toBe(false);
  expect(mayPick(kept, FLAG.accessible, { accessible: true, code: '' })).toBe(true);
  expect(mayPick(kept, FLAG.companion, { accessible: true, code: '' })).toBe(false);
  expect(mayPick(kept, 0, { accessible: false, code: 'EARLY' })).toBe(true);
  expect(mayPick(kept, 0, { accessible: false, code: '  ' })).toBe(false);
  for (const state of [held, sold])
    expect(mayPick(state, 0, { accessible: true, code: 'EARLY' })).toBe(false);
});

test('U322: the wishes go along as the protocol names them, and only if there are any', () => {
  expect(wishMembers({ accessible: false, code: '' })).toEqual({});
  expect(wishMembers({ accessible: true, code: ' EARLY ' })).toEqual({ accessible: true, channel: 'EARLY' });
});

test('U321: a refusal’s seats, offer and fix are read as they are, and what is missing is none', () => {
  const ref = { id: 'seat-1', section: 'Stalls', row: 'A', label: '1' };
  const offer = { tierId: 'stalls', seats: [ref], expiresAt: '2026-11-21T20:00:00Z' };
  expect(offerOf({ code: 'SEATS_TAKEN', details: { seats: [ref], offer } })).toEqual(offer);
  expect(namedBy({ code: 'SEATS_TAKEN', details: { seats: [ref], offer } })).toEqual([ref]);
  expect(namedBy({ code: 'ORPHAN_SEAT', details: { orphans: [ref], fix: [ref] } })).toEqual([ref]);
  expect(fixOf({ code: 'ORPHAN_SEAT', details: { orphans: [ref], fix: [ref] } })).toEqual([ref]);
  expect(fixOf({ code: 'ORPHAN_SEAT', details: { orphans: [ref], fix: null } })).toBeNull();
  expect(offerOf({ code: 'NOT_TOGETHER', details: { offer: null } })).toBeNull();
  expect(offerOf({ code: 'NOT_TOGETHER', details: { offer: { ...offer, seats: [] } } })).toBeNull();
  expect(namedBy(null)).toEqual([]);
});

const layout = layoutOf(hallOf(2_000));
const section = layout.geometry.sections[0]!;
const all = (): boolean => true;
const rowOf = (seat: number): string => layout.rows[layout.row[seat]!]!.label;
const go = (seat: number, key: string, isThere: (seat: number) => boolean = all): number | null =>
  neighbour(layout, seat, key, section, isThere);

test('U324: arrow keys go along the row and end with it', () => {
  const { first, count } = layout.rows[0]!;
  expect(go(first, 'ArrowRight')).toBe(first + 1);
  expect(go(first + 1, 'ArrowLeft')).toBe(first);
  expect(go(first, 'ArrowLeft')).toBeNull();
  expect(go(first + 3, 'End')).toBe(first + count - 1);
  expect(go(first + count - 1, 'ArrowRight')).toBeNull();
  expect(go(first + 3, 'Home')).toBe(first);
  expect(go(first, 'Enter')).toBeNull();
});

test('U324: up and down lead to the nearest seat of the row there, and not out of the section', () => {
  const { first } = layout.rows[0]!;
  const below = go(first + 4, 'ArrowDown')!;
  expect(rowOf(below)).toBe('B');
  expect(Math.abs(layout.x[below]! - layout.x[first + 4]!)).toBeLessThan(layout.pitch * 2);
  expect(go(below, 'ArrowUp')).toBe(first + 4);
  expect(go(first, 'ArrowUp')).toBeNull();
  const last = section.first + section.count - 1;
  expect(go(last, 'ArrowDown')).toBeNull();
});

test('U324: what is sold is passed over, along the row and across rows', () => {
  const { first } = layout.rows[0]!;
  expect(go(first, 'ArrowRight', (seat) => seat !== first + 1)).toBe(first + 2);
  const withoutB = go(first, 'ArrowDown', (seat) => rowOf(seat) !== 'B')!;
  expect(rowOf(withoutB)).toBe('C');
  expect(go(first, 'ArrowDown', (seat) => rowOf(seat) === 'A')).toBeNull();
});

test('U324: "next free seat" goes round the section and finds none where there is none', () => {
  const free = (seat: number): boolean => seat === 3 || seat === 150;
  expect(nextOpen(0, 200, null, free)).toBe(3);
  expect(nextOpen(0, 200, 3, free)).toBe(150);
  expect(nextOpen(0, 200, 150, free)).toBe(3);
  expect(nextOpen(0, 200, null, () => false)).toBeNull();
  expect(seatOf(layout, 'x')).toBeNull();
});
