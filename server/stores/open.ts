/** Opens what a process stands on: the given stores, or embedded ones; migrated, checked, and closed in order. */
import type { Config } from '../config.ts';
import type { Clock, Lifecycle, Logger } from '../kernel/index.ts';
import { startPostgres, startRedis } from './embedded.ts';
import { migrate } from './migrate.ts';
import { PlainError } from './plain-error.ts';
import { connectLedger, type Ledger } from './postgres.ts';
import { assertRedisFit, connectCache, connectGate, type Redis } from './redis.ts';

export interface Stores {
  ledger: Ledger;
  gate: Redis;
  /** A connection of its own, also where it leads to the gate's Redis: nobody waits for it, and it may be away. */
  cache: Redis;
  databaseUrl: string;
  redisUrl: string;
  redisAdapterUrl: string;
}

/** A Redis that does not answer at start is told about after this long, ms. */
const GATE_READY_MS = 10_000;

interface OpenDeps {
  clock: Clock;
  log: Logger;
  lifecycle: Lifecycle;
  say(line: string): void;
}

function gateReady(gate: Redis, url: string): Promise<void> {
  if (gate.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          new PlainError(
            `Redis does not answer at ${url.replace(/\/\/[^@/]*@/, '//')}.`,
            'Start it, or correct REDIS_URL.',
          ),
        ),
      GATE_READY_MS,
    );
    gate.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** @throws PlainError with the remedy when a store is missing, too old or misconfigured */
export async function openStores(config: Config, deps: OpenDeps): Promise<Stores> {
  const { clock, log, lifecycle, say } = deps;
  const embedded = async (name: string, start: typeof startPostgres) => {
    const store = await start(config, say, clock);
    lifecycle.onStop(name, () => store.stop(), 20_000);
    return store.url;
  };
  const databaseUrl = config.databaseUrl ?? (await embedded('embedded Postgres', startPostgres));
  const redisUrl = config.redisUrl ?? (await embedded('embedded Redis', startRedis));
  await migrate(databaseUrl);
  const ledger = connectLedger(databaseUrl, config.databaseReadUrl, log);
  lifecycle.onStop('ledger connections', () => ledger.end());
  const gate = connectGate(redisUrl, log);
  lifecycle.onStop('gate connection', () => gate.disconnect());
  await gateReady(gate, redisUrl);
  await assertRedisFit(gate);
  const cache = connectCache(config.redisCacheUrl ?? redisUrl, log);
  lifecycle.onStop('cache connection', () => cache.disconnect());
  return { ledger, gate, cache, databaseUrl, redisUrl, redisAdapterUrl: config.redisAdapterUrl ?? redisUrl };
}
