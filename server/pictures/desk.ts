/** Who may bring a picture now (rule I9): so many at once, of which one is in the making; nobody waits in a queue without end. */
import { LIMITS } from '../limits.ts';
import { type Result, refuse } from '../protocol/index.ts';

export interface Desk {
  /** Runs `work` if there is room. Refuses TEMPORARILY_UNAVAILABLE. */
  enter<T>(work: () => Promise<Result<T>>): Promise<Result<T>>;
  /** One after the other. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

export function createDesk(max: number = LIMITS.uploadsAtOnce): Desk {
  let inside = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    async enter(work) {
      if (inside >= max)
        return refuse(
          'TEMPORARILY_UNAVAILABLE',
          { retryAfterMs: LIMITS.uploadRetryMs },
          'Many pictures are arriving right now. Try again in a few seconds.',
        );
      inside++;
      try {
        return await work();
      } finally {
        inside--;
      }
    },
    inTurn(work) {
      const mine = last.then(work);
      // Whoever comes next begins in any case; what went wrong is told to whom it concerns.
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
