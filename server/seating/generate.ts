/** Test venues that look like real ones: the same document each time, with exactly as many seats as it says. */
import { arena, stadium } from './generate-bowl.ts';
import { hall, theatre } from './generate-hall.ts';
import type { VenueMap } from './venue-map.ts';

const VENUES = {
  200: theatre,
  2000: hall,
  20000: arena,
  60000: stadium,
} as const satisfies Record<number, () => VenueMap>;

export type VenueSize = keyof typeof VENUES;
export const VENUE_SIZES = Object.keys(VENUES).map(Number) as VenueSize[];

export const generateVenue = (size: VenueSize): VenueMap => VENUES[size]();
