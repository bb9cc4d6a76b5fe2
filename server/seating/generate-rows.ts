/** Rows of a test venue before they are a document: how long each is decides how many seats stand in it. Decimetres. */
import type { DescribedRow, Numbering, VenueMap } from './venue-map.ts';

export const SEAT_PITCH = 5.3;
export const ROW_PITCH = 9;
export const AISLE_WIDTH = 11;

export type Point = [x: number, y: number];

/** A straight row or an arc, and how much room there is along it. */
export interface Stretch {
  line: DescribedRow['line'];
  length: number;
}

export interface RowPlan extends Stretch {
  label: string;
  numbering: Numbering;
  tier?: string;
  /** How many aisles cut it into blocks. */
  aisles?: number;
  /** Room for wheelchairs at both ends, each with a companion beside. */
  accessible?: boolean;
  /** Seats from where the stage is seen badly: so many at the line's start and at its end, or all. */
  restricted?: [start: number, end: number] | 'all';
}

export interface SectionPlan {
  key: string;
  label: string;
  tier: string;
  rows: RowPlan[];
}

const degrees = (angle: number) => (angle * Math.PI) / 180;
const rounded = (value: number) => Math.round(value * 100) / 100 + 0;

/** The point at an angle around a centre: 0 is straight down the drawing, 90 is right. */
export function around([x, y]: Point, radius: number, angle: number): Point {
  return [rounded(x + radius * Math.sin(degrees(angle))), rounded(y + radius * Math.cos(degrees(angle)))];
}

export function straight(from: Point, to: Point): Stretch {
  return {
    line: { from: [rounded(from[0]), rounded(from[1])], to: [rounded(to[0]), rounded(to[1])] },
    length: Math.hypot(to[0] - from[0], to[1] - from[1]),
  };
}

/** An arc between two angles, less `margin` at each end. */
export function arc(centre: Point, radius: number, from: number, to: number, margin = 0): Stretch {
  const cut = (margin / radius / Math.PI) * 180;
  const [start, end] = [from + cut, to - cut];
  return {
    line: {
      from: around(centre, radius, start),
      to: around(centre, radius, end),
      bulge: rounded(radius * (1 - Math.cos(degrees(end - start) / 2))),
    },
    length: radius * degrees(end - start),
  };
}

/** A, B, C … without I and O, which are read as digits; AA follows Z. */
export function letter(index: number): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
  const last = letters[index % letters.length] as string;
  return index < letters.length ? last : `${letter(Math.floor(index / letters.length) - 1)}${last}`;
}

const natural = ({ length, aisles = 0 }: RowPlan) =>
  Math.max(2, Math.floor((length - aisles * AISLE_WIDTH) / SEAT_PITCH) + 1);

/** One seat more or less in rows spread evenly over the house, until there are exactly so many. */
function countsFor(rows: readonly RowPlan[], total: number): number[] {
  const counts = rows.map(natural);
  let missing = total - counts.reduce((sum, count) => sum + count, 0);
  while (missing !== 0) {
    const now = Math.min(Math.abs(missing), rows.length);
    for (let k = 0; k < now; k++) {
      const at = Math.floor((k * rows.length) / now);
      counts[at] = (counts[at] as number) + Math.sign(missing);
    }
    missing -= now * Math.sign(missing);
  }
  return counts;
}

function describe(row: RowPlan, count: number): DescribedRow {
  const { aisles = 0 } = row;
  const all = Array.from({ length: count }, (_, offset) => offset);
  const [start, end] = row.restricted === 'all' ? [count, 0] : (row.restricted ?? [0, 0]);
  const isRestricted = (offset: number) => offset < start || offset >= count - end;
  return {
    label: row.label,
    ...(row.tier === undefined ? {} : { tier: row.tier }),
    line: row.line,
    count,
    numbering: row.numbering,
    ...(aisles > 0
      ? {
          aisles: Array.from({ length: aisles }, (_, i) => Math.round(((i + 1) * count) / (aisles + 1)) - 1),
          aisleWidth: AISLE_WIDTH,
        }
      : {}),
    ...(row.accessible ? { accessible: [0, count - 1], companion: [1, count - 2] } : {}),
    ...(row.restricted ? { restricted: all.filter(isRestricted) } : {}),
  };
}

/** The sections of a document with exactly `total` seats. */
export function sectionsOf(plans: readonly SectionPlan[], total: number): VenueMap['sections'] {
  const counts = countsFor(
    plans.flatMap(({ rows }) => rows),
    total,
  );
  let at = 0;
  return plans.map(({ key, label, tier, rows }) => ({
    key,
    label,
    tier,
    rows: rows.map((row) => describe(row, counts[at++] as number)),
  }));
}
