/**
 * A map's geometry as arrays one can draw from and search in: seat by seat its place, section, row and flags, and a
 * grid that finds what lies in a rectangle or under a finger. Built once per map; nothing in it changes.
 */
import type { VenueGeometry } from '../../server/protocol/seating.ts';

export const FLAG = { accessible: 1, companion: 2, restricted: 4 } as const;

export interface LayoutRow {
  section: number;
  label: string;
  first: number;
  count: number;
  labels: readonly string[];
  /** Offsets after which there is an aisle. */
  aisles: ReadonlySet<number>;
}

export interface SeatLayout {
  geometry: VenueGeometry;
  count: number;
  x: Float32Array;
  y: Float32Array;
  /** Index into `geometry.sections`. */
  section: Uint16Array;
  /** Index into `rows`. */
  row: Uint16Array;
  flags: Uint8Array;
  rows: readonly LayoutRow[];
  /** Usual distance of two neighbours, in the map's units. */
  pitch: number;
  /** Of each section the middle seat of its middle row: unlike the mean of its seats it is within a section that is bent. */
  middles: readonly (readonly [number, number])[];
  grid: Grid;
}

export interface Rect {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Seats sorted by the square they lie in: those of square c are `seats[starts[c]] … seats[starts[c + 1] - 1]`. */
interface Grid {
  cell: number;
  left: number;
  top: number;
  columns: number;
  lines: number;
  starts: Uint32Array;
  seats: Uint32Array;
}

const built = new WeakMap<VenueGeometry, SeatLayout>();

export function layoutOf(geometry: VenueGeometry): SeatLayout {
  const known = built.get(geometry);
  if (known) return known;
  const layout = build(geometry);
  built.set(geometry, layout);
  return layout;
}

function build(geometry: VenueGeometry): SeatLayout {
  const count = geometry.seats;
  const x = new Float32Array(count);
  const y = new Float32Array(count);
  const section = new Uint16Array(count);
  const row = new Uint16Array(count);
  const flags = new Uint8Array(count);
  const rows: LayoutRow[] = [];
  for (const [index, part] of geometry.sections.entries())
    for (const line of part.rows) {
      for (let at = 0; at < line.x.length; at += 1) {
        const seat = line.first + at;
        x[seat] = line.x[at]!;
        y[seat] = line.y[at]!;
        section[seat] = index;
        row[seat] = rows.length;
      }
      for (const at of line.accessible ?? []) flags[line.first + at]! |= FLAG.accessible;
      for (const at of line.companion ?? []) flags[line.first + at]! |= FLAG.companion;
      for (const at of line.restricted ?? []) flags[line.first + at]! |= FLAG.restricted;
      rows.push({
        section: index,
        label: line.label,
        first: line.first,
        count: line.x.length,
        labels: line.labels,
        aisles: new Set(line.aisles),
      });
    }
  const pitch = pitchOf(rows, x, y);
  const middles = geometry.sections.map((part): readonly [number, number] => {
    const line = part.rows[part.rows.length >> 1];
    const at = (line?.x.length ?? 0) >> 1;
    return [line?.x[at] ?? 0, line?.y[at] ?? 0];
  });
  return {
    geometry,
    count,
    x,
    y,
    section,
    row,
    flags,
    rows,
    pitch,
    middles,
    grid: gridOf(x, y, pitch * 4),
  };
}

/** The median over all rows' first neighbours: an aisle here and there says nothing. */
function pitchOf(rows: readonly LayoutRow[], x: Float32Array, y: Float32Array): number {
  const found: number[] = [];
  for (const { first, count } of rows)
    for (let at = 1; at < Math.min(count, 6); at += 1)
      found.push(Math.hypot(x[first + at]! - x[first + at - 1]!, y[first + at]! - y[first + at - 1]!));
  found.sort((a, b) => a - b);
  const median = found[found.length >> 1];
  return median && median > 0 ? median : 1;
}

function gridOf(x: Float32Array, y: Float32Array, cell: number): Grid {
  let [left, top, right, bottom] = [0, 0, 0, 0];
  if (x.length > 0) {
    [left, top, right, bottom] = [x[0]!, y[0]!, x[0]!, y[0]!];
    for (let seat = 1; seat < x.length; seat += 1) {
      left = Math.min(left, x[seat]!);
      right = Math.max(right, x[seat]!);
      top = Math.min(top, y[seat]!);
      bottom = Math.max(bottom, y[seat]!);
    }
  }
  const columns = Math.floor((right - left) / cell) + 1;
  const lines = Math.floor((bottom - top) / cell) + 1;
  const squareOf = (seat: number): number =>
    Math.floor((y[seat]! - top) / cell) * columns + Math.floor((x[seat]! - left) / cell);
  const starts = new Uint32Array(columns * lines + 1);
  for (let seat = 0; seat < x.length; seat += 1) starts[squareOf(seat) + 1]! += 1;
  for (let square = 0; square < columns * lines; square += 1) starts[square + 1]! += starts[square]!;
  const next = starts.slice();
  const seats = new Uint32Array(x.length);
  for (let seat = 0; seat < x.length; seat += 1) {
    const square = squareOf(seat);
    seats[next[square]!] = seat;
    next[square]! += 1;
  }
  return { cell, left, top, columns, lines, starts, seats };
}

const within = (n: number, most: number): number => Math.max(0, Math.min(most, n));

/** Calls back for every seat whose middle lies in the rectangle, in no promised order. */
export function eachSeatIn(layout: SeatLayout, rect: Rect, visit: (seat: number) => void): void {
  const { grid, x, y } = layout;
  if (layout.count === 0 || rect.right < grid.left || rect.bottom < grid.top) return;
  const fromColumn = Math.floor((rect.left - grid.left) / grid.cell);
  const fromLine = Math.floor((rect.top - grid.top) / grid.cell);
  if (fromColumn >= grid.columns || fromLine >= grid.lines) return;
  const toColumn = within(Math.floor((rect.right - grid.left) / grid.cell), grid.columns - 1);
  const toLine = within(Math.floor((rect.bottom - grid.top) / grid.cell), grid.lines - 1);
  for (let line = Math.max(0, fromLine); line <= toLine; line += 1)
    for (let column = Math.max(0, fromColumn); column <= toColumn; column += 1) {
      const square = line * grid.columns + column;
      for (let at = grid.starts[square]!; at < grid.starts[square + 1]!; at += 1) {
        const seat = grid.seats[at]!;
        if (
          x[seat]! >= rect.left &&
          x[seat]! <= rect.right &&
          y[seat]! >= rect.top &&
          y[seat]! <= rect.bottom
        )
          visit(seat);
      }
    }
}

/** The seat nearest to a point, if one is within `reach`. */
export function seatAt(layout: SeatLayout, px: number, py: number, reach: number): number | null {
  let best: number | null = null;
  let bestDistance = reach * reach;
  const rect = { left: px - reach, top: py - reach, right: px + reach, bottom: py + reach };
  eachSeatIn(layout, rect, (seat) => {
    const distance = (layout.x[seat]! - px) ** 2 + (layout.y[seat]! - py) ** 2;
    if (distance < bestDistance || (distance === bestDistance && best !== null && seat < best)) {
      best = seat;
      bestDistance = distance;
    }
  });
  return best;
}

/** Whether a point lies within an outline. */
export function isInside(outline: readonly (readonly [number, number])[], px: number, py: number): boolean {
  let inside = false;
  for (let at = 0, before = outline.length - 1; at < outline.length; before = at, at += 1) {
    const [ax, ay] = outline[at]!;
    const [bx, by] = outline[before]!;
    if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

export function sectionAt(layout: SeatLayout, px: number, py: number): number | null {
  const index = layout.geometry.sections.findIndex((part) => isInside(part.outline, px, py));
  return index < 0 ? null : index;
}

/** What encloses these seats, with a margin in the map's units. */
export function boundsOf(layout: SeatLayout, seats: readonly number[], margin: number): Rect {
  const rect = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const seat of seats) {
    rect.left = Math.min(rect.left, layout.x[seat]! - margin);
    rect.right = Math.max(rect.right, layout.x[seat]! + margin);
    rect.top = Math.min(rect.top, layout.y[seat]! - margin);
    rect.bottom = Math.max(rect.bottom, layout.y[seat]! + margin);
  }
  return rect;
}

export function sectionBounds(layout: SeatLayout, section: number, margin: number): Rect {
  const part = layout.geometry.sections[section]!;
  const seats = Array.from({ length: part.count }, (_, at) => part.first + at);
  return boundsOf(layout, seats, margin);
}
