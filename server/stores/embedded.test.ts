import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { lockData, lockOwner } from './data-lock.ts';
import { assertSpace, postgresHome, startPostgres, startRedis } from './embedded.ts';
import { canReach, postgresAccount, SHARED_DIR, usableBinaries } from './embedded-postgres.ts';
import { redisAnswers, redisBinary } from './embedded-redis.ts';
import { PlainError, plainly } from './plain-error.ts';
import { connectOnce } from './redis.ts';
import { until } from './testing.ts';

const base = mkdtempSync(join(tmpdir(), 'holdfast-embedded-'));
chmodSync(base, 0o755);
const removals = [base];
afterAll(() => {
  for (const path of removals) rmSync(path, { recursive: true, force: true });
});

let count = 0;
function newDataDir(): string {
  count += 1;
  const dataDir = join(base, `data-${count}`);
  mkdirSync(dataDir, { mode: 0o755 });
  return dataDir;
}

async function sql(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function redisDo<T>(
  url: string,
  work: (redis: ReturnType<typeof connectOnce>) => Promise<T>,
): Promise<T> {
  const redis = connectOnce(url);
  await redis.connect();
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

/** What a server answers first to a line. */
function sayTo(port: number, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(line));
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(String(data));
    });
  });
}

const isUp = async (url: string) => {
  try {
    await sql(url, 'select 1');
    return true;
  } catch {
    return false;
  }
};

/** Starts both stores in a process of its own. */
async function startOwner(dataDir: string) {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./testing-owner.ts', import.meta.url)), dataDir],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await until(
    'the stores of another process are up',
    () => out.includes('\n') || child.exitCode !== null,
    60_000,
  );
  if (!out.includes('\n')) throw new Error(err);
  const urls = JSON.parse(out) as { postgres: string; redis: string };
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  return { ...urls, end };
}

