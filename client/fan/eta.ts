/**
 * When is it my turn? An interval, learned from how the line really moved: the server's rate over the last minutes,
 * and how steady it was as this page watched it. Few calls seen or a bumpy line give a wide interval, never false precision.
 */
import type { PlaceView } from '../../server/protocol/index.ts';

export interface ServingSample {
  /** Server time in ms. */
  at: number;
  serving: number;
}

export type Eta =
  | { kind: 'soon' }
  | { kind: 'interval'; lowMinutes: number; highMinutes: number }
  /** The line has not moved for a while: all turns are in use. */
  | { kind: 'stalled' }
  /** No turn was given yet, so there is nothing to learn from. */
  | { kind: 'unknown' };

export const ETA = {
  keepMs: 300_000,
  sliceMs: 15_000,
  stalledMs: 90_000,
  narrowest: 0.18,
  widest: 0.6,
} as const;

/** Remembers when `serving` moved, for a few minutes. */
export function remember(samples: readonly ServingSample[], next: ServingSample): ServingSample[] {
  const last = samples.at(-1);
  if (last && (last.serving > next.serving || next.at - last.at < 1_000)) return samples as ServingSample[];
  return [...samples.filter((sample) => next.at - sample.at <= ETA.keepMs), next];
}

/** Calls per minute in each slice this page watched, newest last. */
export function sliceRates(samples: readonly ServingSample[]): number[] {
  const rates: number[] = [];
  let from = samples[0];
  for (const sample of samples) {
    if (!from || sample.at - from.at < ETA.sliceMs) continue;
    rates.push(((sample.serving - from.serving) * 60_000) / (sample.at - from.at));
    from = sample;
  }
  return rates;
}

/**
 * Calls per minute to reckon with. When doors open every shopping place is free at once, and the first rush of calls says
 * nothing about the pace to come: the fastest slice this page watched is left out, and the slower of its own and the
 * server's figure counts.
 */
export function paceOf(samples: readonly ServingSample[], ratePerMinute: number): number {
  const rates = sliceRates(samples);
  if (rates.length < 4) return ratePerMinute;
  const steady = (rates.reduce((sum, rate) => sum + rate, 0) - Math.max(...rates)) / (rates.length - 1);
  return steady > 0 ? Math.min(ratePerMinute, steady) : ratePerMinute;
}

/** How far the rate may be off, as a share of it: bumpiness seen here, and how little was seen at all. */
export function spread(samples: readonly ServingSample[]): number {
  const rates = sliceRates(samples);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / Math.max(1, rates.length);
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / Math.max(1, rates.length);
  const bumpy = mean > 0 ? Math.sqrt(variance) / mean / Math.sqrt(Math.max(1, rates.length)) : 0;
  const seen = Math.max(0, (samples.at(-1)?.serving ?? 0) - (samples[0]?.serving ?? 0));
  const scarce = 1.3 / Math.sqrt(seen + 4);
  return Math.min(ETA.widest, Math.max(ETA.narrowest, bumpy, scarce));
}

export function estimate(
  ahead: number,
  ratePerMinute: number | null,
  samples: readonly ServingSample[],
  now: number,
  /** Half-width of the server's own interval, as a share of its middle; null: it has none. */
  serverSpread: number | null = null,
): Eta {
  const first = samples[0];
  const last = samples.at(-1);
  const moved = samples.findLast((sample) => last !== undefined && sample.serving < last.serving);
  const stillMs = last && first ? now - (moved?.at ?? first.at) : 0;
  if (ratePerMinute === null || ratePerMinute <= 0) {
    return stillMs > ETA.stalledMs ? { kind: 'stalled' } : { kind: 'unknown' };
  }
  if (stillMs > ETA.stalledMs && stillMs > (3 * 60_000) / ratePerMinute) return { kind: 'stalled' };
  const minutes = (ahead + 1) / paceOf(samples, ratePerMinute);
  const off = Math.min(spread(samples), Math.max(ETA.narrowest, serverSpread ?? ETA.widest));
  const low = minutes * (1 - off);
  const high = minutes / (1 - off);
  if (high <= 1) return { kind: 'soon' };
  const lowMinutes = Math.max(1, Math.floor(low));
  return { kind: 'interval', lowMinutes, highMinutes: Math.max(lowMinutes + 1, Math.ceil(high)) };
}

/** The server's forecast as a share to either side of its middle. */
export function spreadOf(forecast: PlaceView['forecast']): number | null {
  if (!forecast || forecast.earliestSeconds === null || forecast.latestSeconds === null) return null;
  const sum = forecast.earliestSeconds + forecast.latestSeconds;
  return sum > 0 ? (forecast.latestSeconds - forecast.earliestSeconds) / sum : null;
}
