/** Whether any seat stands on another: a grid as wide as a seat, so that only neighbours are compared. */
import { isDescribed } from './expand.ts';
import type { Problems } from './map-problems.ts';
import { type ExpandedMap, SEAT_WIDTH, type VenueMap } from './venue-map.ts';

/** Places are rounded: two seats may have come this much nearer to each other. */
const ROUNDING = 0.02;

interface Placed {
  x: number;
  y: number;
  /** "seat 12 in row F of Balcony" */
  name(): string;
}

/** @param map as it was written, for pointers; @param expanded the same, with every seat's place */
export function checkSpacing(map: VenueMap, expanded: ExpandedMap, problems: Problems): void {
  const width = map.seatWidth ?? SEAT_WIDTH;
  const cells = new Map<string, Placed[]>();
  const cellOf = (value: number) => Math.floor(value / width);
  const near = (x: number, y: number): Placed | undefined => {
    for (let column = cellOf(x) - 1; column <= cellOf(x) + 1; column++)
      for (let line = cellOf(y) - 1; line <= cellOf(y) + 1; line++)
        for (const other of cells.get(`${column} ${line}`) ?? [])
          if (Math.hypot(other.x - x, other.y - y) < width - ROUNDING) return other;
    return undefined;
  };
  for (const [s, section] of expanded.sections.entries())
    for (const [r, row] of section.rows.entries())
      for (const [i, { label, x, y }] of row.seats.entries()) {
        if (problems.isFull) return;
        const name = () => `seat ${label} in row ${row.label} of ${section.label}`;
        const other = near(x, y);
        if (other) {
          const rowAt = `/sections/${s}/rows/${r}`;
          const written = map.sections[s]?.rows[r];
          const how =
            other.x === x && other.y === y
              ? 'at the same spot as'
              : `nearer than a seat's width (${width}) to`;
          problems.add(
            written && isDescribed(written) ? rowAt : `${rowAt}/seats/${i}`,
            `${name()} stands ${how} ${other.name()}`,
          );
        }
        const cell = `${cellOf(x)} ${cellOf(y)}`;
        const there = cells.get(cell);
        if (there) there.push({ x, y, name });
        else cells.set(cell, [{ x, y, name }]);
      }
}
