import { expect, test } from 'vitest';
import { keyOf, TILE_PX, Tiles, tilesIn } from './tiles.ts';

const size = { width: 800, height: 600 };
const view = (x: number, y: number, scale = 10) => ({ x, y, scale });

/** Tiles that note what they draw; the clock stands still unless each drawing is to take its time. */
function noted(drawMs = 0): { tiles: Tiles; drawn: string[]; clock: { now: number } } {
  const drawn: string[] = [];
  const clock = { now: 0 };
  const tiles = new Tiles(
    (_canvas, column, line) => {
      drawn.push(keyOf(column, line));
      clock.now += drawMs;
    },
    () => clock.now,
    () => ({ width: 0, height: 0 }) as HTMLCanvasElement,
  );
  tiles.setScale(10);
  return { tiles, drawn, clock };
}

test('U312: the tiles asked for cover the window and no more, the middle first', () => {
  const wanted = tilesIn(view(-100, 37), 10, size, 0);
  const covered = (px: number, py: number): boolean =>
    wanted.some(([column, line]) => {
      const [left, top] = [column * TILE_PX - 100, line * TILE_PX + 37];
      return px >= left && px < left + TILE_PX && py >= top && py < top + TILE_PX;
    });
  for (const px of [0, 400, 799]) for (const py of [0, 300, 599]) expect(covered(px, py)).toBe(true);
  expect(wanted.length).toBeLessThanOrEqual(5 * 4);
  expect(new Set(wanted.map(([column, line]) => keyOf(column, line))).size).toBe(wanted.length);
  const [column, line] = wanted[0]!;
  expect(Math.abs((column + 0.5) * TILE_PX - 100 - 400)).toBeLessThanOrEqual(TILE_PX / 2);
  expect(Math.abs((line + 0.5) * TILE_PX + 37 - 300)).toBeLessThanOrEqual(TILE_PX / 2);
});

test('U312: panning draws what comes into view, and nothing twice', () => {
  const { tiles, drawn } = noted();
  const before = tilesIn(view(0, 0), 10, size, 0);
  expect(tiles.work(before, 1)).toBe(false);
  expect(drawn).toHaveLength(before.length);
  const after = tilesIn(view(-300, 0), 10, size, 0);
  tiles.work(after, 1);
  const old = new Set(before.map(([column, line]) => keyOf(column, line)));
  expect(drawn.slice(before.length).every((key) => !old.has(key))).toBe(true);
  expect(new Set(drawn).size).toBe(drawn.length);
});

test('U312: a changed seat redraws the tiles it reaches into, and no others', () => {
  const { tiles, drawn } = noted();
  const wanted = tilesIn(view(0, 0), 10, size, 0);
  tiles.work(wanted, 1);
  drawn.length = 0;
  tiles.markStale(10, 10, 1);
  tiles.work(wanted, 1);
  expect(drawn).toEqual([keyOf(0, 0)]);
  drawn.length = 0;
  // On the seam between two.
  tiles.markStale(TILE_PX / 10, 10, 1);
  tiles.work(wanted, 1);
  expect(drawn.sort()).toEqual([keyOf(0, 0), keyOf(1, 0)]);
  drawn.length = 0;
  tiles.markStale(1e6, 1e6, 1);
  tiles.work(wanted, 1);
  expect(drawn).toEqual([]);
});

test('U312: a frame draws for its time and no longer, but always goes on', () => {
  const { tiles, drawn, clock } = noted(5);
  const wanted = tilesIn(view(0, 0), 10, size, 0);
  let frames = 0;
  while (tiles.work(wanted, clock.now + 7)) frames += 1;
  expect(drawn).toHaveLength(wanted.length);
  expect(frames).toBe(Math.ceil(wanted.length / 2) - 1);
  const slow = noted(50);
  expect(slow.tiles.work(wanted, 7)).toBe(true);
  expect(slow.drawn).toHaveLength(1);
});

test('U312: at another scale the old pictures stand until the new ones do; memory has a bound', () => {
  const { tiles, clock } = noted();
  tiles.work(tilesIn(view(0, 0), 10, size, 0), 1);
  tiles.setScale(20);
  expect(tiles.previous?.scale).toBe(10);
  tiles.settle();
  expect(tiles.previous).toBeNull();
  for (let x = 0; x < 200; x += 1) {
    clock.now += 1;
    tiles.work(tilesIn(view(-x * 400, 0, 20), 20, size, 0), clock.now + 1);
  }
  expect(tiles.current?.tiles.size).toBeLessThanOrEqual(260);
});
