/** Which night's run is due: each night has one, at 02:00 in the installation's zone or when maintenance is over. */

import { instantsOf, wallAt } from '../kernel/index.ts';
import { afterMaintenance, type Window } from './maintenance.ts';

const DAY_MS = 86_400_000;
const AT_MS = 2 * 3_600_000;
/** Maintenance that went on for longer than this has more to tell than a missed night. */
const NIGHTS_MAX = 400;

export interface Night {
  /** The date of its 02:00 on the wall, `2026-11-22`. */
  night: string;
  /** When its run is due, ms since 1970. */
  atMs: number;
}

/** The latest night whose run is due; null: maintenance has gone on for longer than can be looked back. */
export function latestNight(nowMs: number, zone: string, windows: readonly Window[]): Night | null {
  const today = Math.floor(wallAt(zone, nowMs) / DAY_MS) * DAY_MS;
  for (let back = 0; back < NIGHTS_MAX; back++) {
    const midnight = today - back * DAY_MS;
    // Of two 02:00 the first one; of none, the moment the clock jumps over it.
    const [two = Number.POSITIVE_INFINITY] = instantsOf(zone, midnight + AT_MS);
    const atMs = afterMaintenance(windows, zone, two);
    if (atMs <= nowMs) return { night: new Date(midnight).toISOString().slice(0, 10), atMs };
  }
  return null;
}
