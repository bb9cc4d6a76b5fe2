/** Who looked at and bought what, as a trainer reads it: columns of numbers, so that a million rows are a few megabytes and move to another thread for nothing. Pure. */
import type { EventFacts } from './event-facts.ts';

export const SEEN = 0;
export const BOUGHT = 1;

export interface Behaviour {
  events: EventFacts[];
  /** How many people; they are numbers from 0 on, and who they are is not in here. */
  people: number;
  /** One entry per person, event and kind; in any order. */
  person: Int32Array;
  event: Int32Array;
  /** SEEN or BOUGHT. */
  kind: Uint8Array;
  /** When: ms since the epoch. */
  atMs: Float64Array;
}

/** One thing that somebody did. `times`: days on which an event was looked at. */
export interface Deed {
  facts: EventFacts;
  kind: typeof SEEN | typeof BOUGHT;
  atMs: number;
  times: number;
}

export const TASTE = {
  /** What was done so long ago counts half: days. Chosen by the benchmark of quality. */
  halfLifeDays: 240,
  /** Popularity is of the moment. */
  demandHalfLifeDays: 14,
  fameHalfLifeDays: 120,
  /** A look against a purchase. */
  seenWeight: 0.25,
  /** Of one person, the newest so many deeds count. */
  deedsMax: 150,
} as const;

const DAY_MS = 86_400_000;
export const fade = (ageMs: number, halfLifeDays: number): number =>
  2 ** (-Math.max(0, ageMs) / (halfLifeDays * DAY_MS));

/** How much a deed says at `nowMs`. */
export const weightOf = (kind: number, atMs: number, times: number, nowMs: number): number =>
  (kind === BOUGHT ? 1 : TASTE.seenWeight * Math.min(2, 1 + 0.25 * (times - 1))) *
  fade(nowMs - atMs, TASTE.halfLifeDays);

/** Only what was done before `untilMs`; the events stay, since a catalogue is known before anybody acts on it. */
export function before(behaviour: Behaviour, untilMs: number): Behaviour {
  const kept: number[] = [];
  for (let i = 0; i < behaviour.atMs.length; i++) if ((behaviour.atMs[i] as number) < untilMs) kept.push(i);
  return {
    events: behaviour.events,
    people: behaviour.people,
    person: Int32Array.from(kept, (i) => behaviour.person[i] as number),
    event: Int32Array.from(kept, (i) => behaviour.event[i] as number),
    kind: Uint8Array.from(kept, (i) => behaviour.kind[i] as number),
    atMs: Float64Array.from(kept, (i) => behaviour.atMs[i] as number),
  };
}

/** Of each person, the newest deeds first. */
export function deedsByPerson(behaviour: Behaviour): Deed[][] {
  const deeds: Deed[][] = Array.from({ length: behaviour.people }, () => []);
  for (let i = 0; i < behaviour.atMs.length; i++)
    (deeds[behaviour.person[i] as number] as Deed[]).push({
      facts: behaviour.events[behaviour.event[i] as number] as EventFacts,
      kind: behaviour.kind[i] === BOUGHT ? BOUGHT : SEEN,
      atMs: behaviour.atMs[i] as number,
      times: 1,
    });
  for (const own of deeds) {
    own.sort((a, b) => b.atMs - a.atMs || (a.facts.id < b.facts.id ? -1 : 1));
    own.length = Math.min(own.length, TASTE.deedsMax);
  }
  return deeds;
}
