import type { Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { DropState, QueueTick, SalesView, StockTick } from '../protocol/index.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import {
  ask,
  connected,
  dropState,
  type EdgeProcess,
  hangUpAll,
  heard,
  spawnEdge,
  tokenFor,
  writeDrop,
} from './testing-edges.ts';

let world: TestWorld;
let edge: EdgeProcess;

beforeAll(async () => {
  world = await testWorld();
  edge = await spawnEdge(world, { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8' });
});
afterEach(hangUpAll);
afterAll(async () => {
  await edge.stop();
  await world.close();
});

/** Everything a socket hears, by event. */
function record(socket: Socket): Map<string, unknown[]> {
  const all = new Map<string, unknown[]>();
  socket.onAny((event: string, payload: unknown) => all.set(event, [...(all.get(event) ?? []), payload]));
  return all;
}
const last = <T>(all: Map<string, unknown[]>, event: string): T | undefined =>
  all.get(event)?.at(-1) as T | undefined;

async function watching(
  over: Partial<DropState> = {},
): Promise<{ state: DropState; socket: Socket; all: Map<string, unknown[]> }> {
  const state = dropState(world, over);
  await writeDrop(world, state);
  const socket = await connected(edge.port, tokenFor(world));
  const all = record(socket);
  expect(await ask(socket, 'drop:watch', { dropId: state.id })).toEqual({ ok: true, data: state });
  await until('the first tick', () => all.has('queue:tick'));
  return { state, socket, all };
}

test('R16: watching answers the snapshot; what changes arrives as small ticks, the latest one wins', async () => {
  const { state, all } = await watching();
  for (let n = 1; n <= 50; n++)
    await writeDrop(world, {
      ...state,
      version: 1 + n,
      serving: n,
      lastNumber: 100,
      tiers: [{ ...state.tiers[0]!, available: 10 - (n % 7), held: n % 7 }],
    });
  await until('the last one', () => last<QueueTick>(all, 'queue:tick')?.serving === 50);
  expect(last<QueueTick>(all, 'queue:tick')).toEqual({
    dropId: state.id,
    epoch: 1,
    version: 51,
    serving: 50,
    lastNumber: 100,
    phase: 'live',
  });
  await until('stock', () => last<StockTick>(all, 'stock:tick')?.version === 51);
  expect(last<StockTick>(all, 'stock:tick')?.tiers).toEqual({ [state.tiers[0]!.id]: [9, 1, 0] });
  // Fifty changes within a tick or two are a few messages, not fifty.
  expect(all.get('queue:tick')!.length).toBeLessThan(20);
  const besidesIds = JSON.stringify(last(all, 'queue:tick')).replace(state.id, '');
  expect(besidesIds.length).toBeLessThan(110);
});

test('R17: a changed phase or pause sends the whole state, and its reason with it', async () => {
  const { state, all } = await watching();
  await writeDrop(world, {
    ...state,
    version: 2,
    phase: 'paused',
    pausedAt: state.opensAt,
    pauseReason: 'Rain',
  });
  await until('paused', () => last<DropState>(all, 'drop:state')?.phase === 'paused');
  expect(last<DropState>(all, 'drop:state')?.pauseReason).toBe('Rain');
});

test('R18: without news the queue tick repeats within 3 s, so that a page can tell silence from quiet', async () => {
  const { all } = await watching();
  const before = all.get('queue:tick')!.length;
  await until('a repeat', () => all.get('queue:tick')!.length > before, 3_000);
});

test('R18: a drop that cannot be read is silent: nothing repeats what may be old', async () => {
  const { state, socket, all } = await watching();
  await world.gate.set(`test:drop:${state.id}`, 'not json');
  const fresh = await watching();
  await until('others go on', () => fresh.all.get('queue:tick')!.length >= 2, 5_000);
  const count = all.get('queue:tick')!.length;
  await until('others go on', () => fresh.all.get('queue:tick')!.length >= 4, 10_000);
  expect(all.get('queue:tick')!.length).toBe(count);
  await writeDrop(world, { ...state, version: 9, serving: 3 });
  await until('back', () => last<QueueTick>(all, 'queue:tick')?.serving === 3);
  expect(socket.connected).toBe(true);
});

test('R19: a gate that fell back in time does not move anybody back at once', async () => {
  const { state, all } = await watching({ version: 10, serving: 8, lastNumber: 20 });
  await writeDrop(world, { ...state, version: 5, serving: 4, lastNumber: 20 });
  await until('a repeat', () => all.get('queue:tick')!.length >= 2);
  expect(last<QueueTick>(all, 'queue:tick')?.serving).toBe(8);
  await writeDrop(world, { ...state, epoch: 2, version: 1, serving: 8, lastNumber: 21 });
  await until('the new epoch', () => last<QueueTick>(all, 'queue:tick')?.epoch === 2);
});

test('R16: who stops watching hears no more; nobody else is read for', async () => {
  const { state, socket, all } = await watching();
  expect(await ask(socket, 'drop:unwatch', { dropId: state.id })).toMatchObject({ ok: true });
  const other = await connected(edge.port, tokenFor(world));
  expect(await ask(other, 'drop:watch', { dropId: state.id })).toMatchObject({ ok: true });
  const count = all.get('queue:tick')!.length;
  const news = heard(other, 'queue:tick');
  await writeDrop(world, { ...state, version: 2, serving: 1, lastNumber: 1 });
  await news;
  expect(all.get('queue:tick')!.length).toBe(count);
  hangUpAll();
  await until('no audience', async () => (await edge.metric('holdfast_realtime_watched_drops')) === 0);
});

test('R20: a vendor sees its own sales tick, another one finds nothing', async () => {
  const vendor = world.ids.next();
  const eventId = world.ids.next();
  const view = { eventId, ledgerVersion: 1, sold: 0 } as SalesView;
  await world.gate.set(`test:vendor:${eventId}`, vendor);
  await world.gate.set(`test:sales:${eventId}`, JSON.stringify(view));
  const mine = await connected(edge.port, tokenFor(world, { sub: vendor, role: 'vendor' }));
  const rival = await connected(edge.port, tokenFor(world, { role: 'vendor' }));
  expect(await ask(rival, 'sales:watch', { eventId })).toMatchObject({ error: { code: 'NOT_FOUND' } });
  expect(await ask(mine, 'sales:watch', { eventId })).toEqual({ ok: true, data: view });
  const all = record(mine);
  await world.gate.set(`test:sales:${eventId}`, JSON.stringify({ ...view, ledgerVersion: 2, sold: 3 }));
  await until('the sale', () => last<SalesView>(all, 'sales:tick')?.sold === 3);
});

test('VT6: a socket whose account may no longer see an event’s sales hears no more of them', async () => {
  const [first, second, eventId] = [world.ids.next(), world.ids.next(), world.ids.next()];
  const sales = (sold: number) =>
    world.gate.set(`test:sales:${eventId}`, JSON.stringify({ eventId, ledgerVersion: sold + 1, sold }));
  await world.gate.set(`test:vendor:${eventId}`, first);
  await sales(0);
  const left = await connected(edge.port, tokenFor(world, { sub: first }));
  const all = record(left);
  expect(await ask(left, 'sales:watch', { eventId })).toMatchObject({ ok: true });
  await world.gate.set(`test:vendor:${eventId}`, second);
  const stays = await connected(edge.port, tokenFor(world, { sub: second }));
  const heardThere = record(stays);
  expect(await ask(stays, 'sales:watch', { eventId })).toMatchObject({ ok: true });
  // One sale after the other, until one reached the one and not the other.
  let sold = 0;
  await until('the watch to end', async () => {
    await sales(++sold);
    await until('the tick', () => last<SalesView>(heardThere, 'sales:tick')?.sold === sold);
    return last<SalesView>(all, 'sales:tick')?.sold !== sold;
  });
});

test('R21: the state of services comes with the connection and whenever it changes', async () => {
  const socket = await connected(edge.port, tokenFor(world));
  const changed = heard(socket, 'service:status');
  edge.send({ do: 'services', services: { browse: 'available', pay: 'unavailable' } });
  const first = (await changed) as { services: Record<string, string> };
  const second = first.services.pay ? first : ((await heard(socket, 'service:status')) as typeof first);
  expect(second.services.pay).toBe('unavailable');
});
