/**
 * The stores that `npm start` brings along when DATABASE_URL or REDIS_URL is unset: settings that keep every promise
 * (synchronous commit; an append-only file written each second), a port that stays the same, data found again at the
 * next start, and nothing left running once we are gone.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';
import type { Config } from '../config.ts';
import { type Clock, systemClock } from '../kernel/index.ts';
import { isAlive, lockData, lockOwner } from './data-lock.ts';
import type { Account } from './embedded-child.ts';
import {
  canReach,
  freePort,
  initCluster,
  makeOpen,
  postgresAccount,
  runCluster,
  SHARED_DIR,
  urlOf,
  usableBinaries,
} from './embedded-postgres.ts';
import { redisAnswers, redisBinary, runRedis } from './embedded-redis.ts';
import { keepAlive } from './keep-alive.ts';
import { PlainError, plainly } from './plain-error.ts';

export interface EmbeddedStore {
  url: string;
  /** Where its data lives. */
  dir: string;
  stop(): Promise<void>;
}

type DataConfig = Pick<Config, 'dataDir'>;
type Say = (line: string) => void;
const quiet: Say = () => undefined;

/** Less than this on the disk, and a start would only fail later, halfway. */
const MIN_FREE_BYTES = 128 * 1024 * 1024;
/** A server whose process was killed stops by itself within this time. */
const PREDECESSOR_LIMIT_MS = 30_000;
const DATABASE = 'holdfast';

/**
 * Where Postgres keeps the data of `dataDir`: inside it, or, when its own user cannot enter that folder (a checkout
 * under root's home), under /var/lib/holdfast in a folder named after it.
 */
export function postgresHome(dataDir: string, account: Account | undefined = postgresAccount()): string {
  if (!account || canReach(account, dataDir, 'x')) return join(dataDir, 'postgres');
  const mark = createHash('sha256').update(dataDir).digest('hex').slice(0, 8);
  return join(SHARED_DIR, `${basename(dirname(dataDir)) || 'data'}-${mark}`, 'postgres');
}

/** Everything Postgres has in its home. */
export const SHARED_NAMES = ['postgres', 'postgres.json', 'postgres.log', 'postgres.log.1'] as const;

/** @throws PlainError when the disk is as good as full. */
export function assertSpace(dir: string, minBytes = MIN_FREE_BYTES): void {
  const { bavail, bsize } = statfsSync(dir);
  if (bavail * bsize < minBytes)
    throw new PlainError(
      `The disk that holds ${dir} is full (${Math.floor((bavail * bsize) / 1024 / 1024)} MB left).`,
      'Free some space and start again: nothing is lost.',
    );
}

/** What a store remembers between starts: its port and its password. */
function remember(file: string): { port: number; password: string } {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as { port: number; password: string };
  return { port: 0, password: randomBytes(18).toString('base64url') };
}

function keep(file: string, memory: { port: number; password: string }): void {
  // Whole or not at all: a crash in between must not lose the password.
  writeFileSync(`${file}.new`, JSON.stringify(memory), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** The remembered port while nobody else took it, else a new one. */
async function portFor(remembered: number): Promise<number> {
  return remembered > 0 && (await isFree(remembered)) ? remembered : freePort();
}

/** A postmaster of ours that is still going down (its owner was killed), or a stale pid file. */
async function waitForPredecessor(dir: string, clock: Clock): Promise<void> {
  const pidFile = join(dir, 'postmaster.pid');
  const deadline = clock.now() + PREDECESSOR_LIMIT_MS;
  while (existsSync(pidFile)) {
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
    if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid) || !isPostgres(pid)) {
      // Left by a crash, its number perhaps used again by something else.
      rmSync(pidFile, { force: true });
      return;
    }
    if (clock.now() > deadline)
      throw new PlainError(
        `Another Postgres (process ${pid}) is using ${dir}.`,
        'Stop it first, or set HOLDFAST_DATA to another folder.',
      );
    await clock.sleep(100);
  }
}

function isPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    // No /proc here (macOS), or not ours to read: believe the pid file, Postgres looks again itself.
    return true;
  }
}

/** Where the Postgres of a Holdfast that runs on this data answers; undefined: none runs, or it has none of its own. */
export function runningPostgres({ dataDir }: DataConfig): string | undefined {
  if (lockOwner(dataDir) === undefined) return undefined;
  const dir = postgresHome(dataDir);
  const memoryFile = join(dirname(dir), 'postgres.json');
  if (!existsSync(memoryFile) || !existsSync(join(dir, 'postmaster.pid'))) return undefined;
  return urlOf({ user: DATABASE, ...remember(memoryFile) }, DATABASE);
}

