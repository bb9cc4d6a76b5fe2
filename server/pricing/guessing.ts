/** A bound on guessing codes, of seats' channels, presales and discounts alike (rules C27, S36). */
import { type Result, refuse } from '../protocol/index.ts';
import type { RateLimiter } from '../transport/index.ts';

const WRONG_PER_MINUTE = 10;

/** Runs `attempt`. Refuses RATE_LIMITED whoever guesses: right codes too, or guessing would go on. */
export type Guessing = <T>(userId: string, attempt: () => Promise<Result<T>>) => Promise<Result<T>>;

/** There is no such code, here or at all: what somebody hears who tries one after the other. */
function isWrongGuess(result: Result<unknown>): boolean {
  if (result.ok) return false;
  const { code, details } = result.error;
  if (code === 'NOT_FOUND') return details?.field === 'channel';
  return code === 'CODE_NOT_VALID' && (details?.why === 'unknown' || details?.why === 'event');
}

export function createGuessing(limiter: RateLimiter): Guessing {
  return async (userId, attempt) => {
    const bucket = { key: `codes:${userId}`, capacity: WRONG_PER_MINUTE, fillMs: 60_000 };
    const taken = await limiter.take(bucket);
    if (!taken.ok) return refuse('RATE_LIMITED', { retryAfterMs: taken.retryAfterMs });
    const result = await attempt();
    if (!isWrongGuess(result)) await limiter.giveBack(bucket);
    return result;
  };
}

/** For callers that bound it elsewhere. */
export const unbounded: Guessing = (_userId, attempt) => attempt();
