import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { startPostgres, startRedis } from './embedded.ts';
import { redisAnswers } from './embedded-redis.ts';
import { connectOnce } from './redis.ts';
import { until } from './testing.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-alive-'));
chmodSync(dataDir, 0o755);
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function redisPid(url: string): Promise<number> {
  const redis = connectOnce(url);
  await redis.connect();
  const info = await redis.info('server');
  redis.disconnect();
  return Number(/process_id:(\d+)/.exec(info)?.[1]);
}

test('G22: a Redis that is killed is started again on its port, and stays away once it is stopped', async () => {
  const said: string[] = [];
  const store = await startRedis({ dataDir }, (line) => said.push(line));
  const before = await redisPid(store.url);
  process.kill(before, 'SIGKILL');
  await until('it runs again', () => said.includes('Redis runs again.'));
  expect(said[0]).toMatch(/^Redis ended by itself/);
  expect(await redisPid(store.url)).not.toBe(before);
  await store.stop();
  expect(await redisAnswers(store.url)).toBe(false);
});

test('G22: a Postgres that is killed recovers what was acknowledged, and is started again on its port', async () => {
  const said: string[] = [];
  const store = await startPostgres({ dataDir }, (line) => said.push(line));
  const ask = async (text: string) => {
    const client = new pg.Client({ connectionString: store.url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  };
  await ask('create table kept as select 7 as n');
  process.kill(Number(readFileSync(join(store.dir, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
  await until('it runs again', () => said.includes('Postgres runs again.'), 30_000);
  expect(await ask('select n from kept')).toEqual([{ n: 7 }]);
  await store.stop();
  await expect(ask('select 1')).rejects.toThrow();
  rmSync(dirname(store.dir) === dataDir ? store.dir : dirname(store.dir), { recursive: true, force: true });
}, 60_000);
