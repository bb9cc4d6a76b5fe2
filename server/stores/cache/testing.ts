/** Caches on a test's Redis, and a ledger made of one number per key. */
import { createLog, systemClock } from '../../kernel/index.ts';
import { connectCache, type Redis } from '../redis.ts';
import type { CacheBounds } from './bounds.ts';
import { type Cache, createCache } from './cache.ts';
import type { Outcome } from './metrics.ts';

export const SMALL: CacheBounds = { entriesMax: 10, bytesMax: 20_000, entryBytesMax: 4_000 };

export interface TestCache extends Cache {
  redis: Redis;
  outcomes: Outcome[];
  sizes: { entries: number; bytes: number }[];
  /** Resolves when Redis knows this process. */
  settled(): Promise<void>;
  close(): void;
}

export function testCache(url: string, over: { bounds?: CacheBounds; name?: string } = {}): TestCache {
  const log = createLog(process.env.TEST_LOG ?? 'silent', 'test');
  const redis = connectCache(url, log);
  const outcomes: Outcome[] = [];
  const sizes: { entries: number; bytes: number }[] = [];
  const cache = createCache({
    redis,
    clock: systemClock,
    log,
    bounds: over.bounds ?? SMALL,
    name: over.name ?? 'pages',
    metrics: {
      read: (_what, outcome) => void outcomes.push(outcome),
      size: (entries, bytes) => void sizes.push({ entries, bytes }),
      undelivered: () => undefined,
    },
  });
  return {
    ...cache,
    redis,
    outcomes,
    sizes,
    async settled() {
      for (let n = 0; ; n++) {
        const had = await cache.read({ what: 'probe', key: `probe ${n}`, tags: [], load: async () => n });
        await cache.idle();
        if (outcomes.splice(0).at(-1) !== 'bypass' && had.value === n) return;
        await systemClock.sleep(5);
      }
    },
    close() {
      cache.close();
      redis.disconnect();
    },
  };
}

/** An error as a ledger that is away gives it. */
export const away = (): Error =>
  Object.assign(new Error('connect ECONNREFUSED'), { syscall: 'connect', code: 'ECONNREFUSED' });

export const gatekeeper = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
};