test('G10: a second start finds port, password and data again, durably written', async () => {
  const dataDir = newDataDir();
  const first = await startPostgres({ dataDir });
  const settings = await sql(
    first.url,
    `select current_setting('fsync') as fsync, current_setting('full_page_writes') as pages,
            current_setting('synchronous_commit') as commit, current_setting('max_connections') as connections`,
  );
  expect(settings).toEqual([{ fsync: 'on', pages: 'on', commit: 'on', connections: '100' }]);
  await sql(first.url, 'create table kept as select 7 as n');
  await first.stop();
  expect(await isUp(first.url)).toBe(false);
  expect(lockOwner(dataDir)).toBeUndefined();

  const second = await startPostgres({ dataDir });
  expect(second.url).toBe(first.url);
  expect(await sql(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
  await second.stop();
});

test('G11: killed outright, we leave no store behind, and nothing acknowledged is lost', async () => {
  const dataDir = newDataDir();
  const owner = await startOwner(dataDir);
  await sql(owner.postgres, 'create table kept as select 7 as n');
  await redisDo(owner.redis, (redis) => redis.set('kept', '7'));
  await owner.end('SIGKILL');
  // At once, while the old servers are still going down.
  const postgres = await startPostgres({ dataDir });
  const redis = await startRedis({ dataDir });
  expect(await sql(postgres.url, 'select n from kept')).toEqual([{ n: 7 }]);
  expect(await redisDo(redis.url, (r) => r.get('kept'))).toBe('7');
  await postgres.stop();
  await redis.stop();

  const again = await startOwner(dataDir);
  await again.end('SIGKILL');
  await until(
    'both stores have stopped by themselves',
    async () => !(await isUp(again.postgres)) && !(await redisAnswers(again.redis)),
    30_000,
  );
  await until('the pid file is gone', () => !existsSync(join(dataDir, 'postgres/postmaster.pid')), 30_000);
});

test('G12: a second start on the same data is told so, and the first one lives on', async () => {
  const dataDir = newDataDir();
  const owner = await startOwner(dataDir);
  for (const start of [startPostgres, startRedis]) {
    const refusal = start({ dataDir });
    await expect(refusal).rejects.toBeInstanceOf(PlainError);
    await expect(refusal).rejects.toThrow(/already running on .*data-\d+ \(process \d+\)/);
  }
  expect(await isUp(owner.postgres)).toBe(true);
  expect(await redisAnswers(owner.redis)).toBe(true);
  await owner.end('SIGTERM');
  expect(await isUp(owner.postgres)).toBe(false);
});

test('G13: a lock and a pid file left behind are taken over, even when their number lives again', async () => {
  const dataDir = newDataDir();
  const first = await startPostgres({ dataDir });
  await sql(first.url, 'create table kept as select 7 as n');
  await first.stop();
  // This test's own process is alive, is not the one that the lock means, and is no Postgres.
  writeFileSync(join(dataDir, 'lock'), JSON.stringify({ pid: process.ppid, began: '1' }));
  writeFileSync(join(dataDir, 'postgres/postmaster.pid'), `${process.pid}\n${join(dataDir, 'postgres')}\n`);
  const second = await startPostgres({ dataDir });
  expect(await sql(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
  await second.stop();

  writeFileSync(join(dataDir, 'lock'), '{"pid":');
  const release = lockData(dataDir);
  expect(lockOwner(dataDir)).toBe(process.pid);
  release();
  expect(existsSync(join(dataDir, 'lock'))).toBe(false);
});

test('G14: a port that was taken meanwhile is exchanged', async () => {
  const dataDir = newDataDir();
  const first = await startRedis({ dataDir });
  await first.stop();
  const port = Number(new URL(first.url).port);
  // It takes connections and never says a word.
  const squatter = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
  const second = await startRedis({ dataDir });
  expect(Number(new URL(second.url).port)).not.toBe(port);
  await second.stop();
  await new Promise((resolve) => squatter.close(resolve));
});

test('G15: Redis keeps its data, never evicts and asks for a password', async () => {
  const dataDir = newDataDir();
  const first = await startRedis({ dataDir });
  await redisDo(first.url, (redis) => redis.set('kept', '7'));
  expect(await sayTo(Number(new URL(first.url).port), 'GET kept\r\n')).toMatch(/^-NOAUTH/);
  expect(statSync(join(first.dir, 'redis.conf')).mode & 0o077).toBe(0);
  await first.stop();
  const second = await startRedis({ dataDir });
  expect(await redisDo(second.url, (redis) => redis.get('kept'))).toBe('7');
  expect(await redisDo(second.url, (redis) => redis.config('GET', 'maxmemory-policy'))).toEqual([
    'maxmemory-policy',
    'noeviction',
  ]);
  await second.stop();
});

test('G16: without any Redis the error names the commands to run', () => {
  const asked: string[] = [];
  const install = (packages: string) => {
    asked.push(packages);
    return 'this needs root';
  };
  expect(() => redisBinary(undefined, () => undefined, install)).toThrow(
    /no redis-server or valkey-server on the PATH \(this needs root\)[\s\S]*REDIS_URL/,
  );
  expect(asked).toContain('redis-server');
  expect(() => redisBinary(undefined, () => undefined, install)).toThrow(PlainError);
});

test('G17: a full disk, a taken port and missing permissions are told with their remedy', () => {
  expect(() => assertSpace(base, Number.MAX_SAFE_INTEGER)).toThrow(
    /The disk that holds .* is full[\s\S]*Free some space/,
  );
  expect(() => assertSpace(base, 0)).not.toThrow();
  const told = (code: string, more = {}) =>
    String(plainly(Object.assign(new Error(code), { code, ...more }), 'serving pages'));
  expect(told('ENOSPC')).toMatch(/disk is full \(serving pages\)[\s\S]*Free some space/);
  expect(told('EADDRINUSE', { port: 3000 })).toMatch(/Port 3000 is in use[\s\S]*PORT=3010/);
  expect(told('EACCES', { path: '/nowhere' })).toMatch(/No permission for \/nowhere[\s\S]*HOLDFAST_DATA/);
  const other = new Error('something else');
  expect(plainly(other, 'serving pages')).toBe(other);
});

test('G18: where Postgres’s own user may not enter, data and binaries live elsewhere', async () => {
  const home = join(base, 'closed');
  mkdirSync(home, { mode: 0o700 });
  const dataDir = join(home, 'checkout/.holdfast');
  mkdirSync(dataDir, { recursive: true });
  const account = postgresAccount();
  if (!account) {
    // Not root: Postgres runs as ourselves, and every folder of ours is open to it.
    expect(postgresHome(dataDir)).toBe(join(dataDir, 'postgres'));
    return;
  }
  const elsewhere = postgresHome(dataDir);
  expect(elsewhere.startsWith(`${SHARED_DIR}/checkout-`)).toBe(true);
  removals.push(dirname(elsewhere));
  const store = await startPostgres({ dataDir });
  expect(store.dir).toBe(elsewhere);
  expect(statSync(store.dir).uid).toBe(account.uid);
  await sql(store.url, 'create table kept as select 7 as n');
  await store.stop();
  expect(readFileSync(join(dirname(elsewhere), 'postgres.json'), 'utf8')).toContain('password');
  expect(canReach(account, join(dirname(elsewhere), 'postgres.json'), 'r')).toBe(false);

  // Binaries in a place that the user cannot reach are copied to one that it can.
  const real = dirname(dirname((await usableBinaries(undefined)).postgres));
  symlinkSync(dirname(real), join(home, 'package'));
  const binaries = await usableBinaries(account, join(home, 'package/native'));
  expect(binaries.postgres.startsWith(SHARED_DIR)).toBe(true);
  expect(canReach(account, binaries.postgres, 'x')).toBe(true);
});
