/** A map with every row written out: one form for all that reads maps, and the text that is digested, stored and exported. */
import { labelsOf } from './numbering.ts';
import { spotsOf } from './row-line.ts';
import type { DescribedRow, ExpandedMap, MapRow, VenueMap, WrittenRow, WrittenSeat } from './venue-map.ts';

/** Places are kept to a hundredth of a unit. Adding 0 makes -0 into 0. */
export const rounded = (value: number): number => Math.round(value * 100) / 100 + 0;
const point = ([x, y]: [number, number]): [number, number] => [rounded(x), rounded(y)];

export const isDescribed = (row: MapRow): row is DescribedRow => !('seats' in row);

/** Members in one order, those that say nothing left out: the same map is the same text. */
function written(seat: WrittenSeat, tier: string | undefined): WrittenSeat {
  const own = seat.tier ?? tier;
  return {
    label: seat.label,
    x: rounded(seat.x),
    y: rounded(seat.y),
    ...(own === undefined ? {} : { tier: own }),
    ...(seat.accessible ? { accessible: true } : {}),
    ...(seat.companion ? { companion: true } : {}),
    ...(seat.restricted ? { restricted: true } : {}),
    ...(seat.aisle ? { aisle: true } : {}),
  };
}

/** @throws RangeError where the numbering runs out: check a map before expanding it (check-map.ts) */
export function seatsOfRow(row: MapRow): WrittenSeat[] {
  if (!isDescribed(row)) return row.seats;
  const labels = labelsOf(row.numbering, row.count);
  if (!labels) throw new RangeError(`the numbering of row ${row.label} runs out`);
  const spots = spotsOf(row);
  const aisles = new Set(row.aisles);
  const named = (names: readonly (string | number)[] = []) => new Set(names);
  const [accessible, companion, restricted] = [
    named(row.accessible),
    named(row.companion),
    named(row.restricted),
  ];
  const has = (names: Set<string | number>, offset: number) =>
    names.has(offset) || names.has(labels[offset] as string);
  return spots.map(([x, y], offset) => ({
    label: labels[offset] as string,
    x,
    y,
    accessible: has(accessible, offset),
    companion: has(companion, offset),
    restricted: has(restricted, offset),
    aisle: aisles.has(offset),
  }));
}

export function expand(map: VenueMap): ExpandedMap {
  const expandRow = (row: MapRow, sectionTier: string | undefined): WrittenRow => ({
    label: row.label,
    seats: seatsOfRow(row).map((seat, offset, all) =>
      // After a row's last seat comes no neighbour: an aisle there says nothing.
      written(offset === all.length - 1 ? { ...seat, aisle: false } : seat, row.tier ?? sectionTier),
    ),
  });
  return {
    format: map.format,
    name: map.name,
    focal: point(map.focal),
    ...(map.seatWidth === undefined ? {} : { seatWidth: map.seatWidth }),
    ...(map.stage ? { stage: { label: map.stage.label, outline: map.stage.outline.map(point) } } : {}),
    sections: map.sections.map(({ key, label, tier, outline, rows }) => ({
      key,
      label,
      ...(outline ? { outline: outline.map(point) } : {}),
      rows: rows.map((row) => expandRow(row, tier)),
    })),
    ...(map.standing?.length
      ? {
          standing: map.standing.map(({ key, label, tier, outline, capacity }) => ({
            key,
            label,
            ...(tier === undefined ? {} : { tier }),
            outline: outline.map(point),
            capacity,
          })),
        }
      : {}),
  };
}
