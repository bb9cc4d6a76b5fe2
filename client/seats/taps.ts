/** What a tap, a pinch or a key means on a map of seats: a seat, a section, or another place to look from. */
import { centred, panBy, pinch, toMap, zoomAt } from './camera.ts';
import type { GestureEnd } from './gestures.ts';
import { boundsOf, type SeatLayout, seatAt, sectionAt, sectionBounds } from './layout.ts';
import type { Scene } from './scene.ts';
import type { SeatMapProps } from './seat-map.tsx';

/** Distance of neighbours at which a finger can mean one seat, and a mouse. */
const MEANT_PX = { touch: 24, mouse: 11 } as const;
/** How far from a seat a tap still means it, in distances of neighbours: a finger means the nearest also between rows. */
const REACH = { touch: 1, mouse: 0.6 } as const;
/** How near a tap brings one that could not mean a seat yet. */
const CLOSE_PX = 34;
const GO_PX = 40;

export function goTo(scene: Scene | null, layout: SeatLayout, seats: readonly number[]): void {
  // Some of the surroundings belong to where a seat is.
  scene?.moveToRect(boundsOf(layout, seats, layout.pitch * 4), GO_PX);
}

export function goToSection(scene: Scene, layout: SeatLayout, section: number): void {
  scene.moveToRect(sectionBounds(layout, section, layout.pitch), GO_PX);
}

export function gesturesOn(
  scene: Scene,
  layout: SeatLayout,
  latest: { readonly current: SeatMapProps },
  frame: HTMLElement,
): GestureEnd {
  const under = (
    x: number,
    y: number,
    kind: 'mouse' | 'touch',
  ): { seat: number | null; section: number | null } => {
    const [mapX, mapY] = toMap(scene.view, x, y);
    return {
      seat: scene.isNear ? seatAt(layout, mapX, mapY, layout.pitch * REACH[kind]) : null,
      section: sectionAt(layout, mapX, mapY),
    };
  };
  const closer = (x: number, y: number): void => {
    const [mapX, mapY] = toMap(scene.view, x, y);
    const scale = Math.min(scene.limits.most, Math.max(scene.view.scale * 1.5, CLOSE_PX / layout.pitch));
    scene.moveTo(centred(mapX, mapY, scale, scene.size));
  };
  const tap = (x: number, y: number, kind: 'mouse' | 'touch'): void => {
    const { onSeat, onSection, onArea } = latest.current;
    const meant = scene.pitchPx >= MEANT_PX[kind];
    const { seat, section } = under(x, y, kind);
    if (onArea) {
      if (section !== null) onArea(section);
    } else if (!scene.isNear) {
      if (section === null) return;
      if (onSection) onSection(section);
      else goToSection(scene, layout, section);
    } else if (onSeat && meant && seat !== null) onSeat(seat);
    else if (onSeat && !meant && (seat !== null || section !== null)) closer(x, y);
  };
  return {
    tap,
    pan: (dx, dy) => scene.setView(panBy(scene.view, dx, dy)),
    pinch: (before, now) => scene.setView(pinch(scene.view, before, now, scene.limits)),
    zoom(factor, x, y, smooth) {
      const view = zoomAt(scene.view, factor, x, y, scene.limits);
      if (smooth) scene.moveTo(view);
      else scene.setView(view);
    },
    whole: () => scene.moveToWhole(),
    doubleTap(x, y) {
      // Two quick taps on one seat are two taps: chosen, and given back.
      if (latest.current.onSeat && under(x, y, 'touch').seat !== null && scene.pitchPx >= MEANT_PX.touch)
        tap(x, y, 'touch');
      else scene.moveTo(zoomAt(scene.view, 2, x, y, scene.limits));
    },
    hover(x, y) {
      const { seat, section } = under(x, y, 'mouse');
      const { onSeat, onArea } = latest.current;
      scene.hover(onSeat && !onArea ? seat : null, scene.isNear ? null : section);
      const meant = onArea ? section !== null : onSeat && seat !== null;
      frame.style.cursor = meant || (!scene.isNear && section !== null) ? 'pointer' : '';
    },
    leave: () => scene.hover(null, null),
    rest: () => scene.request(),
    atWhole: () => scene.isWhole,
  };
}
