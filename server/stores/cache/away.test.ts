import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld, until } from '../testing.ts';
import { type TestCache, testCache } from './testing.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());
const asked = <T>(key: string, load: () => Promise<T>) => ({ what: 'thing', key, tags: ['t'], load });

/** A Redis that takes connections and never says a word. */
async function silentRedis(): Promise<{ url: string; asked(): number; close(): void }> {
  const sockets = new Set<Socket>();
  let chunks = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('data', () => chunks++);
    socket.on('error', () => undefined);
  });
  const path = join(world.dir, 'silent.sock');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    url: `unix://${path}`,
    asked: () => chunks,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

async function pays(cache: TestCache): Promise<void> {
  let loads = 0;
  for (let n = 1; n <= 50; n++) {
    const had = await cache.read(asked('a', async () => ++loads));
    expect(had).toMatchObject({ value: n, from: 'ledger' });
  }
  expect(new Set(cache.outcomes)).toEqual(new Set(['bypass']));
}

test('G66: without a Redis, and with one that never answers, every read is the ledger’s', async () => {
  const silent = await silentRedis();
  for (const url of [`unix://${join(world.dir, 'none.sock')}`, silent.url]) {
    const cache = testCache(url);
    await pays(cache);
    cache.close();
  }
  silent.close();
});

test('G66: of many at once those that have not begun to read share one load; who began before does not count for who asks later', async () => {
  const cache = testCache(`unix://${join(world.dir, 'none.sock')}`);
  let loads = 0;
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const load = async () => {
    const mine = ++loads;
    await opened;
    return mine;
  };
  const all = Array.from({ length: 20 }, () => cache.read(asked('a', load)));
  await until('the first is being loaded', () => loads === 1);
  open();
  const values = (await Promise.all(all)).map((had) => had.value);
  expect(loads).toBe(2);
  expect(values.filter((value) => value === 2)).toHaveLength(19);
  cache.close();
});

test('G67: an invalidation that could not be told makes its process read past the cache, and everything invalid once it can be', async () => {
  const [one, two] = [testCache(world.redisUrl), testCache(world.redisUrl)];
  await Promise.all([one.settled(), two.settled()]);
  let truth = 'old';
  const load = async () => truth;
  await one.read(asked('b', load));
  await one.idle();
  expect((await two.read(asked('b', load))).from).toBe('cache');
  one.redis.disconnect();
  truth = 'new';
  await one.invalidate(['t']);
  expect((await one.read(asked('b', load))).value).toBe('new');
  await one.redis.connect();
  await until(
    'it is said that everything is invalid',
    async () => (await two.read(asked('b', load))).value === 'new',
  );
  await one.settled();
  one.close();
  two.close();
});

test('G67: a process that starts makes everything invalid, since the one before may have died owing', async () => {
  const one = testCache(world.redisUrl);
  await one.settled();
  await one.read(asked('c', async () => 'old'));
  await one.idle();
  const two = testCache(world.redisUrl);
  await two.settled();
  expect((await one.read(asked('c', async () => 'new'))).value).toBe('new');
  one.close();
  two.close();
});

test('G67: a writer whose connection was cut is answered when it is back, and every other process reads what it wrote', async () => {
  const [one, two] = [testCache(world.redisUrl), testCache(world.redisUrl)];
  await Promise.all([one.settled(), two.settled()]);
  for (let n = 0; n < 10; n++) {
    let truth = 'old';
    const ask = () => two.read(asked(`d${n}`, async () => truth));
    await ask();
    await two.idle();
    one.redis.disconnect(true);
    truth = 'new';
    await one.invalidate(['t']);
    expect((await ask()).value).toBe('new');
  }
  one.close();
  two.close();
});
