/**
 * What is on the canvas, frame by frame: from afar the sections, nearer the seats as tiles, and above both the words and
 * what is marked for a moment. Draws only when something changed, and never longer than a part of a frame.
 */
import { between, fitted, keepIn, type Limits, type Size, shown, type View } from './camera.ts';
import {
  drawGround,
  drawTile,
  type Look,
  NUMBER_FROM_PX,
  radiusAt,
  type Sprites,
  spritesFor,
} from './drawing.ts';
import type { Rect, SeatLayout } from './layout.ts';
import { type Inks, REACH } from './marks.ts';
import { drawPlaceNames, drawSectionNames, drawSections, type SectionSum, sumUp } from './overview.ts';
import { keyOf, TILE_PX, type TileSet, Tiles, tilesIn } from './tiles.ts';

/** From this distance of two neighbours on, seats are drawn; below, sections. */
export const SEATS_FROM_PX = 6.5;
/** As near as one can come. */
const NEAREST_PX = 64;
const PADDING_PX = 18;
/** Of a frame's 16 ms: the rest is the browser's. */
const WORK_MS = 7;
const MOVE_MS = 260;
/** After the last zoom step the map is drawn sharp at its new scale. */
const SETTLE_MS = 140;

export interface SceneWords {
  section(section: number, sum: SectionSum): readonly string[];
  standing(key: string, label: string): readonly string[];
}

export interface SceneOptions {
  layout: SeatLayout;
  look: Look;
  words: SceneWords;
  /** No animation for whoever asked for calm. */
  still: () => boolean;
  onView?: (view: View, near: boolean) => void;
}

export class Scene {
  readonly #canvas: HTMLCanvasElement;
  readonly #brush: CanvasRenderingContext2D;
  readonly #tiles: Tiles;
  #options: SceneOptions;
  #inks: Inks;
  #size: Size = { width: 0, height: 0 };
  #dpr = 1;
  #view: View = { scale: 1, x: 0, y: 0 };
  #bounds: Rect;
  #sprites: { key: string; sprites: Sprites } | null = null;
  #frame = 0;
  #moving: { from: View; to: View; began: number } | null = null;
  #busyUntil = 0;
  #sums: SectionSum[] | null = null;
  #marked: readonly number[] = [];
  #flash: { seats: readonly number[]; began: number } | null = null;
  #hovered: { seat: number | null; section: number | null } = { seat: null, section: null };
  /** Nobody moved the map yet: a new size of the window shows it whole again. */
  #untouched = true;

  constructor(canvas: HTMLCanvasElement, options: SceneOptions, inks: Inks) {
    this.#canvas = canvas;
    this.#brush = canvas.getContext('2d', { alpha: false })!;
    this.#options = options;
    this.#inks = inks;
    const [left, top, right, bottom] = options.layout.geometry.bounds;
    this.#bounds = { left, top, right, bottom };
    this.#tiles = new Tiles(
      (target, column, line, scale) =>
        drawTile(
          target,
          { column, line, scale, dpr: this.#dpr },
          this.#options.layout,
          this.#options.look,
          this.#inks,
          this.#spritesAt(scale),
        ),
      () => performance.now(),
    );
  }

