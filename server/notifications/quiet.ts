/** Quiet hours (rule N30): when something that can wait may be told. Pure. */
import { instantsOf, wallAt } from '../kernel/index.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** `HH:MM`, on the clock of `zone`; over midnight when `from` is the later one. Both the same: never quiet. */
export interface QuietHours {
  from: string;
  until: string;
  zone: string;
}

const minutesOf = (hour: string): number => Number(hour.slice(0, 2)) * 60 + Number(hour.slice(3, 5));

function isQuiet({ from, until, zone }: QuietHours, ms: number): boolean {
  const wall = wallAt(zone, ms);
  const minute = Math.floor((wall % DAY_MS) / MINUTE_MS);
  const [begins, ends] = [minutesOf(from), minutesOf(until)];
  return begins < ends
    ? begins <= minute && minute < ends
    : begins > ends && (minute >= begins || minute < ends);
}

/**
 * The first instant from `ms` on (both ms since 1970) outside the quiet hours. A night in spring may jump over their end, and one
 * in autumn show it twice: what counts is what the clock on the wall shows.
 */
export function firstLoud(quiet: QuietHours | null, ms: number): number {
  if (!quiet || !isQuiet(quiet, ms)) return ms;
  const midnight = Math.floor(wallAt(quiet.zone, ms) / DAY_MS) * DAY_MS;
  // The end as the clock shows it, today and tomorrow; the hour that is repeated may begin outside and fall back inside.
  const ends = [midnight, midnight + DAY_MS]
    .flatMap((day) => instantsOf(quiet.zone, day + minutesOf(quiet.until) * MINUTE_MS))
    .filter((end) => end > ms)
    .sort((a, b) => a - b);
  return ends.find((end) => !isQuiet(quiet, end)) ?? (ends[0] as number);
}

/** The instant at which the clock in `zone` shows `hour` on the day `days` after the one that `ms` falls on there. */
export function atHour(zone: string, ms: number, days: number, hour: string): number {
  const midnight = Math.floor(wallAt(zone, ms) / DAY_MS) * DAY_MS;
  return instantsOf(zone, midnight + days * DAY_MS + minutesOf(hour) * MINUTE_MS)[0] as number;
}

/** Whole days between two instants by the calendar of `zone`: 0 today, 1 tomorrow. */
export const daysBetween = (zone: string, from: number, to: number): number =>
  Math.floor(wallAt(zone, to) / DAY_MS) - Math.floor(wallAt(zone, from) / DAY_MS);
