/** How full the house is: by section, by state, by channel; and which seats a filter leaves standing out. Pure. */
import type { SeatLayout } from '../../seats/layout.ts';
import { STATE } from './selecting.ts';

export interface Fill {
  /** On sale. */
  seats: number;
  free: number;
  held: number;
  sold: number;
  kept: number;
}

const NAMES = ['free', 'held', 'sold', 'kept'] as const;

/** Each section's fill, and that of all of them together. */
export function fillOf(
  layout: SeatLayout,
  states: Uint8Array,
  tierOf: Int16Array,
): { sections: Fill[]; whole: Fill } {
  const empty = (): Fill => ({ seats: 0, free: 0, held: 0, sold: 0, kept: 0 });
  const whole = empty();
  const sections = layout.geometry.sections.map(({ first, count }) => {
    const fill = empty();
    for (let seat = first; seat < first + count; seat += 1) {
      if (tierOf[seat]! < 0) continue;
      fill.seats += 1;
      fill[NAMES[states[seat]!]!] += 1;
    }
    for (const name of ['seats', ...NAMES] as const) whole[name] += fill[name];
    return fill;
  });
  return { sections, whole };
}

/** Seats of a channel that nobody holds or has bought, as the live states have them. */
export function leftByChannel(states: Uint8Array, channelOf: Uint8Array): Map<number, number> {
  const left = new Map<number, number>();
  for (let seat = 0; seat < channelOf.length; seat += 1) {
    const channel = channelOf[seat]!;
    if (channel > 0 && states[seat] === STATE.kept) left.set(channel, (left.get(channel) ?? 0) + 1);
  }
  return left;
}

export type StateFilter = 'all' | (typeof NAMES)[number];
export const STATE_FILTERS: readonly StateFilter[] = ['all', ...NAMES];

export interface Filter {
  state: StateFilter;
  /** Index of a tier, −1: any. */
  tier: number;
}

export const NO_FILTER: Filter = { state: 'all', tier: -1 };

/** Whether a seat stands out; what does not is drawn as if it were not on sale. */
export const passes = ({ state, tier }: Filter, seatState: number, seatTier: number): boolean =>
  (state === 'all' || NAMES[seatState] === state) && (tier < 0 || tier === seatTier);

/** For a word on the map: how much of what is on sale is sold. */
export const percentSold = ({ seats, sold }: Fill): number =>
  seats === 0 ? 0 : Math.round((sold / seats) * 100);
