/**
 * Which rows of a map a new event sells as which tier, while its vendor is still placing them. Tiers are meant by their
 * keys in the form: rows of the form come and go, keys stay. Pure; what is sent to the server is derived at the end.
 */
import type { VenueGeometry } from '../../../server/protocol/seating.ts';
import { layoutOf, type SeatLayout } from '../../seats/layout.ts';

export interface Placement {
  /** By the map's row (`layout.rows`): its tier's key, null: not on sale. */
  rows: readonly (number | null)[];
  /** By standing area: the tier sold there. */
  standing: Readonly<Record<string, number>>;
}

/** As `POST /events` takes it: tiers named by their place in the event's list. */
export interface Assignment {
  sections: Record<string, string>;
  rows: Record<string, string>;
  standing: Record<string, string>;
}

export const nothingPlaced = (geometry: VenueGeometry): Placement => ({
  rows: layoutOf(geometry).rows.map(() => null),
  standing: {},
});

export const placeSection = (
  layout: SeatLayout,
  placement: Placement,
  section: number,
  tier: number | null,
): Placement => ({
  ...placement,
  rows: placement.rows.map((before, row) => (layout.rows[row]!.section === section ? tier : before)),
});

export const placeRow = (placement: Placement, row: number, tier: number | null): Placement => ({
  ...placement,
  rows: placement.rows.map((before, index) => (index === row ? tier : before)),
});

export function placeStanding(placement: Placement, area: string, tier: number | null): Placement {
  const { [area]: _before, ...others } = placement.standing;
  return { ...placement, standing: tier === null ? others : { ...others, [area]: tier } };
}

/** What is left when a tier leaves the form: its places are nobody's. */
export const withoutTier = (placement: Placement, tier: number): Placement => ({
  rows: placement.rows.map((before) => (before === tier ? null : before)),
  standing: Object.fromEntries(Object.entries(placement.standing).filter(([, other]) => other !== tier)),
});

/** Seats by tier; a tier without any is not named. */
export function seatsByTier(layout: SeatLayout, placement: Placement): Map<number, number> {
  const seats = new Map<number, number>();
  for (const [row, tier] of placement.rows.entries())
    if (tier !== null) seats.set(tier, (seats.get(tier) ?? 0) + layout.rows[row]!.count);
  return seats;
}

/** People by tier that its standing areas hold. */
export function roomByTier(geometry: VenueGeometry, placement: Placement): Map<number, number> {
  const room = new Map<number, number>();
  for (const { key, capacity } of geometry.standing) {
    const tier = placement.standing[key];
    if (tier !== undefined) room.set(tier, (room.get(tier) ?? 0) + capacity);
  }
  return room;
}

/** A section's tier where all its rows have the same, else "mixed". */
export function tierOfSection(
  layout: SeatLayout,
  placement: Placement,
  section: number,
): number | null | 'mixed' {
  const tiers = new Set(placement.rows.filter((_, row) => layout.rows[row]!.section === section));
  if (tiers.size > 1) return 'mixed';
  return [...tiers][0] ?? null;
}

/** Seat by seat, the place of its tier among `tierKeys`, −1 where it is not on sale: what a map is drawn from. */
export function placesOf(layout: SeatLayout, placement: Placement, tierKeys: readonly number[]): Int16Array {
  const places = new Int16Array(layout.count).fill(-1);
  for (const [index, tier] of placement.rows.entries()) {
    const { first, count } = layout.rows[index]!;
    if (tier !== null) places.fill(tierKeys.indexOf(tier), first, first + count);
  }
  return places;
}

/**
 * The fewest names that say the same: a section by its most frequent tier, and the rows that differ. Where a row is not on
 * sale its section cannot be named, since that would name the row too: then each of the others is.
 */
export function assignmentOf(
  layout: SeatLayout,
  placement: Placement,
  tierKeys: readonly number[],
): Assignment {
  const nameOf = (tier: number): string => String(tierKeys.indexOf(tier));
  const assignment: Assignment = { sections: {}, rows: {}, standing: {} };
  for (const [index, section] of layout.geometry.sections.entries()) {
    const rows = layout.rows.flatMap((row, at) =>
      row.section === index ? [{ label: row.label, tier: placement.rows[at] ?? null }] : [],
    );
    const usual = rows.some(({ tier }) => tier === null) ? null : mostFrequent(rows.map(({ tier }) => tier));
    if (usual !== null) assignment.sections[section.key] = nameOf(usual);
    for (const { label, tier } of rows)
      if (tier !== null && tier !== usual) assignment.rows[`${section.key}/${label}`] = nameOf(tier);
  }
  for (const [area, tier] of Object.entries(placement.standing)) assignment.standing[area] = nameOf(tier);
  return assignment;
}

function mostFrequent(tiers: readonly (number | null)[]): number | null {
  const counts = new Map<number | null, number>();
  for (const tier of tiers) counts.set(tier, (counts.get(tier) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
