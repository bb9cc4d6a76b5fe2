/** Where one looks at a map from: a pure transform, its bounds, and the ways to move it. Screen = map × scale + offset. */
import type { Rect } from './layout.ts';

export interface View {
  scale: number;
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Limits {
  least: number;
  most: number;
}

/** The view that shows a rectangle whole and in the middle. */
export function fitted(rect: Rect, size: Size, padding: number): View {
  const width = Math.max(rect.right - rect.left, 1e-6);
  const height = Math.max(rect.bottom - rect.top, 1e-6);
  const scale = Math.max(
    Math.min((size.width - 2 * padding) / width, (size.height - 2 * padding) / height),
    1e-6,
  );
  return {
    scale,
    x: size.width / 2 - ((rect.left + rect.right) / 2) * scale,
    y: size.height / 2 - ((rect.top + rect.bottom) / 2) * scale,
  };
}

/** The map's point under a point of the screen. */
export const toMap = (view: View, px: number, py: number): [number, number] => [
  (px - view.x) / view.scale,
  (py - view.y) / view.scale,
];

/** What of the map is in view, `margin` in pixels around it. */
export function shown(view: View, size: Size, margin = 0): Rect {
  const [left, top] = toMap(view, -margin, -margin);
  const [right, bottom] = toMap(view, size.width + margin, size.height + margin);
  return { left, top, right, bottom };
}

/** Nearer or further, with the point under the finger staying under it. */
export function zoomAt(view: View, factor: number, px: number, py: number, limits: Limits): View {
  const scale = Math.min(limits.most, Math.max(limits.least, view.scale * factor));
  const real = scale / view.scale;
  return { scale, x: px - (px - view.x) * real, y: py - (py - view.y) * real };
}

export const panBy = (view: View, dx: number, dy: number): View => ({
  ...view,
  x: view.x + dx,
  y: view.y + dy,
});

/** A point of the map in the middle of the screen, at a scale. */
export const centred = (mapX: number, mapY: number, scale: number, size: Size): View => ({
  scale,
  x: size.width / 2 - mapX * scale,
  y: size.height / 2 - mapY * scale,
});

function along(
  offset: number,
  from: number,
  to: number,
  scale: number,
  room: number,
  padding: number,
): number {
  const length = (to - from) * scale;
  // Smaller than the screen: it stands in the middle. Larger: no edge comes further in than the padding.
  if (length + 2 * padding <= room) return room / 2 - ((from + to) / 2) * scale;
  return Math.min(padding - from * scale, Math.max(room - padding - to * scale, offset));
}

/** The view after nobody can have lost the map: it never leaves the screen. */
export function keepIn(view: View, bounds: Rect, size: Size, padding: number): View {
  return {
    scale: view.scale,
    x: along(view.x, bounds.left, bounds.right, view.scale, size.width, padding),
    y: along(view.y, bounds.top, bounds.bottom, view.scale, size.height, padding),
  };
}

/** Between two views, `t` from 0 to 1: the scale by ratio, and the middle of the screen on a straight line. */
export function between(from: View, to: View, t: number, size: Size): View {
  const scale = from.scale * (to.scale / from.scale) ** t;
  const [fx, fy] = toMap(from, size.width / 2, size.height / 2);
  const [tx, ty] = toMap(to, size.width / 2, size.height / 2);
  // Seen at a changing scale, an even pace over the map would race at one end.
  const ratio = to.scale / from.scale;
  const way = Math.abs(ratio - 1) < 1e-3 ? t : (1 - ratio ** -t) / (1 - 1 / ratio);
  return centred(fx + (tx - fx) * way, fy + (ty - fy) * way, scale, size);
}

/** Two fingers, before and now: how much nearer, and around which point. */
export function pinch(
  view: View,
  before: readonly [number, number, number, number],
  now: readonly [number, number, number, number],
  limits: Limits,
): View {
  const [bx, by] = [(before[0] + before[2]) / 2, (before[1] + before[3]) / 2];
  const [nx, ny] = [(now[0] + now[2]) / 2, (now[1] + now[3]) / 2];
  const spread = (p: readonly [number, number, number, number]): number =>
    Math.max(1, Math.hypot(p[2] - p[0], p[3] - p[1]));
  return panBy(zoomAt(view, spread(now) / spread(before), bx, by, limits), nx - bx, ny - by);
}
