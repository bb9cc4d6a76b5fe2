/** Drawing the map's parts on a canvas: outlines, seats from small pictures of their looks, the overview's words. */
import { eachSeatIn, type SeatLayout } from './layout.ts';
import { drawSeat, type Inks, REACH, type SeatLook } from './marks.ts';
import { TILE_PX } from './tiles.ts';

/** What a seat is drawn from: asked for each seat that comes into view. */
export interface Look {
  stateOf(seat: number): SeatLook;
  /** Index of the seat's tier, −1: not on sale. */
  tierOf(seat: number): number;
  /** A letter on a kept seat: whom it is kept for. Left out: nobody is told. */
  letterOf?(seat: number): string;
}

type Brush = CanvasRenderingContext2D;
type Outline = readonly (readonly [number, number])[];

/** A seat's radius as a share of the distance to its neighbour. */
const RADIUS = 0.4;
/** From this size on a seat shows its number, a row its name. */
export const NUMBER_FROM_PX = 10.5;
const ROW_FROM_PX = 5.5;
const LETTER_FROM_PX = 4.5;
const LONG_ROW = 26;

export const radiusAt = (layout: SeatLayout, scale: number): number => layout.pitch * scale * RADIUS;

function trace(brush: Brush, outline: Outline): void {
  brush.beginPath();
  for (const [x, y] of outline) brush.lineTo(x, y);
  brush.closePath();
}

/** Sections, standing areas and the stage, in the map's own units (the brush is transformed). */
export function drawGround(brush: Brush, layout: SeatLayout, scale: number, inks: Inks): void {
  const { geometry } = layout;
  brush.lineWidth = 1 / scale;
  brush.lineJoin = 'round';
  for (const section of geometry.sections) {
    trace(brush, section.outline);
    brush.fillStyle = inks.surface;
    brush.fill();
    brush.strokeStyle = inks.hairline;
    brush.stroke();
  }
  for (const area of geometry.standing) {
    trace(brush, area.outline);
    brush.fillStyle = inks.sunk;
    brush.fill();
    brush.setLineDash([6 / scale, 4 / scale]);
    brush.strokeStyle = inks.edge;
    brush.stroke();
    brush.setLineDash([]);
  }
  if (geometry.stage) {
    trace(brush, geometry.stage.outline);
    brush.fillStyle = inks.ink;
    brush.fill();
  }
}

export interface Sprites {
  draw(brush: Brush, look: SeatLook, tier: number, flags: number, x: number, y: number): void;
}

/** One picture per look and size, copied for each seat: cheaper than thousands of paths, and whole on its pixels. */
export function spritesFor(radiusPx: number, inks: Inks, numbered: boolean): Sprites {
  const pictures = new Map<string, HTMLCanvasElement>();
  const half = Math.ceil(radiusPx * REACH) + 1;
  return {
    draw(brush, look, tier, flags, x, y) {
      // Of what is gone neither tier nor flags are drawn.
      const key =
        look === 'sold' || look === 'closed' ? look : `${look}/${look === 'free' ? tier : ''}/${flags}`;
      let picture = pictures.get(key);
      if (!picture) {
        picture = document.createElement('canvas');
        picture.width = half * 2;
        picture.height = half * 2;
        const own = picture.getContext('2d')!;
        own.translate(half, half);
        drawSeat(own, radiusPx, { look, tier, flags, numbered }, inks);
        pictures.set(key, picture);
      }
      brush.drawImage(picture, Math.round(x) - half, Math.round(y) - half);
    },
  };
}

