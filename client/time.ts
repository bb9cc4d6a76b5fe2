/**
 * The pages' clocks. Countdowns run on the server's time: the device's monotonic clock plus an offset learned from
 * answers, never the wall clock of a phone that may be minutes off.
 */
import { type ReadonlySignal, signal } from '@preact/signals';

/** Milliseconds since the page opened; never jumps. */
export const monotonicMs = (): number => performance.now();

let offsetMs = Date.now() - performance.now();
/** How exactly the offset is known: half the round trip it was learned in. */
let uncertaintyMs = Number.POSITIVE_INFINITY;

/** The server's time in epoch milliseconds, as well as this page knows it. */
export const serverNow = (): number => performance.now() + offsetMs;

/**
 * Learns the server's clock from an answer that was under way for `roundTripMs`. A rougher measurement than the one
 * at hand is only believed when it contradicts it (the device slept, the server's clock was set).
 */
export function learnServerTime(serverMs: number, roundTripMs: number, resolutionMs = 0): void {
  if (!Number.isFinite(serverMs)) return;
  const measured = serverMs + resolutionMs / 2 + roundTripMs / 2 - performance.now();
  const error = roundTripMs / 2 + resolutionMs / 2;
  const contradicts = Math.abs(measured - offsetMs) > error + uncertaintyMs + 250;
  if (error > uncertaintyMs && !contradicts) return;
  offsetMs = measured;
  uncertaintyMs = error;
}

const secondSignal = signal(serverNow());
let watchers = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

function tick(): void {
  secondSignal.value = serverNow();
  timer = setTimeout(tick, 1000 - (serverNow() % 1000) + 5);
}

/** The server's time, stepping once a second while somebody watches (see `useSecond`). */
export const second: ReadonlySignal<number> = secondSignal;

/** Keeps `second` ticking until the returned function is called. */
export function watchSecond(): () => void {
  watchers += 1;
  if (watchers === 1) tick();
  return () => {
    watchers -= 1;
    if (watchers === 0) clearTimeout(timer);
  };
}
