/**
 * Fingers, mouse, wheel and keys on the map, told as what they mean: panned, pinched, tapped. Pointer events bring mouse,
 * pen and touch in one stream, so this is all there is to it; d3-zoom would bring selections, transitions and timers
 * along to keep a transform that `camera.ts` keeps in a few pure lines, and its taps cannot both choose a seat at once
 * and zoom when doubled.
 */

export interface GestureEnd {
  /** Moves the map by these pixels. */
  pan(dx: number, dy: number): void;
  /** Two fingers, before and now. */
  pinch(before: FourNumbers, now: FourNumbers): void;
  /** `smooth`: in steps of its own, so worth an animation. */
  zoom(factor: number, x: number, y: number, smooth: boolean): void;
  whole(): void;
  tap(x: number, y: number, kind: 'mouse' | 'touch'): void;
  doubleTap(x: number, y: number): void;
  hover(x: number, y: number): void;
  leave(): void;
  /** The fingers are off: what was drawn roughly may be drawn well. */
  rest(): void;
  /** Whether zooming out further does nothing, so that the page may scroll instead. */
  atWhole(): boolean;
}

type FourNumbers = readonly [number, number, number, number];

/** A finger that moved less than this has tapped. */
const SLACK_PX = { mouse: 4, touch: 10 } as const;
const DOUBLE_MS = 320;
const DOUBLE_PX = 28;
const KEY_PAN_PX = 60;
const KEY_ZOOM = 1.5;

export function listenToGestures(canvas: HTMLElement, to: GestureEnd): () => void {
  const down = new Map<number, { x: number; y: number }>();
  let start: { x: number; y: number; kind: 'mouse' | 'touch' } | null = null;
  let moved = false;
  let lastTap: { x: number; y: number; at: number } | null = null;

  const place = (event: MouseEvent): { x: number; y: number } => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const kindOf = (event: PointerEvent): 'mouse' | 'touch' =>
    event.pointerType === 'touch' ? 'touch' : 'mouse';

  function onDown(event: PointerEvent): void {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    const at = place(event);
    down.set(event.pointerId, at);
    if (down.size === 1) {
      start = { ...at, kind: kindOf(event) };
      moved = false;
    } else {
      // A second finger: whatever the first one was about to do is a pinch now.
      moved = true;
    }
  }

  function onMove(event: PointerEvent): void {
    const at = place(event);
    const before = down.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== 'touch') to.hover(at.x, at.y);
      return;
    }
    if (down.size === 2) {
      const [[firstId, first], [, second]] = [...down] as [
        [number, { x: number; y: number }],
        [number, { x: number; y: number }],
      ];
      const isFirst = firstId === event.pointerId;
      const [a, b] = isFirst ? [at, second] : [first, at];
      to.pinch([first.x, first.y, second.x, second.y], [a.x, a.y, b.x, b.y]);
    } else if (start && down.size === 1) {
      moved ||= Math.hypot(at.x - start.x, at.y - start.y) > SLACK_PX[start.kind];
      if (moved) to.pan(at.x - before.x, at.y - before.y);
      else return;
    }
    down.set(event.pointerId, at);
  }

  function onUp(event: PointerEvent): void {
    if (!down.delete(event.pointerId)) return;
    if (down.size > 0) return;
    if (event.type === 'pointerup' && !moved && start) tapped(start, event.timeStamp);
    start = null;
    to.rest();
  }

  function tapped({ x, y, kind }: { x: number; y: number; kind: 'mouse' | 'touch' }, at: number): void {
    const doubled =
      lastTap !== null && at - lastTap.at < DOUBLE_MS && Math.hypot(x - lastTap.x, y - lastTap.y) < DOUBLE_PX;
    lastTap = doubled ? null : { x, y, at };
    if (doubled) to.doubleTap(x, y);
    else to.tap(x, y, kind);
  }

  function onWheel(event: WheelEvent): void {
    // Zooming out of the whole map is somebody scrolling the page.
    if (event.deltaY > 0 && to.atWhole() && !event.ctrlKey) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 24 : event.deltaMode === 2 ? 240 : 1;
    const { x, y } = place(event);
    // A trackpad's pinch arrives as a wheel with ctrl, in much smaller steps.
    const speed = event.ctrlKey ? 0.012 : 0.0022;
    to.zoom(Math.exp(-event.deltaY * lines * speed), x, y, false);
  }

  function onKey(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const [x, y] = [canvas.clientWidth / 2, canvas.clientHeight / 2];
    const keys: Record<string, () => void> = {
      ArrowLeft: () => to.pan(KEY_PAN_PX, 0),
      ArrowRight: () => to.pan(-KEY_PAN_PX, 0),
      ArrowUp: () => to.pan(0, KEY_PAN_PX),
      ArrowDown: () => to.pan(0, -KEY_PAN_PX),
      '+': () => to.zoom(KEY_ZOOM, x, y, true),
      '=': () => to.zoom(KEY_ZOOM, x, y, true),
      '-': () => to.zoom(1 / KEY_ZOOM, x, y, true),
      '0': () => to.whole(),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
    to.rest();
  }

  const leave = (): void => to.leave();
  canvas.addEventListener('pointerdown', onDown);
  canvas.addEventListener('pointermove', onMove);
  canvas.addEventListener('pointerup', onUp);
  canvas.addEventListener('pointercancel', onUp);
  canvas.addEventListener('pointerleave', leave);
  canvas.addEventListener('wheel', onWheel, { passive: false });
  canvas.addEventListener('keydown', onKey);
  return () => {
    canvas.removeEventListener('pointerdown', onDown);
    canvas.removeEventListener('pointermove', onMove);
    canvas.removeEventListener('pointerup', onUp);
    canvas.removeEventListener('pointercancel', onUp);
    canvas.removeEventListener('pointerleave', leave);
    canvas.removeEventListener('wheel', onWheel);
    canvas.removeEventListener('keydown', onKey);
  };
}
