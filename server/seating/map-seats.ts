/** A map's seats in their order: what a seat's number means. */
import { FLAG } from './gate-plan.ts';
import type { ExpandedMap, WrittenSeat } from './venue-map.ts';

export interface MapSeat {
  /** Its number: its place in the map's order. */
  seat: number;
  /** Key of its section. */
  section: string;
  /** Label of its row. */
  row: string;
  label: string;
  x: number;
  y: number;
  /** Bits of FLAG. */
  flags: number;
  /** The tier key the map names for it. */
  tier: string | null;
}

export const flagsOf = (seat: WrittenSeat): number =>
  (seat.accessible ? FLAG.accessible : 0) |
  (seat.companion ? FLAG.companion : 0) |
  (seat.restricted ? FLAG.restricted : 0);

export function seatsOfMap(map: ExpandedMap): MapSeat[] {
  const seats: MapSeat[] = [];
  for (const section of map.sections)
    for (const row of section.rows)
      for (const seat of row.seats)
        seats.push({
          seat: seats.length,
          section: section.key,
          row: row.label,
          label: seat.label,
          x: seat.x,
          y: seat.y,
          flags: flagsOf(seat),
          tier: seat.tier ?? null,
        });
  return seats;
}
