/**
 * What the polite live region says, and when: at most every 30 s while things only move on, at once when they turn,
 * and once at 60 s and once at 20 s before a deadline.
 */
import { speakDuration } from '../ui/index.ts';
import { say } from './messages.ts';
import type { Screen, ScreenName } from './screen.ts';
import { spokenOf } from './wording.ts';

export const QUIET_MS = 30_000;
export const WARN_AT_MS: readonly number[] = [60_000, 20_000];

export interface AnnouncerState {
  name: ScreenName | null;
  text: string;
  saidAt: number;
  /** Time left of the running deadline when last looked at. */
  leftMs: number | null;
}

export const silent: AnnouncerState = {
  name: null,
  text: '',
  saidAt: Number.NEGATIVE_INFINITY,
  leftMs: null,
};

/** The deadline that matters on this screen. */
export function deadlineOf(screen: Screen): { leftMs: number; what: string } | null {
  switch (screen.name) {
    case 'called':
      return { leftMs: screen.leftMs, what: say.announce.toClaim };
    case 'turn':
      return screen.leftMs === null ? null : { leftMs: screen.leftMs, what: say.announce.toChoose };
    case 'hold':
      return { leftMs: screen.soonestMs, what: say.announce.toPay };
    default:
      return null;
  }
}

/** Crossed downwards since the last look: 60,000, 20,000 or null. */
export function crossedWarning(before: number | null, left: number): number | null {
  if (before === null) return null;
  return WARN_AT_MS.findLast((at) => before > at && left <= at) ?? null;
}

export function announce(state: AnnouncerState, screen: Screen, now: number): AnnouncerState {
  const deadline = deadlineOf(screen);
  const leftMs = deadline?.leftMs ?? null;
  const turned = screen.name !== state.name;
  const spoken = spokenOf(screen);
  const next = { ...state, name: screen.name, leftMs };
  if (turned && spoken?.urgent) return { ...next, text: spoken.text, saidAt: now };
  const warning = deadline && !turned ? crossedWarning(state.leftMs, deadline.leftMs) : null;
  if (deadline && warning !== null)
    return { ...next, text: say.announce.left(speakDuration(warning), deadline.what), saidAt: now };
  if (!spoken || spoken.urgent) return next;
  if (now - state.saidAt < QUIET_MS || spoken.text === state.text) return next;
  return { ...next, text: spoken.text, saidAt: now };
}
