import { afterAll, beforeAll, expect, test } from 'vitest';
import { blockList } from '../config.ts';
import { manualClock, type TestWorld, testWorld, until } from '../stores/testing.ts';
import { addressPrefix, isListed, normaliseAddress } from './address.ts';
import { createLocalBuckets, createRateLimiter, type RateLimiter } from './rate-limiter.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

const bucket = (key: string, capacity = 5, fillMs = 60_000) => ({ key, capacity, fillMs });
const takeMany = async (limiter: RateLimiter, key: string, n: number) =>
  (await Promise.all(Array.from({ length: n }, () => limiter.take(bucket(key))))).filter((taken) => taken.ok)
    .length;

test('X20: exactly a burst passes, however many processes ask at once', async () => {
  const limiters = [1, 2, 3].map(() =>
    createRateLimiter({ redis: world.gate, clock: manualClock(), log: world.log }),
  );
  const passed = await Promise.all(limiters.map((limiter) => takeMany(limiter, 'shared', 10)));
  expect(passed.reduce((sum, n) => sum + n)).toBe(5);
});

test('X20: a bucket refills steadily and says how long to wait', async () => {
  const limiter = createRateLimiter({ redis: world.gate, clock: world.clock, log: world.log });
  const quick = bucket('quick', 2, 200);
  expect((await limiter.take(quick)).ok && (await limiter.take(quick)).ok).toBe(true);
  const refused = await limiter.take(quick);
  if (refused.ok) throw new Error('not refused');
  expect(refused.retryAfterMs).toBeGreaterThan(0);
  expect(refused.retryAfterMs).toBeLessThanOrEqual(100);
  await until('it refilled', async () => (await limiter.take(quick)).ok, 2_000);
});

test('X20: what is given back can be taken again, and never more than the capacity', async () => {
  const limiter = createRateLimiter({ redis: world.gate, clock: world.clock, log: world.log });
  expect(await takeMany(limiter, 'back', 5)).toBe(5);
  await limiter.giveBack(bucket('back'));
  expect(await takeMany(limiter, 'back', 3)).toBe(1);
  for (let i = 0; i < 20; i++) await limiter.giveBack(bucket('back'));
  expect(await takeMany(limiter, 'back', 10)).toBe(5);
});

test('X20: a bucket nobody touches leaves Redis', async () => {
  const limiter = createRateLimiter({ redis: world.gate, clock: world.clock, log: world.log });
  await limiter.take(bucket('fading', 10, 1_000));
  const ttl = await world.gate.pttl('holdfast:limit:{fading}');
  expect(ttl).toBeGreaterThan(0);
  expect(ttl).toBeLessThanOrEqual(2_000);
});

test('X20: memory counts as Redis does', async () => {
  const clock = manualClock();
  const take = createLocalBuckets(clock);
  const passed = (n: number) =>
    Array.from({ length: n }, () => take(bucket('local'), 1)).filter((taken) => taken.ok).length;
  expect(passed(10)).toBe(5);
  const refused = take(bucket('local'), 1);
  expect(refused).toEqual({ ok: false, retryAfterMs: 12_000 });
  await clock.advance(12_000);
  expect(passed(3)).toBe(1);
  await clock.advance(3_600_000);
  expect(passed(10)).toBe(5);
});

test('X24: memory is bounded: the longest untouched bucket is forgotten', () => {
  const take = createLocalBuckets(manualClock(), 3);
  for (const key of ['a', 'b', 'c', 'a', 'd']) take(bucket(key, 2), 1);
  expect(take(bucket('a', 2), 1).ok).toBe(false);
  expect(take(bucket('b', 2), 2).ok).toBe(true);
});

test('X24: when Redis fails the process counts alone, asks nobody for a second, and comes back by itself', async () => {
  const clock = manualClock();
  let asked = 0;
  let broken = true;
  const flaky = new Proxy(world.gate, {
    get(target, property) {
      if (property === 'evalsha') {
        return (...args: Parameters<typeof target.evalsha>) => {
          asked++;
          return broken ? Promise.reject(new Error('Connection is closed.')) : target.evalsha(...args);
        };
      }
      return Reflect.get(target, property);
    },
  });
  const limiter = createRateLimiter({ redis: flaky, clock, log: world.log });
  await limiter.take(bucket('flaky'));
  expect(await takeMany(limiter, 'flaky', 10)).toBe(4);
  expect(asked).toBe(1);
  broken = false;
  await clock.advance(1_000);
  expect(await takeMany(limiter, 'flaky', 10)).toBe(5);
  expect(asked).toBeGreaterThan(1);
});

test.each([
  ['127.0.0.1', '127.0.0.1', '127.0.0.1'],
  ['::ffff:127.0.0.1', '127.0.0.1', '127.0.0.1'],
  ['0000:0000:0000:0000:0000:ffff:7f00:0001', '127.0.0.1', '127.0.0.1'],
  ['::1', '0:0:0:0:0:0:0:1', '0:0:0:0::/64'],
  ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2:0:0:0:9', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0:0:0:c000:201', '64:ff9b:0:0::/64'],
])('X21: %s is %s and counted as %s', (given, normal, prefix) => {
  expect(normaliseAddress(given)).toBe(normal);
  expect(addressPrefix(given)).toBe(prefix);
});

test('X23: a list names addresses in whatever spelling they come', () => {
  const list = blockList('TEST', ['10.0.0.0/8', '2001:db8::/32']);
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '0:0:0:0:0:ffff:0a01:0203', '2001:db8:5::1'])
    expect(isListed(list, address), address).toBe(true);
  for (const address of ['11.1.2.3', '2001:db9::1', '', 'unknown', '::ffff:11.0.0.1'])
    expect(isListed(list, address), address).toBe(false);
});
