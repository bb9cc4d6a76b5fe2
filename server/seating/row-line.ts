/** Where the seats of a described row stand: evenly along a straight line or an arc, with room for aisles. */
import type { DescribedRow } from './venue-map.ts';

export type Spot = [x: number, y: number];

/** A bulge of this share of the row's length, or less, is none: a millimetre in a thousand kilometres. */
const FLAT = 1e-9;

/** Aisles that have a seat after them. */
const gapsOf = (count: number, aisles: readonly number[]): Set<number> =>
  new Set(aisles.filter((offset) => offset < count - 1));

/** How far along the row each seat is, from 0 (the line's start) to 1 (its end). */
function shares(count: number, gaps: ReadonlySet<number>, aisleShare: number): number[] {
  if (count === 1) return [0.5];
  const pitch = (1 - gaps.size * aisleShare) / (count - 1);
  const along: number[] = [];
  for (let offset = 0, at = 0; offset < count; offset++) {
    along.push(at);
    at += pitch + (gaps.has(offset) ? aisleShare : 0);
  }
  return along;
}

/** The arc's (or line's) length, and the point at a share of it. */
function path({ from, to, bulge = 0 }: DescribedRow['line']): {
  length: number;
  at: (share: number) => Spot;
} {
  const [x1, y1] = from as Spot;
  const [x2, y2] = to as Spot;
  const chord = Math.hypot(x2 - x1, y2 - y1);
  // So flat an arc has a radius that numbers cannot hold.
  if (Math.abs(bulge) <= chord * FLAT)
    return { length: chord, at: (share) => [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share] };
  // Half the angle the arc spans, signed like the bulge: tan(half / 2) = bulge / (chord / 2).
  const half = 2 * Math.atan2(2 * bulge, chord);
  const radius = chord / (2 * Math.sin(half));
  const [mx, my] = [(x1 + x2) / 2, (y1 + y2) / 2];
  // Along the chord, and to the right of who walks it (y grows downwards).
  const [ax, ay] = [(x2 - x1) / chord, (y2 - y1) / chord];
  const [rx, ry] = [-ay, ax];
  const depth = radius * Math.cos(half);
  return {
    length: Math.abs(radius * 2 * half),
    at(share) {
      const angle = half * (2 * share - 1);
      const along = radius * Math.sin(angle);
      const off = radius * Math.cos(angle) - depth;
      return [mx + ax * along + rx * off, my + ay * along + ry * off];
    },
  };
}

type Placed = Pick<DescribedRow, 'line' | 'count' | 'aisles' | 'aisleWidth'>;

/** Whether the row's aisles leave room for its seats. */
export const hasRoom = ({ line, count, aisles = [], aisleWidth = 0 }: Placed): boolean =>
  count === 1 || gapsOf(count, aisles).size * aisleWidth < path(line).length;

export function spotsOf({ line, count, aisles = [], aisleWidth = 0 }: Placed): Spot[] {
  const { length, at } = path(line);
  const aisleShare = length > 0 ? aisleWidth / length : 0;
  return shares(count, gapsOf(count, aisles), aisleShare).map(at);
}