/** One tile: its square of the map at `scale`, `dpr` device pixels to a CSS pixel. */
export function drawTile(
  canvas: HTMLCanvasElement,
  at: { column: number; line: number; scale: number; dpr: number },
  layout: SeatLayout,
  look: Look,
  inks: Inks,
  sprites: Sprites,
): void {
  const brush = canvas.getContext('2d', { alpha: false })!;
  const { scale, dpr } = at;
  const [offsetX, offsetY] = [at.column * TILE_PX, at.line * TILE_PX];
  brush.setTransform(1, 0, 0, 1, 0, 0);
  brush.fillStyle = inks.ground;
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.setTransform(scale * dpr, 0, 0, scale * dpr, -offsetX * dpr, -offsetY * dpr);
  drawGround(brush, layout, scale, inks);
  const radius = radiusAt(layout, scale);
  const margin = (radius * REACH + 2) / scale + layout.pitch * 2;
  const rect = {
    left: offsetX / scale - margin,
    top: offsetY / scale - margin,
    right: (offsetX + TILE_PX) / scale + margin,
    bottom: (offsetY + TILE_PX) / scale + margin,
  };
  brush.setTransform(1, 0, 0, 1, 0, 0);
  const rows = new Set<number>();
  const numbered: number[] = [];
  const kept: number[] = [];
  eachSeatIn(layout, rect, (seat) => {
    const state = look.stateOf(seat);
    sprites.draw(
      brush,
      state,
      look.tierOf(seat),
      layout.flags[seat]!,
      (layout.x[seat]! * scale - offsetX) * dpr,
      (layout.y[seat]! * scale - offsetY) * dpr,
    );
    rows.add(layout.row[seat]!);
    if (state === 'free') numbered.push(seat);
    else if (state === 'kept') kept.push(seat);
  });
  brush.setTransform(dpr, 0, 0, dpr, -offsetX * dpr, -offsetY * dpr);
  if (radius >= NUMBER_FROM_PX) drawNumbers(brush, layout, numbered, scale, radius, inks);
  if (radius >= LETTER_FROM_PX && look.letterOf) drawLetters(brush, layout, kept, scale, look, inks);
  if (radius >= ROW_FROM_PX) drawRowNames(brush, layout, rows, scale, inks);
}

function drawNumbers(
  brush: Brush,
  layout: SeatLayout,
  seats: readonly number[],
  scale: number,
  radius: number,
  inks: Inks,
): void {
  brush.font = `600 ${Math.min(15, radius * 0.95)}px ${FONT}`;
  brush.textAlign = 'center';
  brush.textBaseline = 'middle';
  for (const seat of seats) {
    // A square seat says by its sign that it is accessible: its number is in the list and the basket.
    if (layout.flags[seat]! & 1) continue;
    const row = layout.rows[layout.row[seat]!]!;
    const label = row.labels[seat - row.first]!;
    const [x, y] = [layout.x[seat]! * scale, layout.y[seat]! * scale];
    brush.fillStyle = inks.tierInk;
    if (label.length <= 3) brush.fillText(label, x, y - radius * 0.08);
  }
}

/** A kept seat's bars stay its rim; within it stands whom it is kept for. */
function drawLetters(
  brush: Brush,
  layout: SeatLayout,
  seats: readonly number[],
  scale: number,
  look: Look,
  inks: Inks,
): void {
  const radius = radiusAt(layout, scale);
  brush.font = `700 ${Math.min(17, radius * 1.3)}px ${FONT}`;
  brush.textAlign = 'center';
  brush.textBaseline = 'middle';
  for (const seat of seats) {
    const letter = look.letterOf?.(seat) ?? '';
    if (!letter) continue;
    const [x, y] = [layout.x[seat]! * scale, layout.y[seat]! * scale];
    brush.beginPath();
    brush.arc(x, y, radius * 0.74, 0, Math.PI * 2);
    brush.fillStyle = inks.surface;
    brush.fill();
    brush.fillStyle = inks.ink;
    brush.fillText(letter, x, y + radius * 0.06);
  }
}

function drawRowNames(
  brush: Brush,
  layout: SeatLayout,
  rows: ReadonlySet<number>,
  scale: number,
  inks: Inks,
): void {
  brush.font = `600 ${Math.min(13, Math.max(9, layout.pitch * scale * 0.5))}px ${FONT}`;
  brush.textAlign = 'center';
  brush.textBaseline = 'middle';
  brush.fillStyle = inks.muted;
  for (const index of rows) {
    const { first, count, label } = layout.rows[index]!;
    const last = first + count - 1;
    const ends: [number, number][] = [[first, Math.min(first + 1, last)]];
    // The far end of a short row is in sight of its name, and often where the next section's names stand.
    if (count > LONG_ROW) ends.push([last, Math.max(last - 1, first)]);
    for (const [end, next] of ends) {
      const [dx, dy] = [layout.x[end]! - layout.x[next]!, layout.y[end]! - layout.y[next]!];
      const length = Math.hypot(dx, dy) || 1;
      const [ux, uy] = end === next ? [end === first ? -1 : 1, 0] : [dx / length, dy / length];
      brush.fillText(
        label,
        (layout.x[end]! + ux * layout.pitch) * scale,
        (layout.y[end]! + uy * layout.pitch) * scale,
      );
    }
  }
}

/** A canvas knows no inherited font. */
export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
