/**
 * How one seat looks: what is drawn says the state without any colour. Free is a filled disc with its tier's mark, held
 * by somebody a hollow ring, sold a small dot, kept a barred disc, picked a disc with a check, mine one with a ring around
 * it. Accessible seats are square, a restricted view takes a corner off.
 */
import { FLAG } from './layout.ts';

export const SEAT_LOOKS = ['free', 'held', 'sold', 'kept', 'closed', 'picked', 'mine'] as const;
export type SeatLook = (typeof SEAT_LOOKS)[number];

/** One more tier than this begins the colours anew, with the next mark. */
export const TIER_COLOURS = 6;
/** A tier's second sign, for eyes that confuse its colour: nothing, a dot, a bar, a post, a cross, a ring. */
const TIER_MARKS = ['none', 'dot', 'bar', 'post', 'cross', 'ring'] as const;

export const tierColour = (tier: number): number => tier % TIER_COLOURS;
export const tierMark = (tier: number): (typeof TIER_MARKS)[number] =>
  TIER_MARKS[(tier + Math.floor(tier / TIER_COLOURS)) % TIER_MARKS.length]!;

/** Every colour the map is drawn with, as the page's theme has them. */
export interface Inks {
  ground: string;
  surface: string;
  sunk: string;
  hairline: string;
  edge: string;
  ink: string;
  muted: string;
  picked: string;
  pickedInk: string;
  mine: string;
  mineInk: string;
  bad: string;
  tiers: readonly string[];
  tierInk: string;
}

type Brush = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

function body(brush: Brush, radius: number, flags: number): void {
  brush.beginPath();
  if (flags & FLAG.accessible) {
    brush.roundRect(-radius * 0.94, -radius * 0.94, radius * 1.88, radius * 1.88, radius * 0.36);
  } else if (flags & FLAG.restricted) {
    // A bite out of the upper right: something stands in the way.
    brush.moveTo(0, 0);
    brush.arc(0, 0, radius, 0, Math.PI * 1.5);
    brush.closePath();
  } else {
    brush.arc(0, 0, radius, 0, Math.PI * 2);
  }
}

/** @param numbered the seat's number stands in the middle: the mark goes small below it */
function sign(brush: Brush, whole: number, tier: number, ink: string, numbered: boolean): void {
  const mark = tierMark(tier);
  const radius = numbered ? whole * 0.42 : whole;
  brush.save();
  if (numbered) brush.translate(0, whole * 0.58);
  drawMark(brush, mark, radius, ink);
  brush.restore();
}

function drawMark(brush: Brush, mark: (typeof TIER_MARKS)[number], radius: number, ink: string): void {
  brush.fillStyle = ink;
  brush.strokeStyle = ink;
  brush.lineWidth = Math.max(1, radius * 0.26);
  const arm = radius * 0.5;
  brush.beginPath();
  switch (mark) {
    case 'none':
      return;
    case 'dot':
      brush.arc(0, 0, radius * 0.32, 0, Math.PI * 2);
      brush.fill();
      return;
    case 'bar':
      brush.moveTo(-arm, 0);
      brush.lineTo(arm, 0);
      break;
    case 'post':
      brush.moveTo(0, -arm);
      brush.lineTo(0, arm);
      break;
    case 'cross':
      brush.moveTo(-arm, 0);
      brush.lineTo(arm, 0);
      brush.moveTo(0, -arm);
      brush.lineTo(0, arm);
      break;
    case 'ring':
      brush.arc(0, 0, radius * 0.45, 0, Math.PI * 2);
      break;
  }
  brush.stroke();
}

