/**
 * A loop that does one thing every so often, survives what it calls, and can say how it is.
 *
 *   run ─ok─▶ wait everyMs ─▶ run        run ─throws─▶ wait (doubling, at most backoffMaxMs) ─▶ run
 *
 * A failure is logged once when it begins and once when it is over, not at each turn.
 */
import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';

export interface LoopOptions {
  name: string;
  everyMs: number;
  clock: Clock;
  log: Logger;
  /** Stops the loop: a run under way is finished first. */
  signal: AbortSignal;
  /** Default 5,000. */
  backoffMaxMs?: number;
}

export interface LoopHealth {
  name: string;
  everyMs: number;
  /** When the last run that succeeded ended; null before the first. */
  lastOkAt: number | null;
  /** Failures since then. */
  failures: number;
  lastError: string | null;
  runs: number;
}

export interface Loop {
  health(): LoopHealth;
  /** Resolves once the loop has stopped. */
  readonly done: Promise<void>;
}

/** Starts at once. `run` may return true for "there is more": then the next run follows without a pause. */
export function everyLoop(options: LoopOptions, run: (signal: AbortSignal) => unknown): Loop {
  const { name, everyMs, clock, log, signal } = options;
  const backoffMaxMs = options.backoffMaxMs ?? 5_000;
  const health: LoopHealth = { name, everyMs, lastOkAt: null, failures: 0, lastError: null, runs: 0 };

  async function once(): Promise<boolean> {
    try {
      const more = await run(signal);
      if (health.failures > 0) log.info({ loop: name, failures: health.failures }, 'loop works again');
      health.failures = 0;
      health.lastError = null;
      health.lastOkAt = clock.now();
      return more === true;
    } catch (err) {
      if (signal.aborted) return false;
      if (health.failures === 0) log.warn({ loop: name, err }, 'loop failed, trying again with pauses');
      health.failures++;
      health.lastError = err instanceof Error ? err.message : String(err);
      return false;
    } finally {
      health.runs++;
    }
  }

  async function forever(): Promise<void> {
    while (!signal.aborted) {
      const more = await once();
      const pause =
        health.failures > 0
          ? Math.min(everyMs * 2 ** Math.min(health.failures, 16), Math.max(everyMs, backoffMaxMs))
          : everyMs;
      // "More" still yields to the event loop, and to the signal.
      const slept = await clock.sleep(more ? 0 : pause, signal).then(
        () => true,
        () => false,
      );
      if (!slept) return;
    }
  }

  return { health: () => ({ ...health }), done: forever() };
}
