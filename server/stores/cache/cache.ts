/**
 * What is read often is kept in Redis (rules G60 to G69). An entry counts while it is younger than five minutes and its load began after
 * everything it is tagged with last changed: whoever read the ledger before a change and stores after it stores something that does not count.
 *
 *   read ─▶ look ─▶ HIT ─────────────▶ value
 *            │  ├─▶ RENEW ───────────▶ value, and one loads anew behind it
 *            │  ├─▶ LOAD ─▶ load ────▶ value, kept       (fails, ledger away ─▶ what is kept, with its time)
 *            │  └─▶ WAIT ─▶ look again, a second at most ─▶ LOAD alone
 *            └ (Redis away, or owed an invalidation) ─────▶ load
 */
import { randomInt, randomUUID } from 'node:crypto';
import type { Clock, Logger } from '../../kernel/index.ts';
import { LIMITS } from '../../limits.ts';
import { isStoreAway } from '../away.ts';
import type { Redis } from '../redis.ts';
import type { CacheBounds } from './bounds.ts';
import { createDebt } from './debt.ts';
import { createFlights } from './flights.ts';
import { createMemory } from './memory.ts';
import type { CacheMetrics } from './metrics.ts';
import { createRest } from './patience.ts';
import { createShelf, idOf, type Looked } from './shelf.ts';

export interface Asked<T> {
  /** What kind of thing, for the metrics. */
  what: string;
  /** Which one. */
  key: string;
  /** What it depends on: without blanks, and not `*`. */
  tags: readonly string[];
  /** From the ledger. What it gives is shared by whoever asks: nobody changes it. */
  load(): Promise<T>;
  /** Whether a value may be shown to whoever asks for this key; default: yes. */
  keep?(value: T): boolean;
}

export interface Had<T> {
  value: T;
  /** When the ledger said so, milliseconds since the epoch. */
  asOf: number;
  /** `kept`: the ledger is away, and this may be old. */
  from: 'cache' | 'ledger' | 'kept';
}

export interface Cache {
  /** @throws what `load` throws; where that says that the ledger is away, only if nothing is kept */
  read<T>(asked: Asked<T>): Promise<Had<T>>;
  /** To be awaited after a commit and before its answer: whoever asks then reads no older. Never throws. */
  invalidate(tags: readonly string[]): Promise<void>;
  /** Resolves when nothing is being loaded or kept. */
  idle(): Promise<void>;
  close(): void;
}

export interface CacheDeps {
  redis: Redis;
  clock: Clock;
  log: Logger;
  bounds: CacheBounds;
  metrics: CacheMetrics;
  /** Keys in Redis begin with it. */
  name: string;
}

const ALL = '*';
/** An exponential draw: of many readers one renews some seconds before the end, whatever their number. */
const earlierUs = (): number => -Math.log(randomInt(1, 1_000_000) / 1_000_000) * LIMITS.cacheRenewMs * 1_000;

