import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Redis } from '../redis.ts';
import { connectCache } from '../redis.ts';
import { type ManualClock, manualClock, type TestWorld, testWorld } from '../testing.ts';
import { type Copies, createCopies } from './copies.ts';
import { away, gatekeeper, SMALL } from './testing.ts';

let world: TestWorld;
let redis: Redis;
let clock: ManualClock;
let copies: Copies;
let writes = 0;
const make = () =>
  createCopies({
    redis,
    clock,
    log: world.log,
    bounds: SMALL,
    metrics: { read: () => undefined, size: () => void writes++, undelivered: () => undefined },
  });
beforeAll(async () => {
  world = await testWorld();
  redis = connectCache(world.redisUrl, world.log);
  await new Promise<void>((resolve) => void redis.once('ready', () => resolve()));
});
beforeEach(async () => {
  await world.gate.flushall();
  clock = manualClock();
  copies = make();
  writes = 0;
});
afterAll(async () => {
  redis.disconnect();
  await world.close();
});

const mine = <T>(load: () => Promise<T>) => ({ what: 'tickets', key: 'mine', load });
const down = async (): Promise<unknown> => {
  throw away();
};

test('G68: a copy is read only while the ledger is away, in whatever process, and says of when it is', async () => {
  const at = clock.now();
  expect(await copies.through(mine(async () => ['issued']))).toEqual({
    value: ['issued'],
    asOf: at,
    from: 'ledger',
  });
  await copies.idle();
  await clock.advance(5_000);
  expect(await make().through(mine(down))).toEqual({ value: ['issued'], asOf: at, from: 'kept' });
  expect((await copies.through(mine(async () => ['refunded']))).value).toEqual(['refunded']);
  await copies.idle();
  expect((await copies.through(mine(down))).value).toEqual(['refunded']);
});

test('G68: another’s copy, and what may not be kept, is nobody’s; other failures are told', async () => {
  await copies.through({ ...mine(async () => 'secret'), keep: () => false });
  await copies.idle();
  await expect(copies.through(mine(down))).rejects.toThrow('ECONNREFUSED');
  await expect(
    copies.through(
      mine(async () => {
        throw new Error('a defect');
      }),
    ),
  ).rejects.toThrow('a defect');
});

test('G68: it is written when what was read changed, and again after ten minutes, not each time', async () => {
  for (let i = 0; i < 5; i++) {
    await copies.through(mine(async () => 'same'));
    await copies.idle();
  }
  expect(writes).toBe(1);
  await copies.through(mine(async () => 'other'));
  await copies.idle();
  expect(writes).toBe(2);
  await clock.advance(600_000);
  await copies.through(mine(async () => 'other'));
  await copies.idle();
  expect(writes).toBe(3);
});

test('G68: behind a new connection everything is written again: there may be nothing', async () => {
  await copies.through(mine(async () => 'same'));
  await copies.idle();
  await world.gate.flushall();
  const back = new Promise<void>((resolve) => void redis.once('ready', () => resolve()));
  redis.disconnect(true);
  await back;
  await copies.through(mine(async () => 'same'));
  await copies.idle();
  expect((await copies.through(mine(down))).value).toBe('same');
});

test('G68: of two reads that overtake each other the later one stays', async () => {
  const gate = gatekeeper();
  const early = copies.through(
    mine(async () => {
      await gate.opened;
      return 'early';
    }),
  );
  await clock.advance(10);
  await make().through(mine(async () => 'late'));
  await make().idle();
  gate.open();
  await early;
  await copies.idle();
  expect((await copies.through(mine(down))).value).toBe('late');
});
