import { expect, test } from 'vitest';
import { FLAG } from './layout.ts';
import { drawSeat, type Inks, SEAT_LOOKS, type SeatLook } from './marks.ts';

/** One ink for everything: what is left to tell looks apart is their shape. */
const INK = 'ink';
const inks = {
  ...Object.fromEntries(
    [
      'ground',
      'surface',
      'sunk',
      'hairline',
      'edge',
      'ink',
      'muted',
      'picked',
      'pickedInk',
      'mine',
      'mineInk',
      'bad',
      'tierInk',
    ].map((name) => [name, INK]),
  ),
  tiers: Array.from({ length: 6 }, () => INK),
} as unknown as Inks;

/** Notes every stroke of a brush, colours left out. */
function shapeOf(look: SeatLook, tier: number, flags: number): string {
  const notes: string[] = [];
  const brush = new Proxy(
    {},
    {
      get:
        (_target, name) =>
        (...args: unknown[]) => {
          notes.push(
            `${String(name)}(${args.map((arg) => (typeof arg === 'number' ? arg.toFixed(2) : '')).join()})`,
          );
        },
      set: () => true,
    },
  ) as CanvasRenderingContext2D;
  drawSeat(brush, 10, { look, tier, flags }, inks);
  return notes.join(' ');
}

test('U313: drawn in one ink, no two states look alike', () => {
  for (const flags of [0, FLAG.accessible, FLAG.restricted]) {
    const shapes = SEAT_LOOKS.map((look) => shapeOf(look, 0, flags));
    expect(new Set(shapes).size).toBe(SEAT_LOOKS.length);
  }
});

test('U313: what is special about a free seat is in its shape, and so is its tier', () => {
  const plain = shapeOf('free', 0, 0);
  expect(shapeOf('free', 0, FLAG.accessible)).not.toBe(plain);
  expect(shapeOf('free', 0, FLAG.restricted)).not.toBe(plain);
  const tiers = Array.from({ length: 6 }, (_, tier) => shapeOf('free', tier, 0));
  expect(new Set(tiers).size).toBe(6);
});
