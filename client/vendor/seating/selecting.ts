/**
 * Seats a vendor has selected, one by one or a row or section at a stroke, and what may be done with them. Pure; the server
 * decides again.
 */
import { type SeatChannel, seatIdOf } from '../../../server/protocol/seating.ts';
import type { SeatLayout } from '../../seats/layout.ts';

export type Selection = ReadonlySet<number>;

/** Indexes of `SEAT_STATES`. */
export const STATE = { free: 0, held: 1, sold: 2, kept: 3 } as const;

/** What a selection is made from: on sale, and neither held nor sold. */
export const isLoose = (state: number, tier: number): boolean =>
  tier >= 0 && (state === STATE.free || state === STATE.kept);

/** All of these selected, or, if they already are, none of them. Those that cannot be are passed over. */
export function toggled(
  selection: Selection,
  seats: readonly number[],
  mayBe: (seat: number) => boolean,
): Selection {
  const possible = seats.filter(mayBe);
  const all = possible.every((seat) => selection.has(seat));
  const next = new Set(selection);
  for (const seat of possible) {
    if (all) next.delete(seat);
    else next.add(seat);
  }
  return next;
}

export const seatsOfRow = ({ rows }: SeatLayout, row: number): number[] =>
  Array.from({ length: rows[row]!.count }, (_, at) => rows[row]!.first + at);

export function seatsOfSection({ geometry }: SeatLayout, section: number): number[] {
  const { first, count } = geometry.sections[section]!;
  return Array.from({ length: count }, (_, at) => first + at);
}

/** How much of a stretch is selected, for its checkbox. */
export function coverage(
  selection: Selection,
  seats: readonly number[],
  mayBe: (seat: number) => boolean,
): 'none' | 'some' | 'all' {
  const possible = seats.filter(mayBe);
  const chosen = possible.filter((seat) => selection.has(seat)).length;
  if (chosen === 0) return 'none';
  return chosen === possible.length ? 'all' : 'some';
}

/** What is left of a selection after others took some of it: the same set if nothing went. */
export function stillLoose(selection: Selection, mayBe: (seat: number) => boolean): Selection {
  const left = [...selection].filter(mayBe);
  return left.length === selection.size ? selection : new Set(left);
}

/** The channel each seat is kept for, 0: nobody's. What was let go is nobody's again. */
export function channelsBySeat(channels: readonly SeatChannel[], seats: number): Uint8Array {
  const by = new Uint8Array(seats);
  for (const { channel, runs, releasedAt } of channels)
    if (releasedAt === null) for (const [first, length] of runs) by.fill(channel, first, first + length);
  return by;
}

/** One change of one channel, as `PUT …/channels/{channel}/seats` takes it. */
export interface ChannelChange {
  channel: number;
  add?: string[];
  remove?: string[];
}

/** As many ids as the server takes at once (server/seating/routes.ts). */
const AT_ONCE = 1_500;

/** Ids in the map's order, in portions. */
function portionsOf(mapId: string, seats: readonly number[]): string[][] {
  const ids = [...seats].sort((a, b) => a - b).map((seat) => seatIdOf(mapId, seat));
  return Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, at) =>
    ids.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );
}

/** Keeps for a channel what of the selection is not its already. */
export const keeping = (
  mapId: string,
  selection: Selection,
  channelOf: Uint8Array,
  channel: number,
): ChannelChange[] =>
  portionsOf(
    mapId,
    [...selection].filter((seat) => channelOf[seat] !== channel),
  ).map((add) => ({ channel, add }));

/** Lets the selected go, each from the channel it is kept for. */
export function lettingGo(mapId: string, selection: Selection, channelOf: Uint8Array): ChannelChange[] {
  const by = new Map<number, number[]>();
  for (const seat of selection) {
    const channel = channelOf[seat]!;
    if (channel > 0) by.set(channel, [...(by.get(channel) ?? []), seat]);
  }
  return [...by]
    .sort(([a], [b]) => a - b)
    .flatMap(([channel, seats]) => portionsOf(mapId, seats).map((remove) => ({ channel, remove })));
}
