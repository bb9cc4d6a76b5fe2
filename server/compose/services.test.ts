/** What of the house's extras is told by `GET /status`. */
import { expect, test } from 'vitest';
import type { BreakerPart } from '../breakers/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Pictures } from '../pictures/index.ts';
import { connectCache } from '../stores/index.ts';
import { testWorld, until } from '../stores/testing.ts';
import { registerServices } from './services.ts';

const part = (state: 'available' | 'unavailable', label: string) =>
  ({ state: () => state, label }) as BreakerPart;
const fine = part('available', 'it');
const extras = {
  delivery: { breaker: fine } as unknown as Delivery,
  pictures: { breaker: fine } as unknown as Pictures,
  recommendations: { breaker: fine },
};

test('B31: a push service that is away is told, whatever the others do, and makes nothing unavailable', () => {
  const services: BreakerPart[] = [];
  const { status } = registerServices(
    undefined,
    {},
    { ...extras, notifications: { breakers: () => services } },
    () => [],
  );
  expect(status().services.notifications).toBe('available');
  services.push(fine, part('unavailable', 'Mozilla’s push service'));
  const { services: states, details } = status();
  expect(details.notifications).toMatchObject({
    state: 'degraded',
    reason: 'Some notifications may come later: Mozilla’s push service cannot be reached.',
  });
  expect(Object.entries(states).filter(([, state]) => state !== 'available')).toEqual([
    ['notifications', 'degraded'],
  ]);
  expect(states).not.toHaveProperty('cache');
});

test('B31: a cache that is away is told, and there again it is well', async () => {
  const world = await testWorld();
  const cache = connectCache(world.redisUrl, world.log);
  try {
    const { note, names, state } = registerServices(
      undefined,
      {},
      { ...extras, notifications: { breakers: () => [] }, cache },
      () => [],
    );
    await until('the cache is there', () => state('cache') === 'available');
    cache.disconnect();
    await until('it is away', () => state('cache') !== 'available');
    expect(note('cache')).toMatchObject({
      state: 'degraded',
      reason: 'Pages may take longer: our cache cannot be reached.',
    });
    for (const name of names()) expect([name, state(name)]).not.toEqual([name, 'unavailable']);
    await cache.connect();
    await until('it is back', () => state('cache') === 'available');
  } finally {
    cache.disconnect();
    await world.close();
  }
});
