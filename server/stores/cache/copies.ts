/**
 * Copies of what is personal, for when the ledger is away only (rule G68): while it answers, it is asked. A copy is written when what was
 * read changed, or grows old, beside the answer and never before it.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Clock, Logger } from '../../kernel/index.ts';
import { LIMITS } from '../../limits.ts';
import { isStoreAway } from '../away.ts';
import type { Redis } from '../redis.ts';
import type { CacheBounds } from './bounds.ts';
import type { Had } from './cache.ts';
import type { CacheMetrics } from './metrics.ts';
import { createRest } from './patience.ts';
import { createShelf, idOf } from './shelf.ts';

export interface AskedCopy<T> {
  /** What kind of thing, for the metrics. */
  what: string;
  /** Which one; whose it is stands in it. */
  key: string;
  load(): Promise<T>;
  /** Whether a value is worth a copy; default: yes. */
  keep?(value: T): boolean;
  otherwise?(): Promise<{ value: T; asOf: number } | null>;
}

export interface Copies {
  /**
   * From the ledger; while it is away, its copy, or what `otherwise` finds. @throws what `load` throws where there is neither
   */
  through<T>(asked: AskedCopy<T>): Promise<Had<T>>;
  /** A copy, whatever the ledger would say; null: there is none. */
  find<T>(key: string): Promise<{ value: T; asOf: number } | null>;
  /** Resolves when nothing is being written. */
  idle(): Promise<void>;
}

export interface CopiesDeps {
  redis: Redis;
  clock: Clock;
  log: Logger;
  bounds: CacheBounds;
  metrics: CacheMetrics;
}

export function createCopies({ redis, clock, log, bounds, metrics }: CopiesDeps): Copies {
  // Nobody waits for a copy to be written, and who reads one has nothing else.
  const timeoutMs = LIMITS.cacheCopyTimeoutMs;
  const shelf = createShelf({ redis, name: 'copies', bounds, holder: randomUUID(), timeoutMs });
  const rest = createRest(clock, LIMITS.cacheRestMs);
  /** What was last written of each, and when: the longest unread is forgotten first, and then written once more. */
  const written = new Map<string, { digest: string; at: number }>();
  const behind = new Set<Promise<void>>();
  // Behind a new connection may be a Redis that has none of it.
  redis.on('ready', () => written.clear());

  async function keep(id: string, value: unknown, readAt: number): Promise<void> {
    const text = JSON.stringify([readAt, value]);
    const digest = createHash('sha1').update(JSON.stringify(value)).digest('base64url');
    const before = written.get(id);
    if (before?.digest === digest && readAt - before.at < LIMITS.cacheCopyAgainMs) return;
    try {
      const done = await shelf.write(id, readAt * 1_000, [], text);
      if (!done) return;
      metrics.size(done.entries, done.bytes);
      written.delete(id);
      if (written.size >= LIMITS.cacheCopiesRememberedMax)
        written.delete(written.keys().next().value as string);
      written.set(id, { digest, at: readAt });
    } catch (err) {
      rest.begin();
      log.debug({ err: (err as Error).message }, 'a copy was not kept');
    }
  }

  async function find<T>(id: string): Promise<{ value: T; asOf: number } | null> {
    try {
      const found = await shelf.peek(id);
      if (!found) return null;
      const [asOf, value] = JSON.parse(found.value) as [number, T];
      return { value, asOf };
    } catch (err) {
      log.warn({ err: (err as Error).message }, 'copies cannot be read');
      return null;
    }
  }

  return {
    async through<T>(asked: AskedCopy<T>) {
      const id = idOf(asked.key);
      const readAt = clock.now();
      try {
        const value = await asked.load();
        if (!rest.resting && (asked.keep?.(value) ?? true)) {
          const done: Promise<void> = keep(id, value, readAt).finally(() => behind.delete(done));
          behind.add(done);
        }
        return { value, asOf: readAt, from: 'ledger' };
      } catch (err) {
        if (!isStoreAway(err)) throw err;
        const copy = (await find<T>(id)) ?? (await asked.otherwise?.());
        if (!copy) throw err;
        metrics.read(asked.what, 'kept');
        return { ...copy, from: 'kept' };
      }
    },
    find: (key) => find(idOf(key)),
    async idle() {
      while (behind.size > 0) await Promise.all(behind);
    },
  };
}
