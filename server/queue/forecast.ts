/**
 * When will my number be called (rule Q31)? Learned from the calls really made: k calls in T seconds of sale time. Calls
 * scatter, so the answer is an interval: the rate's lower and upper bound are those of a Poisson count (k ± 1.64 √k, about
 * nine in ten), widened by a fifth for a line whose pace changes. No rate, no promise.
 */
export interface CallHistory {
  /** Calls made in the window. */
  calls: number;
  /** Length of the window in seconds. */
  seconds: number;
}

export interface Forecast {
  /** Fans with lower numbers that were not called yet; places that left still count. */
  ahead: number;
  /** Seconds from now, earliest and latest; `latest` null: cannot be said. Both null: nothing was measured yet. */
  earliestSeconds: number | null;
  latestSeconds: number | null;
  /** Whether tickets will probably last until this number. */
  supply: 'unknown' | 'enough' | 'uncertain' | 'unlikely';
}

export interface Supply {
  /** Units nobody holds or has bought. */
  free: number;
  /** Units held or sold so far, and numbers called so far. */
  taken: number;
  called: number;
}

/** Below this, a count says nothing about a rate. */
const CALLS_MIN = 5;
const SCATTER = 1.64;
const WIDEN = 1.2;

function supplyFor(ahead: number, supply: Supply): Forecast['supply'] {
  if (supply.free === 0) return 'unlikely';
  if (supply.called < CALLS_MIN) return 'unknown';
  const expected = ahead * (supply.taken / supply.called);
  if (expected >= supply.free) return 'unlikely';
  return expected > 0.7 * supply.free ? 'uncertain' : 'enough';
}

export function forecast(ahead: number, history: CallHistory, supply: Supply): Forecast {
  const answer = { ahead, supply: supplyFor(ahead, supply) };
  if (history.calls < CALLS_MIN || history.seconds <= 0)
    return { ...answer, earliestSeconds: null, latestSeconds: null };
  const scatter = SCATTER * Math.sqrt(history.calls);
  const fastest = (WIDEN * (history.calls + scatter)) / history.seconds;
  const slowest = Math.max(0, history.calls - scatter) / WIDEN / history.seconds;
  return {
    ...answer,
    earliestSeconds: Math.floor(ahead / fastest),
    latestSeconds: slowest > 0 ? Math.ceil((ahead + 1) / slowest) : null,
  };
}
