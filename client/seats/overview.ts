/** The map from afar: sections as areas, each with its name, how much is free there, and a price; no single seats. */
import type { View } from './camera.ts';
import { FONT, type Look } from './drawing.ts';
import type { SeatLayout } from './layout.ts';
import { type Inks, tierColour } from './marks.ts';

export interface SectionSum {
  free: number;
  /** The tier most of its free seats are of, −1: nothing on sale. */
  tier: number;
}

type Brush = CanvasRenderingContext2D;

function trace(brush: Brush, outline: readonly (readonly [number, number])[], view: View): void {
  brush.beginPath();
  for (const [x, y] of outline) brush.lineTo(x * view.scale + view.x, y * view.scale + view.y);
  brush.closePath();
}

/** Fills each section by how much of it is free; what has nothing free is left hollow. */
export function drawSections(
  brush: Brush,
  layout: SeatLayout,
  view: View,
  sums: readonly SectionSum[],
  inks: Inks,
  hovered: number | null,
): void {
  for (const [index, section] of layout.geometry.sections.entries()) {
    const { free, tier } = sums[index] ?? { free: 0, tier: -1 };
    trace(brush, section.outline, view);
    brush.fillStyle = inks.surface;
    brush.fill();
    if (free > 0 && tier >= 0) {
      brush.globalAlpha = 0.1 + 0.2 * (free / Math.max(1, section.count));
      brush.fillStyle = inks.tiers[tierColour(tier)]!;
      brush.fill();
      brush.globalAlpha = 1;
    }
    brush.lineWidth = index === hovered ? 2.5 : 1.25;
    brush.strokeStyle =
      index === hovered ? inks.ink : free > 0 && tier >= 0 ? inks.tiers[tierColour(tier)]! : inks.hairline;
    brush.stroke();
  }
}

/** Words at the middle of each section, as many as there is room for. */
export function drawSectionNames(
  brush: Brush,
  layout: SeatLayout,
  view: View,
  sums: readonly SectionSum[],
  linesOf: (section: number, sum: SectionSum) => readonly string[],
  inks: Inks,
): void {
  for (const [index, section] of layout.geometry.sections.entries()) {
    const room = roomAround(section.outline, layout.middles[index]!, view);
    const sum = sums[index] ?? { free: 0, tier: -1 };
    writeInto(brush, room, [section.label, ...linesOf(index, sum)], sum.free > 0, inks);
  }
}

interface Room {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What lies around a point within an outline: as wide as the outline is at that height, which is less than all of it. */
function roomAround(
  outline: readonly (readonly [number, number])[],
  [x, y]: readonly [number, number],
  view: View,
): Room {
  let [left, right, top, bottom] = [-Infinity, Infinity, -Infinity, Infinity];
  for (let at = 0, before = outline.length - 1; at < outline.length; before = at, at += 1) {
    const [ax, ay] = outline[at]!;
    const [bx, by] = outline[before]!;
    if (ay > y !== by > y) {
      const cut = ((bx - ax) * (y - ay)) / (by - ay) + ax;
      if (cut <= x) left = Math.max(left, cut);
      else right = Math.min(right, cut);
    }
    if (ax > x !== bx > x) {
      const cut = ((by - ay) * (x - ax)) / (bx - ax) + ay;
      if (cut <= y) top = Math.max(top, cut);
      else bottom = Math.min(bottom, cut);
    }
  }
  const half = (a: number, b: number): number => (Number.isFinite(a + b) ? Math.max(0, Math.min(a, b)) : 0);
  return {
    x: x * view.scale + view.x,
    y: y * view.scale + view.y,
    width: half(x - left, right - x) * 2 * view.scale * 0.94,
    height: half(y - top, bottom - y) * 2 * view.scale * 0.94,
  };
}

/** The largest way of writing the lines that fits: all of them, the first two, the first, its words below each other, or none. */
function writeInto(brush: Brush, room: Room, lines: readonly string[], strong: boolean, inks: Inks): void {
  brush.textAlign = 'center';
  brush.textBaseline = 'middle';
  // The name alone is broken between its words before it is left out.
  const words = (lines[0] ?? '').split(' ');
  for (const [names, written] of [
    [1, lines],
    [1, lines.slice(0, 2)],
    [1, lines.slice(0, 1)],
    [words.length, words],
  ] as const)
    for (const size of [14, 12, 10.5]) {
      const step = size * 1.3;
      if (step * written.length > room.height) continue;
      const fontOf = (at: number): string => `${at < names ? 640 : 450} ${size}px ${FONT}`;
      const widest = Math.max(
        ...written.map((text, at) => {
          brush.font = fontOf(at);
          return brush.measureText(text).width;
        }),
      );
      // Slanting sides leave less to the lines above and below the middle.
      if (widest > room.width * (written.length > 1 ? 0.88 : 1)) continue;
      for (const [at, text] of written.entries()) {
        brush.font = fontOf(at);
        brush.fillStyle = strong ? inks.ink : inks.muted;
        brush.fillText(text, room.x, room.y + (at - (written.length - 1) / 2) * step);
      }
      return;
    }
}

/** The stage's and the standing areas' names. */
export function drawPlaceNames(
  brush: Brush,
  layout: SeatLayout,
  view: View,
  standing: (key: string, label: string) => readonly string[],
  inks: Inks,
): void {
  const { stage } = layout.geometry;
  if (stage) {
    const room = roomOf(stage.outline, view);
    writeInto(brush, room, [stage.label], true, { ...inks, ink: inks.ground });
  }
  for (const area of layout.geometry.standing)
    writeInto(brush, roomOf(area.outline, view), [area.label, ...standing(area.key, area.label)], true, inks);
}

function roomOf(outline: readonly (readonly [number, number])[], view: View): Room {
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return {
    x: ((left + right) / 2) * view.scale + view.x,
    y: ((top + bottom) / 2) * view.scale + view.y,
    width: (right - left) * view.scale * 0.92,
    height: (bottom - top) * view.scale * 0.92,
  };
}

/** Of each section, how many seats are free and of which tier most of them. */
export function sumUp(layout: SeatLayout, look: Look): SectionSum[] {
  return layout.geometry.sections.map(({ first, count }) => {
    const perTier = new Map<number, number>();
    let free = 0;
    for (let seat = first; seat < first + count; seat += 1) {
      const tier = look.tierOf(seat);
      if (tier < 0 || look.stateOf(seat) !== 'free') continue;
      free += 1;
      perTier.set(tier, (perTier.get(tier) ?? 0) + 1);
    }
    const [most] = [...perTier].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    return { free, tier: most?.[0] ?? -1 };
  });
}
