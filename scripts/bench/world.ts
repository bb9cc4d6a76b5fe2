/**
 * What a benchmark stands on: a Postgres with full durability (fsync, synchronous commit) and a Redis, both its own,
 * in a temporary folder, gone afterwards.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
  type Clock,
  createIds,
  createLog,
  type Ids,
  type Logger,
  systemClock,
} from '../../server/kernel/index.ts';
import { freePort } from '../../server/stores/embedded-postgres.ts';
import { redisBinary, runRedis } from '../../server/stores/embedded-redis.ts';
import { connectGate, connectLedger, type Ledger, type Redis } from '../../server/stores/index.ts';
import { migrate } from '../../server/stores/migrate.ts';
import { temporaryCluster } from '../../server/stores/testing-cluster.ts';
import { type Factories, factories } from '../../server/stores/testing-factories.ts';

export interface BenchWorld extends Factories {
  databaseUrl: string;
  redisUrl: string;
  ledger: Ledger;
  gate: Redis;
  clock: Clock;
  ids: Ids;
  log: Logger;
  dir: string;
  close(): Promise<void>;
}

export async function benchWorld(): Promise<BenchWorld> {
  const cluster = await temporaryCluster({
    fsync: 'on',
    synchronous_commit: 'on',
    max_connections: '100',
    shared_buffers: '512MB',
    max_wal_size: '4GB',
  });
  // Postgres runs as its own user; what is ours has a folder of its own.
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'holdfast-bench-'));
  const admin = new pg.Client({ connectionString: cluster.adminUrl });
  await admin.connect();
  await admin.query('CREATE DATABASE bench');
  await admin.end();
  const databaseUrl = cluster.urlOf('bench');
  await migrate(databaseUrl);
  const port = await freePort();
  const redisUrlAt = `redis://127.0.0.1:${port}`;
  const redis = await runRedis({
    binary: redisBinary(),
    dir,
    url: redisUrlAt,
    settings: { port: String(port), save: '', appendonly: 'no' },
    logFile: join(dir, 'redis.log'),
  });
  const redisUrl = redisUrlAt;
  const log = createLog(process.env.BENCH_LOG ?? 'error', 'bench');
  const ledger = connectLedger(databaseUrl, undefined, log);
  const gate = connectGate(redisUrl, log);
  await new Promise<void>((resolve) => gate.once('ready', () => resolve()));
  const ids = createIds(systemClock.now);
  return {
    ...factories(ledger.reads, ids),
    databaseUrl,
    redisUrl,
    ledger,
    gate,
    clock: systemClock,
    ids,
    log,
    dir,
    async close() {
      gate.disconnect();
      await ledger.end();
      await Promise.all([cluster.stop(), redis.stop()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Runs `task` for `n` numbers, `width` at a time. */
export async function pool(n: number, width: number, task: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(width, n) }, async () => {
      while (next < n) await task(next++);
    }),
  );
}

export function percentile(sorted: readonly number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}

export const print = (line: string): void => void process.stdout.write(`${line}\n`);