/** The sign of a wheelchair, simple enough for 16 pixels. */
function wheelchair(brush: Brush, radius: number, ink: string): void {
  const u = radius / 8;
  brush.strokeStyle = ink;
  brush.fillStyle = ink;
  brush.lineWidth = Math.max(1, u * 1.3);
  brush.lineCap = 'round';
  brush.beginPath();
  brush.arc(-0.4 * u, -4.9 * u, 1.1 * u, 0, Math.PI * 2);
  brush.fill();
  brush.beginPath();
  brush.moveTo(-0.4 * u, -3 * u);
  brush.lineTo(-0.2 * u, 0.6 * u);
  brush.lineTo(2.6 * u, 0.6 * u);
  brush.lineTo(3.8 * u, 4 * u);
  brush.stroke();
  brush.beginPath();
  brush.arc(-0.6 * u, 2 * u, 3 * u, Math.PI * 0.1, Math.PI * 1.4);
  brush.stroke();
}

function check(brush: Brush, radius: number, ink: string): void {
  brush.strokeStyle = ink;
  brush.lineWidth = Math.max(1.25, radius * 0.28);
  brush.lineCap = 'round';
  brush.lineJoin = 'round';
  brush.beginPath();
  brush.moveTo(-radius * 0.45, radius * 0.02);
  brush.lineTo(-radius * 0.1, radius * 0.38);
  brush.lineTo(radius * 0.48, -radius * 0.34);
  brush.stroke();
}

function bars(brush: Brush, radius: number, flags: number): void {
  brush.save();
  body(brush, radius, flags);
  brush.clip();
  brush.beginPath();
  for (const offset of [-0.7, 0, 0.7]) {
    brush.moveTo((-1 + offset) * radius, radius);
    brush.lineTo((1 + offset) * radius, -radius);
  }
  brush.stroke();
  brush.restore();
}

const SIGNED_FROM_PX = 5;
const WHEELCHAIR_FROM_PX = 7;

/** Draws a seat around the brush's origin. `radius` in the brush's pixels. */
export function drawSeat(
  brush: Brush,
  radius: number,
  seat: { look: SeatLook; tier: number; flags: number; numbered?: boolean },
  inks: Inks,
): void {
  const { look, tier, flags } = seat;
  const line = Math.max(1, radius * 0.18);
  const colour = tier < 0 ? inks.muted : inks.tiers[tierColour(tier)]!;
  brush.lineCap = 'butt';
  switch (look) {
    case 'free':
      body(brush, radius, flags);
      brush.fillStyle = colour;
      brush.fill();
      if (flags & FLAG.accessible && radius >= WHEELCHAIR_FROM_PX) wheelchair(brush, radius, inks.tierInk);
      else if (radius >= SIGNED_FROM_PX && tier >= 0)
        sign(brush, radius, tier, inks.tierInk, seat.numbered === true);
      return;
    case 'held':
      body(brush, radius - line / 2, flags);
      brush.strokeStyle = inks.edge;
      brush.lineWidth = line;
      brush.stroke();
      return;
    case 'kept':
      brush.strokeStyle = inks.edge;
      brush.lineWidth = line * 0.8;
      bars(brush, radius - line / 2, flags);
      body(brush, radius - line / 2, flags);
      brush.stroke();
      return;
    case 'sold':
      brush.beginPath();
      brush.arc(0, 0, Math.max(0.75, radius * 0.3), 0, Math.PI * 2);
      brush.fillStyle = inks.edge;
      brush.fill();
      return;
    case 'closed':
      brush.beginPath();
      brush.moveTo(-radius * 0.4, 0);
      brush.lineTo(radius * 0.4, 0);
      brush.strokeStyle = inks.hairline;
      brush.lineWidth = line;
      brush.stroke();
      return;
    case 'picked':
      body(brush, radius * 1.08, flags & FLAG.accessible);
      brush.fillStyle = inks.picked;
      brush.fill();
      check(brush, radius, inks.pickedInk);
      return;
    case 'mine':
      body(brush, radius * 0.86, flags & FLAG.accessible);
      brush.fillStyle = inks.mine;
      brush.fill();
      check(brush, radius * 0.8, inks.mineInk);
      body(brush, radius * 1.12, flags & FLAG.accessible);
      brush.strokeStyle = inks.ink;
      brush.lineWidth = line;
      brush.stroke();
      return;
  }
}

/** How far a seat's drawing reaches beyond its radius. */
export const REACH = 1.25;