/** Where the Redis of a Holdfast that runs on this data listens; undefined: none runs. */
export function runningRedis({ dataDir }: DataConfig): string | undefined {
  const memoryFile = join(dataDir, 'redis', 'redis.json');
  if (lockOwner(dataDir) === undefined || !existsSync(memoryFile)) return undefined;
  const { password, port } = remember(memoryFile);
  return `redis://:${password}@127.0.0.1:${port}`;
}

/** Starts the packaged Postgres on this configuration's data. @throws PlainError */
export async function startPostgres(
  config: DataConfig,
  say: Say = quiet,
  clock: Clock = systemClock,
): Promise<EmbeddedStore> {
  const release = lockData(config.dataDir);
  try {
    const account = postgresAccount();
    const binaries = await usableBinaries(account);
    const dir = postgresHome(config.dataDir, account);
    const home = dirname(dir);
    if (home !== config.dataDir) makeOpen(SHARED_DIR);
    makeOpen(home);
    assertSpace(home);
    const memoryFile = join(home, 'postgres.json');
    const memory = remember(memoryFile);
    if (!existsSync(join(dir, 'PG_VERSION'))) say(`Making a new database in ${dir}`);
    // An initdb that was cut short leaves a folder without PG_VERSION, or with one and no control file.
    if (existsSync(dir) && !existsSync(join(dir, 'global/pg_control')))
      rmSync(dir, { recursive: true, force: true });
    await waitForPredecessor(dir, clock);
    memory.port = await portFor(memory.port);
    keep(memoryFile, memory);
    const logFile = join(home, 'postgres.log');
    const cluster = { dir, user: DATABASE, ...memory, logFile, settings: POSTGRES_SETTINGS };
    initCluster(cluster, binaries, account);
    const child = await keepAlive('Postgres', { say, clock }, async () => {
      await waitForPredecessor(dir, clock);
      if (existsSync(logFile)) renameSync(logFile, `${logFile}.1`);
      return runCluster(cluster, binaries, account, clock);
    });
    try {
      await createDatabase(urlOf(cluster, 'postgres'));
    } catch (err) {
      await child.stop();
      throw err;
    }
    return {
      url: urlOf(cluster, DATABASE),
      dir,
      stop: async () => {
        await child.stop();
        release();
      },
    };
  } catch (err) {
    release();
    throw plainly(err, 'starting Postgres');
  }
}

const POSTGRES_SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '256MB',
  max_wal_size: '1GB',
  synchronous_commit: 'on',
  // Parallel plans need more shared memory than small containers have, and no query here wants one.
  max_parallel_workers_per_gather: '0',
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** Starts Redis on this configuration's data, installing it first where that is possible. @throws PlainError */
export async function startRedis(
  config: DataConfig,
  say: Say = quiet,
  clock: Clock = systemClock,
): Promise<EmbeddedStore> {
  const release = lockData(config.dataDir);
  try {
    const binary = redisBinary(say);
    const dir = join(config.dataDir, 'redis');
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    assertSpace(dir);
    const memoryFile = join(dir, 'redis.json');
    const memory = remember(memoryFile);
    const urlAt = () => `redis://:${memory.password}@127.0.0.1:${memory.port}`;
    // One that lost its owner is still writing its last second: it must let go of the files first.
    const deadline = clock.now() + PREDECESSOR_LIMIT_MS;
    while (memory.port > 0 && (await redisAnswers(urlAt()))) {
      if (clock.now() > deadline)
        throw new PlainError(
          `Another Redis is using ${dir} (port ${memory.port}).`,
          'Stop it first, or set HOLDFAST_DATA to another folder.',
        );
      await clock.sleep(100);
    }
    memory.port = await portFor(memory.port);
    keep(memoryFile, memory);
    const server = {
      binary,
      dir,
      url: urlAt(),
      settings: {
        port: String(memory.port),
        requirepass: memory.password,
        appendonly: 'yes',
        appendfsync: 'everysec',
        save: '',
      },
      logFile: join(dir, 'redis.log'),
    };
    const child = await keepAlive('Redis', { say, clock }, () => runRedis(server, clock));
    return {
      url: urlAt(),
      dir,
      stop: async () => {
        await child.stop();
        release();
      },
    };
  } catch (err) {
    release();
    throw plainly(err, 'starting Redis');
  }
}
