import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import {
  ask,
  connected,
  dropState,
  type EdgeProcess,
  hangUpAll,
  type RawClient,
  rawDial,
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

const STALE = 'holdfast_realtime_stale_sockets';
const CLOSED = 'holdfast_realtime_closures_total{reason="slow_reader"}';

/** A logged-in raw client that watches a drop of many tiers and then stops reading. */
async function deafClient(): Promise<{ raw: RawClient; dropId: string }> {
  const state = dropState(world, {}, 200);
  await writeDrop(world, state);
  const raw = await rawDial(edge.port);
  raw.text(`40${JSON.stringify({ token: tokenFor(world) })}`);
  await until('logged in', () => raw.received().includes('"sid"'));
  raw.text(`420["drop:watch",{"dropId":"${state.id}"}]`);
  await until('watching', () => raw.received().includes('430['));
  raw.tcp.pause();
  return { raw, dropId: state.id };
}

/**
 * Asks for large snapshots, unread, until this holds. `gently`: slower than the edge looks, so that it sees the bytes
 * pile up on their way from one bound to the other.
 */
async function floodUntil(
  raw: RawClient,
  dropId: string,
  what: string,
  gently: boolean,
  probe: () => Promise<boolean>,
): Promise<void> {
  await until(
    what,
    async () => {
      for (let i = 0; i < (gently ? 1 : 20); i++) raw.text(`421["drop:watch",{"dropId":"${dropId}"}]`);
      if (gently) await world.clock.sleep(20);
      return await probe();
    },
    20_000,
  );
}

test('R22: a reader that stopped is marked stale, nobody else waits for it, and when it reads again it gets a snapshot', async () => {
  const { raw, dropId } = await deafClient();
  await floodUntil(raw, dropId, 'stale', true, async () => (await edge.metric(STALE)) === 1);
  const healthy = await connected(edge.port, tokenFor(world));
  expect(await ask(healthy, 'drop:watch', { dropId })).toMatchObject({ ok: true });
  raw.tcp.resume();
  await until('fresh again', async () => (await edge.metric(STALE)) === 0);
  await until('told so', () => raw.received().includes('42["server:stale"'));
  await until(
    'snapshot',
    () => raw.received().lastIndexOf('42["drop:state"') > raw.received().indexOf('42["server:stale"'),
  );
  expect(await edge.metric(CLOSED)).toBe(0);
  raw.tcp.destroy();
});

test('R23: one that does not read again is closed within its time, and costs no more memory than the bound', async () => {
  const before = await edge.metric(CLOSED);
  const { raw, dropId } = await deafClient();
  await floodUntil(raw, dropId, 'stale', true, async () => (await edge.metric(STALE)) === 1);
  await until(
    'closed',
    async () => (await edge.metric(CLOSED)) === before + 1,
    LIMITS.socketStaleCloseMs + 5_000,
  );
  raw.tcp.destroy();
});

test('R23: one that goes on asking without reading is closed at the bound, at once', async () => {
  const before = await edge.metric(CLOSED);
  const { raw, dropId } = await deafClient();
  await floodUntil(raw, dropId, 'closed', false, async () => (await edge.metric(CLOSED)) === before + 1);
  raw.tcp.destroy();
});
