import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { statement } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { call, httpWorld } from './testing.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

const SLEEP = statement('timing_sleep', 'select pg_sleep(0.05)');
const slices = [
  (scope: FastifyInstance) => {
    scope.get('/slow', { config: { access: 'public' } }, async () => {
      await Promise.all([world.ledger.reads.all(SLEEP), world.ledger.reads.all(SLEEP)]);
      return { ok: true };
    });
  },
];

test('X70: an answer says how long it waited for the ledger, once for waits that overlap', async () => {
  const { app } = await httpWorld(world, { env: { HOLDFAST_SERVER_TIMING: 'on' }, slices });
  const { headers } = await call(app, 'GET', '/slow');
  const [, db, cache, rest] =
    /^db;dur=([\d.]+), cache;dur=([\d.]+), app;dur=([\d.]+)$/.exec(String(headers['server-timing'])) ?? [];
  expect(Number(db)).toBeGreaterThan(45);
  expect(Number(cache)).toBe(0);
  expect(Number(rest)).toBeGreaterThanOrEqual(0);
  await app.close();
});

test('X70: it is off where sockets are in the same process, and says nothing then', async () => {
  const { app } = await httpWorld(world, { slices });
  expect((await call(app, 'GET', '/slow')).headers['server-timing']).toBeUndefined();
  await app.close();
  const of = (env: Record<string, string>) => readConfig({ HOLDFAST_DATA: world.dir, ...env }).serverTiming;
  expect([
    of({}),
    of({ HOLDFAST_ROLES: 'api' }),
    of({ HOLDFAST_SERVER_TIMING: 'on' }),
    of({ HOLDFAST_ROLES: 'api', HOLDFAST_SERVER_TIMING: 'off' }),
  ]).toEqual([false, true, true, false]);
  expect(() => of({ HOLDFAST_SERVER_TIMING: 'yes' })).toThrow('HOLDFAST_SERVER_TIMING=yes');
});
