/**
 * Log-in throttling (rules A30 to A33, and A63, A71 for mails): three buckets, taken from before the password is looked at and given back when it
 * was right, so that parallel guesses cannot slip past.
 *
 *   address ─▶ account at this address ─▶ account from anywhere
 *
 * In this order, each only if the one before allowed it: a guesser who is stopped early cannot go on to drain the
 * account's own bucket and so lock its owner out.
 */
import { createHash } from 'node:crypto';
import type { BlockList } from 'node:net';
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { addressPrefix, type Bucket, isListed, type RateLimiter } from '../transport/index.ts';

export interface Throttle {
  /** Takes one attempt, or RATE_LIMITED. The value gives it back. */
  attempt(email: string, address: string): Promise<Result<() => Promise<void>>>;
  /** One mail about an account's own affairs, of those this account and that mailbox may get, or RATE_LIMITED. */
  letter(userId: string, toAddress: string): Promise<Result<null>>;
  /** One forgotten password of this account, whether it exists or not, from this address, or RATE_LIMITED. */
  forgot(email: string, address: string): Promise<Result<null>>;
  /** One registration from this address, or RATE_LIMITED. */
  registration(address: string): Promise<Result<null>>;
}

const HOUR_MS = 3_600_000;
/** Buckets' names hold nothing personal. */
const hashed = (email: string) => createHash('sha256').update(email).digest('base64url').slice(0, 22);

export function createThrottle(limiter: RateLimiter, exempt: BlockList): Throttle {
  const fillMs = LIMITS.loginWindowSeconds * 1_000;

  async function takeAll(buckets: readonly Bucket[]): Promise<Result<() => Promise<void>>> {
    for (const bucket of buckets) {
      const taken = await limiter.take(bucket);
      if (!taken.ok)
        return refuse(
          'RATE_LIMITED',
          { retryAfterMs: taken.retryAfterMs },
          'Too many attempts. Wait a while before trying again.',
        );
    }
    return ok(async () => {
      await Promise.all(buckets.map((bucket) => limiter.giveBack(bucket)));
    });
  }

  return {
    attempt(email, address) {
      const prefix = addressPrefix(address);
      const account = hashed(email);
      const buckets: Bucket[] = [
        { key: `login:account:${account}:${prefix}`, capacity: LIMITS.loginFailuresPerAccount, fillMs },
        { key: `login:account:${account}`, capacity: LIMITS.loginFailuresPerAccountAnywhere, fillMs },
      ];
      if (!isListed(exempt, address))
        buckets.unshift({ key: `login:address:${prefix}`, capacity: LIMITS.loginFailuresPerAddress, fillMs });
      return takeAll(buckets);
    },
    async letter(userId, toAddress) {
      const bucket = { capacity: LIMITS.lettersPerHour, fillMs: HOUR_MS };
      const taken = await takeAll([
        { key: `letter:account:${userId}`, ...bucket },
        { key: `letter:mailbox:${hashed(toAddress)}`, ...bucket },
      ]);
      return taken.ok ? ok(null) : taken;
    },
    async forgot(email, address) {
      const buckets: Bucket[] = [
        { key: `forgot:account:${hashed(email)}`, capacity: LIMITS.lettersPerHour, fillMs: HOUR_MS },
      ];
      if (!isListed(exempt, address))
        buckets.unshift({
          key: `forgot:address:${addressPrefix(address)}`,
          capacity: LIMITS.forgottenPerHourPerAddress,
          fillMs: HOUR_MS,
        });
      const taken = await takeAll(buckets);
      return taken.ok ? ok(null) : taken;
    },
    async registration(address) {
      if (isListed(exempt, address)) return ok(null);
      const key = `register:address:${addressPrefix(address)}`;
      const taken = await takeAll([
        { key, capacity: LIMITS.registrationsPerHourPerAddress, fillMs: HOUR_MS },
      ]);
      return taken.ok ? ok(null) : taken;
    },
  };
}