export function createCache({ redis, clock, log, bounds, metrics, name }: CacheDeps): Cache {
  const shelf = createShelf({ redis, name, bounds, holder: randomUUID() });
  const memory = createMemory(LIMITS.cacheMemoryBytes);
  const flights = createFlights();
  const rest = createRest(clock, LIMITS.cacheRestMs);
  const debt = createDebt({ redis, clock, log, settle: () => shelf.invalidate([ALL]) });
  /** True: it was kept. */
  const loading = new Map<string, Promise<boolean>>();
  const behind = new Set<Promise<unknown>>();

  /** Null: Redis does not answer, and is left alone for a moment. */
  async function tried<T>(work: () => Promise<T>): Promise<T | null> {
    if (rest.resting) return null;
    try {
      return await work();
    } catch (err) {
      rest.begin();
      log.warn({ err: (err as Error).message, cache: name }, 'the cache does not answer');
      return null;
    }
  }

  /** Goes on after the answer; `close` and tests wait for it. */
  function later(work: Promise<unknown>): void {
    const done: Promise<unknown> = work.finally(() => behind.delete(done));
    behind.add(done);
  }

  /** False: it is too large, or Redis is away. */
  async function store(id: string, asked: Asked<unknown>, stamp: number, value: unknown): Promise<boolean> {
    const text = JSON.stringify(value);
    memory.put(id, { stamp, value }, text.length);
    const written = await tried(() => shelf.write(id, stamp, asked.tags, text));
    if (written) metrics.size(written.entries, written.bytes);
    return written !== null;
  }

  async function kept<T>(id: string, asked: Asked<T>, err: unknown): Promise<Had<T>> {
    if (!isStoreAway(err)) throw err;
    const mine = memory.get(id);
    const theirs = await tried(() => shelf.peek(id));
    const newer =
      theirs && theirs.stamp > (mine?.stamp ?? 0) ? { ...theirs, value: JSON.parse(theirs.value) } : mine;
    if (!newer) throw err;
    metrics.read(asked.what, 'kept');
    return { value: newer.value as T, asOf: Math.floor(newer.stamp / 1_000), from: 'kept' };
  }

  async function load<T>(id: string, asked: Asked<T>, begun: number): Promise<T> {
    const work = asked.load();
    // Who waits looks again once it is kept, whether this went well or not.
    const whole = work.then(
      async (value) => {
        if (asked.keep?.(value) ?? true) return store(id, asked, begun, value);
        await tried(() => shelf.release(id));
        return false;
      },
      async () => {
        await tried(() => shelf.release(id));
        return false;
      },
    );
    const mine = whole.finally(() => {
      if (loading.get(id) === mine) loading.delete(id);
    });
    loading.set(id, mine);
    later(mine);
    return work;
  }

  function hit<T>(id: string, looked: { stamp: number; value: string | null }): T | undefined {
    if (looked.value !== null) {
      const value = JSON.parse(looked.value) as T;
      memory.put(id, { stamp: looked.stamp, value }, looked.value.length);
      return value;
    }
    const copy = memory.get(id);
    return copy?.stamp === looked.stamp ? (copy.value as T) : undefined;
  }

  /** What Redis says, once nobody else is making it; null: it is away. */
  async function settled(id: string): Promise<Exclude<Looked, { word: 'WAIT' }> | null> {
    const until = clock.now() + LIMITS.cacheWaitMs;
    let inVain = false;
    for (;;) {
      const alone = inVain || clock.now() >= until;
      const known = memory.get(id)?.stamp ?? 0;
      const looked = await tried(() => shelf.look(id, { known, earlierUs: earlierUs(), alone }));
      if (looked?.word !== 'WAIT') return looked;
      const here = loading.get(id);
      // What is for one viewer only, or is not there, is kept for nobody: waiting again would be a line.
      if (here) inVain = (await Promise.race([here, clock.sleep(LIMITS.cacheWaitMs)])) === false;
      else await clock.sleep(LIMITS.cachePollMs);
    }
  }

  async function past<T>(id: string, asked: Asked<T>): Promise<Had<T>> {
    try {
      const asOf = clock.now();
      const value = await flights.join(id, asked.load);
      metrics.read(asked.what, 'bypass');
      return { value, asOf, from: 'ledger' };
    } catch (err) {
      return kept(id, asked, err);
    }
  }

  return {
    async read<T>(asked: Asked<T>) {
      const id = idOf(asked.key);
      const looked = debt.owes ? null : await settled(id);
      // A debt that came meanwhile: what was looked up may be what it is about.
      if (!looked || debt.owes) return past(id, asked);
      if (looked.word !== 'LOAD') {
        if (looked.word === 'RENEW')
          later(load(id, asked, looked.begun).catch((err) => log.debug({ err }, 'not renewed')));
        const value = hit<T>(id, looked);
        if (value === undefined) return past(id, asked);
        metrics.read(asked.what, 'hit');
        return { value, asOf: Math.floor(looked.stamp / 1_000), from: 'cache' };
      }
      try {
        const value = await load(id, asked, looked.begun);
        metrics.read(asked.what, 'miss');
        return { value, asOf: Math.floor(looked.begun / 1_000), from: 'ledger' };
      } catch (err) {
        return kept(id, asked, err);
      }
    },

    async invalidate(tags) {
      if (tags.length === 0) return;
      const told = await tried(() => shelf.invalidate(tags).then(() => true));
      if (told) return;
      metrics.undelivered();
      debt.add();
      await debt.paidWithin(LIMITS.cacheOwedWaitMs);
    },

    async idle() {
      while (behind.size > 0) await Promise.all(behind);
    },
    close: () => debt.close(),
  };
}
