/**
 * Windows in which nothing that can wait should run: `02:00-03:00` each day, or `2026-11-22T23:00/2026-11-23T00:30` once,
 * on the wall clock of the installation's zone; several, separated by commas.
 */
import { instantsOf, wallAt } from '../kernel/index.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const DAY_MS = DAY_MINUTES * MINUTE_MS;

/** Daily: minutes since midnight, `to` before `from` where it spans midnight. Once: wall times (kernel/wall-clock.ts). */
export type Window = { every: 'day'; from: number; to: number } | { every: 'once'; from: number; to: number };

/** A window that makes no sense; the message is for a person. */
export class WindowError extends Error {}

const DAILY = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;
const ONCE = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})\/(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})$/;

/** `2026-11-22T23:00` as a wall time; NaN: there is no such date. */
function readWall(text: string): number {
  const wall = Date.parse(`${text}:00.000Z`);
  return Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(text) ? Number.NaN : wall;
}

function readWindow(text: string): Window {
  const [, fromHour, fromMinute, toHour, toMinute] = DAILY.exec(text) ?? [];
  if (fromHour !== undefined) {
    const [from, to] = [Number(fromHour) * 60 + Number(fromMinute), Number(toHour) * 60 + Number(toMinute)];
    if (from === to) throw new WindowError(`"${text}" lasts no time at all`);
    return { every: 'day', from, to };
  }
  const [, begins = '', ends = ''] = ONCE.exec(text) ?? [];
  const [from, to] = [readWall(begins), readWall(ends)];
  if (Number.isNaN(from) || Number.isNaN(to))
    throw new WindowError(`"${text}" is neither HH:MM-HH:MM nor YYYY-MM-DDTHH:MM/YYYY-MM-DDTHH:MM`);
  if (to <= from) throw new WindowError(`"${text}" ends before it begins`);
  return { every: 'once', from, to };
}

const isIn = ({ from, to }: Window, minute: number) =>
  from < to ? from <= minute && minute < to : minute >= from || minute < to;

/** @throws WindowError */
export function readWindows(text: string | undefined): Window[] {
  const windows = (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map(readWindow);
  const daily = windows.filter((w) => w.every === 'day');
  const free = Array.from({ length: DAY_MINUTES }, (_, minute) => minute).some(
    (minute) => !daily.some((w) => isIn(w, minute)),
  );
  if (!free) throw new WindowError('the daily windows leave no minute of a day');
  return windows;
}

/** When the window that an instant falls into ends; null: it falls into this one not. */
function endOf(window: Window, zone: string, ms: number): number | null {
  const wall = wallAt(zone, ms);
  if (window.every === 'once') {
    if (wall < window.from || wall >= window.to) return null;
    return instantsOf(zone, window.to).at(-1) ?? null;
  }
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  const minute = Math.floor((wall - midnight) / MINUTE_MS);
  if (!isIn(window, minute)) return null;
  const day = window.from > window.to && minute >= window.from ? midnight + DAY_MS : midnight;
  // In a repeated hour the clock shows the end twice: the next one counts.
  return instantsOf(zone, day + window.to * MINUTE_MS).find((end) => end > ms) ?? null;
}

/** The first instant from `ms` on that no window covers. */
export function afterMaintenance(windows: readonly Window[], zone: string, ms: number): number {
  let free = ms;
  for (;;) {
    const ends = windows.map((w) => endOf(w, zone, free)).filter((end) => end !== null);
    if (ends.length === 0) return free;
    free = Math.max(...ends);
  }
}