  get view(): View {
    return this.#view;
  }
  get size(): Size {
    return this.#size;
  }
  get limits(): Limits {
    const { pitch } = this.#options.layout;
    const whole = fitted(this.#bounds, this.#size, PADDING_PX).scale;
    return { least: whole, most: Math.max(whole, NEAREST_PX / pitch) };
  }
  get isNear(): boolean {
    return this.#options.layout.pitch * this.#view.scale >= SEATS_FROM_PX;
  }
  get isWhole(): boolean {
    return this.#view.scale <= this.limits.least * 1.01;
  }
  /** Distance of two neighbours on the screen. */
  get pitchPx(): number {
    return this.#options.layout.pitch * this.#view.scale;
  }

  setOptions(options: SceneOptions): void {
    const other = options.look !== this.#options.look;
    this.#options = options;
    if (other) this.changed('all');
    this.request();
  }

  setInks(inks: Inks): void {
    this.#inks = inks;
    this.#sprites = null;
    this.#tiles.markAllStale();
    this.request();
  }

  /** @param dpr more than two device pixels to one cannot be told apart on a seat, and cost twice the memory */
  resize(size: Size, dpr: number): void {
    const sharp = Math.min(2, Math.max(1, dpr));
    if (size.width === this.#size.width && size.height === this.#size.height && sharp === this.#dpr) return;
    const middle = shown(this.#view, this.#size);
    this.#size = size;
    this.#dpr = sharp;
    this.#tiles.setDpr(sharp);
    this.#canvas.width = Math.round(size.width * sharp);
    this.#canvas.height = Math.round(size.height * sharp);
    if (this.#untouched) this.#view = fitted(this.#bounds, size, PADDING_PX);
    else {
      const { scale } = this.#view;
      const [mx, my] = [(middle.left + middle.right) / 2, (middle.top + middle.bottom) / 2];
      this.#view = this.#kept({ scale, x: size.width / 2 - mx * scale, y: size.height / 2 - my * scale });
    }
    this.#told();
    // At once, not with the next frame: a resized canvas is empty.
    this.#draw();
  }

  /** Moves without delay: a finger leads. */
  setView(view: View): void {
    this.#untouched = false;
    this.#moving = null;
    if (view.scale !== this.#view.scale) this.#busyUntil = performance.now() + SETTLE_MS;
    this.#view = this.#kept(view);
    this.#told();
    this.request();
  }

  /** Travels there. */
  moveTo(view: View): void {
    const to = this.#kept(view);
    if (this.#options.still()) {
      this.setView(to);
      return;
    }
    this.#untouched = false;
    this.#moving = { from: this.#view, to, began: performance.now() };
    this.request();
  }

  moveToWhole(): void {
    this.moveTo(fitted(this.#bounds, this.#size, PADDING_PX));
    this.#untouched = true;
  }

  /** The rectangle as large as it fits, but seats no larger than `pitchPx` apart. */
  moveToRect(rect: Rect, pitchPx: number): void {
    const wanted = fitted(rect, this.#size, PADDING_PX * 1.5);
    const { pitch } = this.#options.layout;
    const scale = Math.min(wanted.scale, pitchPx / pitch, this.limits.most);
    const [mx, my] = [(rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2];
    this.moveTo({
      scale,
      x: this.#size.width / 2 - mx * scale,
      y: this.#size.height / 2 - my * scale,
    });
  }

  changed(seats: readonly number[] | 'all'): void {
    this.#sums = null;
    if (seats === 'all') this.#tiles.markAllStale();
    else {
      const { layout } = this.#options;
      for (const seat of seats) this.#tiles.markStale(layout.x[seat]!, layout.y[seat]!, layout.pitch);
    }
    this.request();
  }

  /** Seats with a ring around them, such as what the list's focus is on. */
  setMarked(seats: readonly number[]): void {
    this.#marked = seats;
    this.request();
  }

  /** Seats that call for a look for a moment. */
  flash(seats: readonly number[]): void {
    this.#flash = seats.length > 0 ? { seats, began: performance.now() } : null;
    this.request();
  }

  hover(seat: number | null, section: number | null): void {
    if (this.#hovered.seat === seat && this.#hovered.section === section) return;
    this.#hovered = { seat, section };
    this.request();
  }

  request(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = -1;
    this.#tiles.clear();
  }

  sums(): readonly SectionSum[] {
    this.#sums ??= sumUp(this.#options.layout, this.#options.look);
    return this.#sums;
  }

  #kept(view: View): View {
    return keepIn(view, this.#bounds, this.#size, PADDING_PX);
  }

  #told(): void {
    this.#options.onView?.(this.#view, this.isNear);
  }

  #spritesAt(scale: number): Sprites {
    const radius = radiusAt(this.#options.layout, scale);
    const key = (radius * this.#dpr).toFixed(2);
    if (this.#sprites?.key !== key)
      this.#sprites = {
        key,
        sprites: spritesFor(radius * this.#dpr, this.#inks, radius >= NUMBER_FROM_PX),
      };
    return this.#sprites.sprites;
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (this.#size.width === 0 || this.#size.height === 0) return;
    const now = performance.now();
    this.#step(now);
    const brush = this.#brush;
    brush.setTransform(this.#dpr, 0, 0, this.#dpr, 0, 0);
    brush.fillStyle = this.#inks.ground;
    brush.fillRect(0, 0, this.#size.width, this.#size.height);
    if (this.isNear) this.#drawNear(now);
    else this.#drawFar();
    const { layout, words } = this.#options;
    brush.setTransform(this.#dpr, 0, 0, this.#dpr, 0, 0);
    drawPlaceNames(brush, layout, this.#view, words.standing, this.#inks);
    this.#drawMarks(now);
  }

  #step(now: number): void {
    if (!this.#moving) return;
    const { from, to, began } = this.#moving;
    const t = Math.min(1, (now - began) / MOVE_MS);
    const eased = 1 - (1 - t) ** 3;
    this.#view = this.#kept(t === 1 ? to : between(from, to, eased, this.#size));
    if (t === 1) this.#moving = null;
    this.#told();
    this.request();
  }

  #drawFar(): void {
    const { layout, words } = this.#options;
    drawGroundAt(this.#brush, this.#view, this.#dpr, layout, this.#inks);
    this.#brush.setTransform(this.#dpr, 0, 0, this.#dpr, 0, 0);
    const sums = this.sums();
    drawSections(this.#brush, layout, this.#view, sums, this.#inks, this.#hovered.section);
    drawSectionNames(this.#brush, layout, this.#view, sums, words.section, this.#inks);
  }

  #drawNear(now: number): void {
    const { layout } = this.#options;
    const inMotion = this.#moving !== null || now < this.#busyUntil;
    const { current } = this.#tiles;
    const stretch = current ? this.#view.scale / current.scale : Infinity;
    // While one zooms the old pictures are stretched; past twice their size they say nothing any more.
    if (!current || (!inMotion && stretch !== 1) || stretch > 2 || stretch < 0.5)
      this.#tiles.setScale(this.#view.scale);
    const scale = this.#tiles.current!.scale;
    const left = this.#tiles.work(tilesIn(this.#view, scale, this.#size, 0), now + WORK_MS);
    if (left || (inMotion && !this.#moving)) this.request();
    else if (!inMotion) {
      this.#tiles.settle();
      // What lies around the window, for whoever pans next; only while nobody is waiting for a frame.
      if (this.#tiles.work(tilesIn(this.#view, scale, this.#size, TILE_PX / 2), now + WORK_MS))
        this.request();
    }
    drawGroundAt(this.#brush, this.#view, this.#dpr, layout, this.#inks);
    this.#brush.setTransform(1, 0, 0, 1, 0, 0);
    for (const set of [this.#tiles.previous, this.#tiles.current]) if (set) this.#copy(set);
  }

  #copy(set: TileSet): void {
    const stretch = this.#view.scale / set.scale;
    const side = TILE_PX * stretch * this.#dpr;
    const [x, y] = [Math.round(this.#view.x * this.#dpr), Math.round(this.#view.y * this.#dpr)];
    for (const [column, line] of tilesIn(this.#view, set.scale, this.#size, 0)) {
      const tile = set.tiles.get(keyOf(column, line));
      if (!tile) continue;
      if (stretch === 1) this.#brush.drawImage(tile.canvas, x + column * side, y + line * side);
      else {
        // Whole pixels at both ends, or the seams between stretched tiles shine through.
        const [left, top] = [Math.round(x + column * side), Math.round(y + line * side)];
        const [right, bottom] = [Math.round(x + (column + 1) * side), Math.round(y + (line + 1) * side)];
        this.#brush.drawImage(tile.canvas, left, top, right - left, bottom - top);
      }
    }
  }

  #drawMarks(now: number): void {
    const radius = Math.max(4, radiusAt(this.#options.layout, this.#view.scale));
    const hovered = this.#hovered.seat;
    if (hovered !== null && this.isNear) this.#ring([hovered], radius * REACH + 1, this.#inks.ink, 2);
    this.#ring(this.#marked, radius * REACH + 2, this.#inks.ink, 2.5);
    if (!this.#flash) return;
    const t = (now - this.#flash.began) / FLASH_MS;
    this.request();
    if (t >= 1) {
      this.#flash = null;
      return;
    }
    // Calm eyes get one ring that stays for its time; others one that widens three times.
    const wave = this.#options.still() ? 0 : (t * 3) % 1;
    this.#brush.globalAlpha = 1 - wave * 0.8;
    this.#ring(this.#flash.seats, radius * (REACH + 0.2 + wave), this.#inks.bad, 3);
    this.#brush.globalAlpha = 1;
  }

  #ring(seats: readonly number[], radius: number, colour: string, width: number): void {
    const { layout } = this.#options;
    const brush = this.#brush;
    brush.strokeStyle = colour;
    brush.lineWidth = width;
    for (const seat of seats) {
      brush.beginPath();
      brush.arc(
        layout.x[seat]! * this.#view.scale + this.#view.x,
        layout.y[seat]! * this.#view.scale + this.#view.y,
        radius,
        0,
        Math.PI * 2,
      );
      brush.stroke();
    }
  }
}

const FLASH_MS = 2400;

function drawGroundAt(
  brush: CanvasRenderingContext2D,
  view: View,
  dpr: number,
  layout: SeatLayout,
  inks: Inks,
): void {
  brush.setTransform(view.scale * dpr, 0, 0, view.scale * dpr, view.x * dpr, view.y * dpr);
  drawGround(brush, layout, view.scale, inks);
}
