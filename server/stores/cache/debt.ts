/**
 * Invalidations that Redis was not told of. Until it was, this process reads past the cache; then it says at once that everything is
 * invalid, since what it could not say may have been anything. A process begins in debt, and so does every new connection: behind it
 * may be another Redis, or an older state of the same. A writer waits a second for it: a connection that was only cut is back by then, and
 * nobody elsewhere reads what is old in the meantime.
 */
import type { Clock, Logger } from '../../kernel/index.ts';
import { LIMITS } from '../../limits.ts';
import type { Redis } from '../redis.ts';

export interface Debt {
  readonly owes: boolean;
  add(): void;
  /** Resolves when it is paid, or after so long. At once where that was tried for as long before. */
  paidWithin(ms: number): Promise<void>;
  close(): void;
}

const FIRST_PAUSE_MS = 20;

export interface DebtDeps {
  redis: Redis;
  clock: Clock;
  log: Logger;
  /** Tells Redis that everything is invalid. @throws when it does not answer */
  settle(): Promise<void>;
}

export function createDebt({ redis, clock, log, settle }: DebtDeps): Debt {
  const stopped = new AbortController();
  let owed = 1;
  let settling = false;
  let since = clock.now();
  let paid: (() => void)[] = [];

  async function pay(): Promise<void> {
    if (settling) return;
    settling = true;
    let pauseMs = FIRST_PAUSE_MS;
    while (owed > 0 && !stopped.signal.aborted) {
      const before = owed;
      try {
        await settle();
        // What came meanwhile is not covered for certain.
        if (owed === before) owed = 0;
      } catch (err) {
        log.debug({ err: (err as Error).message }, 'the cache is away');
        try {
          await clock.sleep(pauseMs, stopped.signal);
          pauseMs = Math.min(2 * pauseMs, LIMITS.cacheRestMs);
        } catch {
          // Stopped: nobody reads here any more.
        }
      }
    }
    settling = false;
    for (const tell of paid) tell();
    paid = [];
  }

  function owe(): void {
    if (owed === 0) since = clock.now();
    owed++;
  }
  const add = (): void => {
    owe();
    void pay();
  };
  redis.on('ready', add);
  redis.on('close', owe);
  void pay();
  return {
    get owes() {
      return owed > 0;
    },
    add,
    async paidWithin(ms) {
      if (owed === 0 || clock.now() - since > ms) return;
      const done = new AbortController();
      const whenPaid = new Promise<void>((resolve) => void paid.push(resolve));
      await Promise.race([whenPaid, clock.sleep(ms, done.signal).catch(() => undefined)]);
      done.abort();
    },
    close() {
      stopped.abort();
      redis.off('ready', add);
      redis.off('close', owe);
    },
  };
}
