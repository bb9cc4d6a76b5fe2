/** A map as pages draw it: places to a tenth of a unit, flags as lists of the few seats that have them, every section outlined. */
import type { VenueGeometry } from '../protocol/index.ts';
import { outlineOf, type Point } from './outline.ts';
import { type ExpandedMap, SEAT_WIDTH, type WrittenRow, type WrittenSeat } from './venue-map.ts';

type Section = VenueGeometry['sections'][number];
type Row = Section['rows'][number];

const tenth = (value: number): number => Math.round(value * 10) / 10 + 0;
const tenths = ([x, y]: Point): Point => [tenth(x), tenth(y)];

const OFFSETS = {
  accessible: 'accessible',
  companion: 'companion',
  restricted: 'restricted',
  aisles: 'aisle',
} as const;

function rowOf({ label, seats }: WrittenRow, first: number): Row {
  const row: Row = {
    label,
    first,
    labels: seats.map((seat) => seat.label),
    x: seats.map(({ x }) => tenth(x)),
    y: seats.map(({ y }) => tenth(y)),
  };
  for (const [name, flag] of Object.entries(OFFSETS) as [keyof typeof OFFSETS, keyof WrittenSeat][]) {
    const offsets = seats.flatMap((seat, offset) => (seat[flag] ? [offset] : []));
    if (offsets.length > 0) row[name] = offsets;
  }
  return row;
}

function sectionsOf(map: ExpandedMap): Section[] {
  const margin = map.seatWidth ?? SEAT_WIDTH;
  let first = 0;
  return map.sections.map(({ key, label, outline, rows }) => {
    const start = first;
    const drawn = rows.map((row) => {
      const at = first;
      first += row.seats.length;
      return rowOf(row, at);
    });
    const around =
      outline ??
      outlineOf(
        rows.map(({ seats }) => seats.map(({ x, y }): Point => [x, y])),
        margin,
      );
    return { key, label, outline: around.map(tenths), first: start, count: first - start, rows: drawn };
  });
}

/** [left, top, right, bottom] of everything that is drawn. */
function boundsOf(
  geometry: Pick<VenueGeometry, 'sections' | 'standing' | 'stage' | 'focal'>,
): VenueGeometry['bounds'] {
  const bounds: VenueGeometry['bounds'] = [...geometry.focal, ...geometry.focal];
  const widen = (x: number, y: number) => {
    bounds[0] = Math.min(bounds[0], x);
    bounds[1] = Math.min(bounds[1], y);
    bounds[2] = Math.max(bounds[2], x);
    bounds[3] = Math.max(bounds[3], y);
  };
  const outlines = [...geometry.sections, ...geometry.standing, ...(geometry.stage ? [geometry.stage] : [])];
  for (const { outline } of outlines) for (const [x, y] of outline) widen(x, y);
  for (const { rows } of geometry.sections)
    for (const { x, y } of rows) for (const [i, left] of x.entries()) widen(left, y[i] as number);
  return bounds;
}

export function geometryOf(map: ExpandedMap, id: string): VenueGeometry {
  const drawn = {
    focal: tenths(map.focal),
    stage: map.stage ? { label: map.stage.label, outline: map.stage.outline.map(tenths) } : null,
    sections: sectionsOf(map),
    standing: (map.standing ?? []).map(({ key, label, outline, capacity }) => ({
      key,
      label,
      outline: outline.map(tenths),
      capacity,
    })),
  };
  return {
    id,
    name: map.name,
    seats: drawn.sections.reduce((sum, { count }) => sum + count, 0),
    bounds: boundsOf(drawn),
    ...drawn,
  };
}
