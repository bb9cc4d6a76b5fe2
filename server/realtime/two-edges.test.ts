import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import { createNotifier } from './index.ts';
import {
  ask,
  connected,
  dial,
  dropState,
  type EdgeProcess,
  hangUpAll,
  heard,
  outcome,
  rawDial,
  spawnEdge,
  tokenFor,
  writeDrop,
} from './testing-edges.ts';

let world: TestWorld;
let a: EdgeProcess;
let b: EdgeProcess;

beforeAll(async () => {
  world = await testWorld();
  [a, b] = await Promise.all([spawnEdge(world), spawnEdge(world)]);
});
afterEach(hangUpAll);
afterAll(async () => {
  await Promise.all([a.stop(), b.stop()]);
  await world.close();
});

test('R24: what is addressed to a user reaches all its sockets on both edges, and nobody else', async () => {
  const sub = world.ids.next();
  const [onA, onB, stranger] = await Promise.all([
    connected(a.port, tokenFor(world, { sub })),
    connected(b.port, tokenFor(world, { sub })),
    connected(b.port, tokenFor(world)),
  ]);
  let overheard = 0;
  stranger.onAny((event: string) => {
    if (event === 'place:updated') overheard++;
  });
  const both = Promise.all([heard(onA, 'place:updated'), heard(onB, 'place:updated')]);
  a.send({ do: 'notify', user: sub, event: 'place:updated', payload: { number: 7 } });
  expect(await both).toEqual([{ number: 7 }, { number: 7 }]);
  expect(await ask(stranger, 'test:echo', {})).toMatchObject({ ok: true });
  expect(overheard).toBe(0);
});

test('R25: a process without an edge reaches them too', async () => {
  const sub = world.ids.next();
  const [onA, onB] = await Promise.all([
    connected(a.port, tokenFor(world, { sub })),
    connected(b.port, tokenFor(world, { sub })),
  ]);
  const notifier = createNotifier(world.redisUrl, world.log);
  const both = Promise.all([heard(onA, 'order:updated'), heard(onB, 'order:updated')]);
  await until('said', async () => {
    notifier.notify.toUser(sub, 'order:updated', { status: 'paid' });
    return await Promise.race([both.then(() => true), world.clock.sleep(200).then(() => false)]);
  });
  expect(await both).toEqual([{ status: 'paid' }, { status: 'paid' }]);
  await notifier.close();
});

test('R26: the adapter survives its connections being cut, and addressed messages flow again', async () => {
  const sub = world.ids.next();
  const onB = await connected(b.port, tokenFor(world, { sub }));
  for (let i = 0; i < 5; i++) {
    await world.gate.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await world.gate.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const told = heard(onB, 'hold:updated');
    await until('told', async () => {
      a.send({ do: 'notify', user: sub, event: 'hold:updated', payload: { i } });
      return await Promise.race([told.then(() => true), world.clock.sleep(100).then(() => false)]);
    });
  }
  expect(onB.connected).toBe(true);
  expect([a.child.exitCode, b.child.exitCode]).toEqual([null, null]);
});

test('R27: a killed edge costs its fans one dial: the other one has their drop', async () => {
  const doomed = await spawnEdge(world);
  const state = dropState(world, { serving: 5, lastNumber: 9 });
  await writeDrop(world, state);
  const token = tokenFor(world);
  const fan = await connected(doomed.port, token);
  expect(await ask(fan, 'drop:watch', { dropId: state.id })).toMatchObject({ ok: true });
  const lost = heard(fan, 'disconnect');
  doomed.child.kill('SIGKILL');
  await lost;
  const again = await connected(a.port, token);
  expect(await ask(again, 'drop:watch', { dropId: state.id })).toEqual({ ok: true, data: state });
});

test('R28: a draining edge says so, lets nobody in, answers what it was asked, and empties over its spread', async () => {
  const leaving = await spawnEdge(world);
  const fans = await Promise.all(Array.from({ length: 40 }, () => connected(leaving.port, tokenFor(world))));
  const late = await rawDial(leaving.port);
  const closedAt: number[] = [];
  for (const fan of fans) fan.on('disconnect', () => closedAt.push(world.clock.now()));
  const told = Promise.all(fans.map((fan) => heard(fan, 'server:draining')));
  const answers = Promise.all(fans.map((fan) => ask(fan, 'test:slow', { ms: 2_500 })));
  const drained = leaving.next('drained');
  const start = world.clock.now();
  leaving.send({ do: 'drain', spreadMs: 2_000 });
  expect((await told)[0]).toEqual({ withinMs: 2_000 });
  expect(await outcome(dial(leaving.port, tokenFor(world)))).not.toBe('connected');
  // Past its own time a socket is answered what it asked before, and nothing new.
  await until('its time is over', async () => {
    const answer = await ask(fans[0]!, 'test:echo', {});
    return !answer.ok && answer.error.code === 'DRAINING';
  });
  // Every one of them was asked to wait longer than the spread, and still got its answer.
  expect((await answers).every((answer) => answer.ok)).toBe(true);
  await drained;
  expect(world.clock.now() - start).toBeLessThan(7_500);
  await until('all closed', () => closedAt.length === 40);
  late.tcp.destroy();
  await leaving.stop();
});

test('R28: idle sockets leave one by one over the spread, not together', async () => {
  const leaving = await spawnEdge(world);
  const fans = await Promise.all(Array.from({ length: 60 }, () => connected(leaving.port, tokenFor(world))));
  const closedAt: number[] = [];
  for (const fan of fans) fan.on('disconnect', () => closedAt.push(world.clock.now()));
  leaving.send({ do: 'drain', spreadMs: 2_000 });
  await until('all closed', () => closedAt.length === 60);
  const busiest = Math.max(...closedAt.map((t) => closedAt.filter((u) => u >= t && u < t + 200).length));
  expect(busiest).toBeLessThan(30);
  await leaving.stop();
});

test('R29: two edges on one port are refused, not silently halved', async () => {
  const { createEdge } = await import('./index.ts');
  const second = createEdge({
    config: world.config(),
    log: world.log,
    clock: world.clock,
    gate: { read: async () => null, readSeats: async () => null },
    redisAdapterUrl: world.redisUrl,
    authenticate: async () => null,
    liveSessions: async () => new Set(),
    handlers: [],
    sales: {
      maySee: async () => false,
      mayStillSee: async (watching) => watching.map(() => false),
      salesOf: async () => ({ ok: false, error: { code: 'NOT_FOUND' } }),
      salesVersion: async () => 0,
    },
    status: () => ({ services: {}, details: {} }),
  });
  await expect(second.listen(a.port)).rejects.toThrow(`Port ${a.port} is in use`);
  await second.close();
});
