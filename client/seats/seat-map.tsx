/**
 * A map of seats on a canvas: pan, pinch, zoom, tap. It draws what it is told and tells what was tapped; it knows no event,
 * no price and no server, so a fan's choice and a vendor's evening are drawn by the same component.
 *
 *   <SeatMap
 *     geometry={geometry}                    VenueGeometry as GET /venue-maps/{id} gives it
 *     look={{ stateOf, tierOf }}             a seat's state (SeatLook) and tier index (−1: not on sale), asked while
 *                                            drawing. Keep the object the same until everything changes: another object
 *                                            draws the whole map anew
 *     changes={(listener) => stop}           subscribe: call the listener with the seats whose look changed, or 'all'
 *     label="Map of seats"                   its name, for whoever cannot see it
 *     describedBy="id"                       where it says that there is a list too
 *     onSeat={(seat) => …}                   a seat was tapped, at a size at which it can be meant. Left out: look only
 *     onSection={(section) => …}             a section (index) was tapped from afar; by default the map goes there
 *     onArea={(section) => …}                a section was tapped, from near or afar: seats are then not meant one by one
 *     sectionLines={(section, sum) => […]}   what stands below a section's name from afar (sum.free, sum.tier)
 *     standingLines={(key) => […]}           the same for standing areas
 *     marked={[seat, …]}                     seats with a ring, such as the list's focus
 *     flash={seats}                          seats to point at for a moment, whenever the array is another one
 *     plain                                  without the buttons: a small picture of a place
 *     focus={seats}                          seats to bring into view, whenever the array is another one
 *     handle={(handle) => …}                 gives { goTo(seats), goToSection(section), whole(), view() } and null at the end
 *   />
 *
 * Its box is its parent's: give the parent a height. Colours are CSS variables (seats.css).
 */
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { VenueGeometry } from '../../server/protocol/seating.ts';
import { seatTexts as texts } from '../texts/seats.ts';
import './seats.css';
import { type View, zoomAt } from './camera.ts';
import type { Look } from './drawing.ts';
import { listenToGestures } from './gestures.ts';
import { onThemeChange, readInks } from './inks.ts';
import { layoutOf, type SeatLayout } from './layout.ts';
import type { SectionSum } from './overview.ts';
import { Scene } from './scene.ts';
import { gesturesOn, goTo, goToSection } from './taps.ts';

export type { Look } from './drawing.ts';
export type { SeatLook } from './marks.ts';
export type { SectionSum } from './overview.ts';

/** Tells which seats look different now. */
export type Changes = (listener: (seats: readonly number[] | 'all') => void) => () => void;

export interface SeatMapHandle {
  goTo(seats: readonly number[]): void;
  goToSection(section: number): void;
  whole(): void;
  /** Where one looks from: for tests and pictures. */
  view(): View & { pitchPx: number };
}

export interface SeatMapProps {
  geometry: VenueGeometry;
  look: Look;
  changes?: Changes;
  label: string;
  describedBy?: string;
  onSeat?: (seat: number) => void;
  onSection?: (section: number) => void;
  onArea?: (section: number) => void;
  sectionLines?: (section: number, sum: SectionSum) => readonly string[];
  standingLines?: (key: string) => readonly string[];
  marked?: readonly number[];
  flash?: readonly number[];
  focus?: readonly number[];
  plain?: boolean;
  handle?: (handle: SeatMapHandle | null) => void;
}

const STEP = 1.6;
const NONE: readonly number[] = [];
const NO_LINES = (): readonly string[] => [];

export function SeatMap(props: SeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const layout = useMemo(() => layoutOf(props.geometry), [props.geometry]);
  const scene = useScene(box, canvas, latest, layout);

  useEffect(() => scene.current?.setMarked(props.marked ?? NONE), [props.marked]);
  useEffect(() => {
    if (props.flash && props.flash.length > 0) scene.current?.flash(props.flash);
  }, [props.flash]);
  useEffect(() => {
    if (props.focus && props.focus.length > 0) goTo(scene.current, layout, props.focus);
  }, [props.focus]);

  const zoom = (factor: number): void => {
    const now = scene.current;
    if (now) now.moveTo(zoomAt(now.view, factor, now.size.width / 2, now.size.height / 2, now.limits));
  };
  return (
    <div class="seat-map">
      <div
        class="seat-map-window"
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is walked over with arrow keys
        tabIndex={0}
        role="application"
        aria-roledescription={texts.map.role}
        aria-label={props.label}
        aria-describedby={props.describedBy}
      >
        <canvas ref={canvas} />
      </div>
      {props.plain ? null : <Buttons onZoom={zoom} onWhole={() => scene.current?.moveToWhole()} />}
    </div>
  );
}

