/** What is kept beside the ledger, in Redis: pages that everybody asks for, and copies for when the ledger is away. Rules: ../RULES.md. */
import type { Registry } from 'prom-client';
import type { Clock, Logger } from '../../kernel/index.ts';
import type { Redis } from '../redis.ts';
import { GUEST, ROOMY } from './bounds.ts';
import { type Asked, type Cache, createCache, type Had } from './cache.ts';
import { type Copies, createCopies } from './copies.ts';
import { cacheMetrics } from './metrics.ts';

export type { Asked, Cache, Copies, Had };

export interface Keeping {
  pages: Cache;
  copies: Copies;
}

export interface KeepingDeps {
  /** Undefined: nothing is kept, and everything read from the ledger. */
  redis: Redis | undefined;
  /** The gate's own Redis, where little room is taken. */
  guest: boolean;
  clock: Clock;
  log: Logger;
  registry?: Registry | undefined;
}

/** For who has no Redis to keep things in: every read is the ledger's. */
export function keepNothing(clock: Clock): Keeping {
  const straight = async <T>({ load }: { load(): Promise<T> }): Promise<Had<T>> => {
    const asOf = clock.now();
    return { value: await load(), asOf, from: 'ledger' };
  };
  const idle = async (): Promise<void> => undefined;
  return {
    pages: { read: straight, invalidate: idle, idle, close: () => undefined },
    copies: { through: straight, find: async () => null, idle },
  };
}

export function createKeeping({ redis, guest, clock, log, registry }: KeepingDeps): Keeping {
  if (!redis) return keepNothing(clock);
  const metricsOf = cacheMetrics(registry);
  const bounds = guest ? GUEST : ROOMY;
  const shared = { redis, clock, log };
  return {
    pages: createCache({ ...shared, name: 'pages', bounds: bounds.pages, metrics: metricsOf('pages') }),
    copies: createCopies({ ...shared, bounds: bounds.copies, metrics: metricsOf('copies') }),
  };
}
