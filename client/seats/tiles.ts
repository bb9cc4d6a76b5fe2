/**
 * The map as square pictures of one scale, drawn once and moved as they are while one pans: a frame then copies a dozen
 * pictures instead of drawing thousands of seats. A tile whose seats changed is drawn again, a few milliseconds' worth per
 * frame; until then its old picture stands. What is not drawn yet is missing for a moment, never waited for.
 *
 * Rejected: one picture of the whole window, drawn anew when it is left: 15,000 seats at once are a visible hitch.
 */
import type { View } from './camera.ts';

export const TILE_PX = 256;
/** Memory for pictures, all scales together: a phone gives a page little. */
const BYTES_MAX = 64_000_000;

export interface Tile {
  column: number;
  line: number;
  canvas: HTMLCanvasElement;
  stale: boolean;
  usedAt: number;
}

export interface TileSet {
  scale: number;
  tiles: Map<string, Tile>;
}

export const keyOf = (column: number, line: number): string => `${column}/${line}`;

/** Tiles that cover the window, nearest its middle first. */
export function tilesIn(
  view: View,
  scale: number,
  size: { width: number; height: number },
  margin: number,
): [number, number][] {
  const stretch = view.scale / scale;
  const step = TILE_PX * stretch;
  const from = (offset: number): number => Math.floor((-margin - offset) / step);
  const to = (offset: number, length: number): number => Math.floor((length + margin - offset) / step);
  const found: [number, number][] = [];
  for (let line = from(view.y); line <= to(view.y, size.height); line += 1)
    for (let column = from(view.x); column <= to(view.x, size.width); column += 1) found.push([column, line]);
  const away = ([column, line]: [number, number]): number =>
    Math.hypot(
      view.x + (column + 0.5) * step - size.width / 2,
      view.y + (line + 0.5) * step - size.height / 2,
    );
  return found.sort((a, b) => away(a) - away(b));
}

/** Draws what of the map lies in the tile at (column, line) of a scale. */
export type DrawTile = (canvas: HTMLCanvasElement, column: number, line: number, scale: number) => void;

export class Tiles {
  current: TileSet | null = null;
  /** The last scale's pictures, stretched, until the new ones are there. */
  previous: TileSet | null = null;
  readonly #draw: DrawTile;
  readonly #now: () => number;
  readonly #make: () => HTMLCanvasElement;
  #pool: HTMLCanvasElement[] = [];
  #dpr = 1;

  constructor(
    draw: DrawTile,
    now: () => number,
    make: () => HTMLCanvasElement = () => document.createElement('canvas'),
  ) {
    this.#draw = draw;
    this.#now = now;
    this.#make = make;
  }

  /** @param dpr device pixels per CSS pixel; another one makes every picture useless */
  setDpr(dpr: number): void {
    if (dpr === this.#dpr) return;
    this.#dpr = dpr;
    this.#pool = [];
    this.clear();
  }

  clear(): void {
    for (const set of [this.current, this.previous]) this.#release(set);
    this.current = null;
    this.previous = null;
  }

  /** From now on pictures of this scale are drawn. */
  setScale(scale: number): void {
    if (this.current?.scale === scale) return;
    if (this.current && this.current.tiles.size > 0) {
      this.#release(this.previous);
      this.previous = this.current;
    }
    this.current = { scale, tiles: new Map() };
  }

  markAllStale(): void {
    for (const tile of this.current?.tiles.values() ?? []) tile.stale = true;
    this.#release(this.previous);
    this.previous = null;
  }

  /** The tiles that show something of this square of the map, `reach` around a point. */
  markStale(mapX: number, mapY: number, reach: number): void {
    const set = this.current;
    if (!set) return;
    const at = (n: number): number => Math.floor((n * set.scale) / TILE_PX);
    for (let line = at(mapY - reach); line <= at(mapY + reach); line += 1)
      for (let column = at(mapX - reach); column <= at(mapX + reach); column += 1) {
        const tile = set.tiles.get(keyOf(column, line));
        if (tile) tile.stale = true;
      }
  }

  /**
   * Draws missing and stale tiles until `untilMs`, at least one.
   * @returns whether any is left
   */
  work(wanted: readonly [number, number][], untilMs: number): boolean {
    const set = this.current;
    if (!set) return false;
    const stamp = this.#now();
    let drawn = 0;
    for (const [column, line] of wanted) {
      const key = keyOf(column, line);
      const known = set.tiles.get(key);
      if (known) known.usedAt = stamp;
      if (known && !known.stale) continue;
      if (drawn > 0 && this.#now() >= untilMs) return true;
      const tile = known ?? { column, line, canvas: this.#take(), stale: true, usedAt: stamp };
      this.#draw(tile.canvas, column, line, set.scale);
      tile.stale = false;
      set.tiles.set(key, tile);
      drawn += 1;
    }
    this.#trim(set, stamp);
    return false;
  }

  /** The old scale's pictures are no longer needed. */
  settle(): void {
    this.#release(this.previous);
    this.previous = null;
  }

  #take(): HTMLCanvasElement {
    const canvas = this.#pool.pop() ?? this.#make();
    const side = Math.round(TILE_PX * this.#dpr);
    if (canvas.width !== side) {
      canvas.width = side;
      canvas.height = side;
    }
    return canvas;
  }

  #release(set: TileSet | null): void {
    for (const { canvas } of set?.tiles.values() ?? []) this.#pool.push(canvas);
    set?.tiles.clear();
    this.#pool.length = Math.min(this.#pool.length, 16);
  }

  /** Lets the longest unused go until all fit. */
  #trim(set: TileSet, stamp: number): void {
    const side = Math.round(TILE_PX * this.#dpr);
    const most = Math.max(24, Math.floor(BYTES_MAX / (side * side * 4)));
    if (set.tiles.size <= most) return;
    const oldest = [...set.tiles].filter(([, tile]) => tile.usedAt !== stamp);
    oldest.sort(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [key, tile] of oldest.slice(0, set.tiles.size - most)) {
      set.tiles.delete(key);
      this.#pool.push(tile.canvas);
    }
  }
}
