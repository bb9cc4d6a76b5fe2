/**
 * What a test file stands on: `const world = await testWorld()` gives it a database of its own (copied from the
 * migrated template) and a Redis of its own, and factories that insert straight by SQL. Close it in `afterAll`.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { type Config, readConfig } from '../config.ts';
import { type Clock, createIds, createLog, type Ids, type Logger, systemClock } from '../kernel/index.ts';
import { generateKeys, type KeyRing, keyRingFrom } from '../keys/index.ts';
import { redisBinary, runRedis } from './embedded-redis.ts';
import { connectLedger, type Ledger } from './postgres.ts';
import { connectGate, type Redis } from './redis.ts';
import { type Factories, factories } from './testing-factories.ts';

export type { EventSeed, MadeEvent, MadeUser } from './testing-factories.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Administrative URL of the run's Postgres. */
    postgresUrl: string;
  }
}

export const TEMPLATE_DATABASE = 'holdfast_template';

export interface TestWorld extends Factories {
  databaseUrl: string;
  redisUrl: string;
  ledger: Ledger;
  /** Redis, as the gate's client. */
  gate: Redis;
  clock: Clock;
  ids: Ids;
  log: Logger;
  keys: KeyRing;
  /** A configuration on this world's stores; ports are 0. */
  config(env?: Record<string, string>): Config;
  /** A temporary folder of this world. */
  dir: string;
  /** Ends this world's Redis as a crash would, and starts an empty one on the same socket. */
  restartRedis(): Promise<void>;
  close(): Promise<void>;
}

function urlFor(database: string): string {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${database}`;
  return url.href;
}

async function administer(sql: string): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('postgresUrl') });
  await admin.connect();
  try {
    await admin.query(sql);
  } finally {
    await admin.end();
  }
}

/** An empty database (not migrated, unless `template`), for tests of migrations. Drop it with `drop()`. */
export async function testDatabase(template = 'template0'): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `holdfast_${randomBytes(6).toString('hex')}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  return { url: urlFor(name), drop: () => administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** A Redis in `dir`, without persistence, on a unix socket. */
export async function testRedis(dir: string, removeAfter?: string) {
  const socket = join(dir, 'redis.sock');
  const child = await runRedis({
    binary: redisBinary(),
    dir,
    url: `unix://${socket}`,
    settings: { port: '0', unixsocket: socket, save: '', appendonly: 'no' },
    logFile: join(dir, 'redis.log'),
    ...(removeAfter ? { removeAfter } : {}),
  });
  return { url: `unix://${socket}`, child };
}

export async function testWorld(): Promise<TestWorld> {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'holdfast-world-'));
  const [database, first] = await Promise.all([testDatabase(TEMPLATE_DATABASE), testRedis(dir)]);
  let redis = first;
  const log = createLog(process.env.TEST_LOG ?? 'silent', 'test');
  const ids = createIds(systemClock.now);
  const ledger = connectLedger(database.url, undefined, log);
  const gate = connectGate(redis.url, log);
  await ready(gate);
  return {
    ...factories(ledger.reads, ids),
    databaseUrl: database.url,
    redisUrl: redis.url,
    ledger,
    gate,
    clock: systemClock,
    ids,
    log,
    keys: keyRingFrom(generateKeys()),
    dir,
    config: (env = {}) =>
      readConfig({
        DATABASE_URL: database.url,
        REDIS_URL: redis.url,
        PORT: '0',
        SOCKET_PORT: '0',
        HOST: '127.0.0.1',
        HOLDFAST_DATA: join(dir, 'data'),
        HOLDFAST_DEMO: 'off',
        HOLDFAST_CROWD: '0',
        LOG_LEVEL: 'silent',
        ...env,
      }),
    async restartRedis() {
      await redis.child.stop();
      redis = await testRedis(dir);
      await ready(gate);
    },
    async close() {
      gate.disconnect();
      await ledger.end();
      await Promise.all([redis.child.stop(), database.drop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Waits for the connection, since the gate's client refuses commands while it has none. */
function ready(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve) => {
    redis.once('ready', () => resolve());
  });
}

/** Waits until `probe` is true, looking every 10 ms. @throws Error after `limitMs` */
export async function until(
  what: string,
  probe: () => boolean | Promise<boolean>,
  limitMs = 10_000,
): Promise<void> {
  const deadline = systemClock.now() + limitMs;
  while (!(await probe())) {
    if (systemClock.now() > deadline) throw new Error(`still not so after ${limitMs} ms: ${what}`);
    await systemClock.sleep(10);
  }
}

export interface ManualClock extends Clock {
  /** Moves time on; sleeps that fall due end, in order. */
  advance(ms: number): Promise<void>;
}

/** A clock that stands still until told. */
export function manualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startMs;
  let sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal.reason);
        });
      }),
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = sleepers.filter((s) => s.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        sleepers = sleepers.filter((s) => s !== next);
        now = next.at;
        next.wake();
        // Lets what was waiting run, and sleep again, before time moves further.
        await new Promise((resolve) => setImmediate(resolve));
      }
      now = end;
    },
  };
}
