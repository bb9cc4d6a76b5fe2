/**
 * A store of our own, looked at every other second: degraded after one miss, unavailable after four, available at the
 * first answer (rule B19). It has no cooldown: a store that is back must be used at once, and its own clients pace the
 * dialing.
 */
import { type Clock, everyLoop, type Logger, type Loop } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type Failing, failingOf } from './failing.ts';
import type { Part } from './services.ts';

export interface WatchedPart extends Part {
  readonly loop: Loop;
}

export interface WatchOptions {
  name: string;
  /** What people call it. */
  label?: string;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
}

export function watchPart(options: WatchOptions, look: () => Promise<unknown>): WatchedPart {
  let misses = 0;
  let failing: Failing | null = null;
  let since: number | null = null;
  const { clock } = options;
  const late = async (signal: AbortSignal): Promise<never> => {
    await clock.sleep(LIMITS.healthTimeoutMs, signal);
    const message = `${options.name} did not answer in ${LIMITS.healthTimeoutMs} ms`;
    throw Object.assign(new Error(message), { code: 'ETIMEDOUT' });
  };
  const loop = everyLoop(
    { ...options, everyMs: LIMITS.healthEveryMs, backoffMaxMs: LIMITS.healthEveryMs },
    async () => {
      const done = new AbortController();
      try {
        await Promise.race([look(), late(done.signal)]);
        misses = 0;
        since = null;
      } catch (err) {
        misses++;
        failing = failingOf(err);
        since ??= clock.now();
        throw err;
      } finally {
        done.abort();
      }
    },
  );
  return {
    loop,
    ...(options.label === undefined ? {} : { label: options.label }),
    // Looked at every other second, so that there is no moment worth naming.
    note: () => ({ failing, since, retryAt: null }),
    state: () =>
      misses === 0 ? 'available' : misses < LIMITS.healthMissesUnavailable ? 'degraded' : 'unavailable',
  };
}
