/**
 * Token buckets by name (rules X20 to X24): shared by all processes through Redis, and counted in this process alone
 * while Redis is away, so that an outage of the gate never opens the doors.
 */
import type { Clock, Logger } from '../kernel/index.ts';
import { luaFile, type Redis, runScript } from '../stores/index.ts';

export interface Bucket {
  /** Who is limited for what: `login:address:203.0.113.7`. Nothing personal: e-mail addresses come hashed. */
  key: string;
  /** Tokens in a full bucket: the burst. */
  capacity: number;
  /** Time in which an empty bucket fills. */
  fillMs: number;
}

export type Taken = { ok: true } | { ok: false; retryAfterMs: number };

export interface RateLimiter {
  /** Takes one token. */
  take(bucket: Bucket): Promise<Taken>;
  /** Gives one token back: what was taken for did not deserve it. */
  giveBack(bucket: Bucket): Promise<void>;
}

export interface RateLimiterDeps {
  /** Undefined: this process counts alone. */
  redis: Redis | undefined;
  clock: Clock;
  log: Logger;
}

const TOKEN_BUCKET = luaFile(import.meta.url, 'token-bucket.lua');
/** After a failure Redis is left alone this long: no request waits for it only to hear the same again. */
const REST_MS = 1_000;
/** More buckets than this in one process: the longest untouched is forgotten. */
const LOCAL_BUCKETS_MAX = 20_000;

/** The same arithmetic in memory. Exported for tests: both must agree. */
export function createLocalBuckets(clock: Clock, max = LOCAL_BUCKETS_MAX) {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (bucket: Bucket, wanted: number): Taken => {
    const now = clock.now();
    const perMs = bucket.capacity / bucket.fillMs;
    const known = buckets.get(bucket.key) ?? { tokens: bucket.capacity, at: now };
    const tokens = Math.min(bucket.capacity, known.tokens + Math.max(0, now - known.at) * perMs);
    if (tokens < wanted) return { ok: false, retryAfterMs: Math.ceil((wanted - tokens) / perMs) };
    buckets.delete(bucket.key);
    buckets.set(bucket.key, { tokens: Math.min(bucket.capacity, tokens - wanted), at: now });
    if (buckets.size > max) {
      const oldest = buckets.keys().next().value;
      if (oldest !== undefined) buckets.delete(oldest);
    }
    return { ok: true };
  };
}

export function createRateLimiter({ redis, clock, log }: RateLimiterDeps): RateLimiter {
  const local = createLocalBuckets(clock);
  let restUntil = 0;

  async function move(bucket: Bucket, wanted: number): Promise<Taken> {
    if (!redis || clock.now() < restUntil || redis.status !== 'ready') return local(bucket, wanted);
    try {
      const key = `holdfast:limit:{${bucket.key}}`;
      const args = [bucket.capacity, bucket.fillMs, wanted];
      const [code, , retryAfterMs] = (await runScript(redis, TOKEN_BUCKET, [key], args)) as [
        string,
        string,
        number,
      ];
      return code === 'OK' ? { ok: true } : { ok: false, retryAfterMs };
    } catch (err) {
      restUntil = clock.now() + REST_MS;
      log.warn(
        { err: (err as Error).message },
        'rate limits are counted in this process until Redis answers again',
      );
      return local(bucket, wanted);
    }
  }

  return {
    take: (bucket) => move(bucket, 1),
    giveBack: async (bucket) => {
      await move(bucket, -1);
    },
  };
}