function Buttons(props: { onZoom: (factor: number) => void; onWhole: () => void }) {
  return (
    <fieldset class="seat-map-buttons">
      <legend class="sr">{texts.map.view}</legend>
      <button type="button" aria-label={texts.map.nearer} onClick={() => props.onZoom(STEP)}>
        <Sign path="M4.5 10h11M10 4.5v11" />
      </button>
      <button type="button" aria-label={texts.map.further} onClick={() => props.onZoom(1 / STEP)}>
        <Sign path="M4.5 10h11" />
      </button>
      <button type="button" aria-label={texts.map.whole} onClick={props.onWhole}>
        <Sign path="M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4" />
      </button>
    </fieldset>
  );
}

function Sign(props: { path: string }) {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" fill="none">
      <path
        d={props.path}
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

interface Ref<T> {
  readonly current: T;
}

const optionsOf = (latest: Ref<SeatMapProps>, layout: SeatLayout, frame: HTMLElement) => ({
  layout,
  look: latest.current.look,
  words: {
    section: (section: number, sum: SectionSum) => (latest.current.sectionLines ?? freeOnly)(section, sum),
    standing: (key: string) => (latest.current.standingLines ?? NO_LINES)(key),
  },
  still: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
  // A whole map has nowhere to go: one finger then scrolls the page.
  onView: (view: View) => {
    const { geometry } = layout;
    const whole = (geometry.bounds[2] - geometry.bounds[0]) * view.scale <= frame.clientWidth;
    const tall = (geometry.bounds[3] - geometry.bounds[1]) * view.scale <= frame.clientHeight;
    frame.style.touchAction = whole && tall ? 'pan-y' : 'none';
  },
});

/** Makes the scene with the canvas and ends it with it; follows its size, the theme, the seats and the fingers. */
function useScene(
  box: Ref<HTMLDivElement | null>,
  canvas: Ref<HTMLCanvasElement | null>,
  latest: Ref<SeatMapProps>,
  layout: SeatLayout,
): { current: Scene | null } {
  const scene = useRef<Scene | null>(null);
  const { look, changes } = latest.current;
  useEffect(() => {
    const [frame, target] = [box.current, canvas.current];
    if (!frame || !target) return;
    const made = new Scene(target, optionsOf(latest, layout, frame), readInks(frame));
    scene.current = made;
    const measure = (): void =>
      made.resize({ width: frame.clientWidth, height: frame.clientHeight }, window.devicePixelRatio);
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(frame);
    const stops = [
      () => sizes.disconnect(),
      onThemeChange(() => made.setInks(readInks(frame))),
      listenToGestures(frame, gesturesOn(made, layout, latest, frame)),
    ];
    latest.current.handle?.({
      goTo: (seats) => goTo(made, layout, seats),
      goToSection: (section) => goToSection(made, layout, section),
      whole: () => made.moveToWhole(),
      view: () => ({ ...made.view, pitchPx: made.pitchPx }),
    });
    const { marked, focus } = latest.current;
    made.setMarked(marked ?? NONE);
    if (focus && focus.length > 0) goTo(made, layout, focus);
    return () => {
      for (const stop of stops) stop();
      latest.current.handle?.(null);
      made.stop();
      scene.current = null;
    };
  }, [layout]);
  useEffect(() => {
    if (box.current) scene.current?.setOptions(optionsOf(latest, layout, box.current));
  }, [look, layout]);
  useEffect(() => changes?.((seats) => scene.current?.changed(seats)), [changes, layout]);
  return scene;
}

const freeOnly = (_section: number, sum: SectionSum): readonly string[] => [texts.map.free(sum.free)];
