/** The gate and the ledger failing at chosen moments, rather than by luck. */
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectGate } from '../stores/index.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import { PLACE } from './batch.ts';
import { params } from './batch-call.ts';
import { createHolds, type Holds } from './index.ts';

let world: TestWorld;
let holds: Holds;
beforeAll(async () => {
  world = await testWorld();
  holds = createHolds({ ...world, pendingLookupMs: 0 });
});
afterAll(() => world.close());

const run = (text: string, values: unknown[] = []) => world.ledger.reads.raw.query(text, values);
async function drop(quantity: number) {
  const event = await world.createEvent({ tiers: [{ quantity }], drop: {} });
  return { dropId: event.dropId as string, tier: event.tierIds[0] as string };
}
const free = async (dropId: string) => (await holds.gate.read(dropId))?.tiers[0]?.available;
const reserved = async (tier: string) =>
  (await run('select reserved_quantity as n from ticketing.ticket_tiers where id = $1', [tier])).rows[0].n;

/** Stands between a client and Redis; `cut()` delivers the next request and loses its reply with the connection. */
async function cuttable(): Promise<{ url: string; cut(): void; cuts: number; server: Server }> {
  const path = join(world.dir, 'cut.sock');
  const state = { armed: false, cuts: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = dial(world.redisUrl.slice('unix://'.length));
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => {
      // Armed right before a hold is asked for: its script is the next one to pass.
      if (state.armed && data.includes('evalsha')) {
        upstream.once('data', () => {
          state.cuts++;
          client.destroy();
        });
        state.armed = false;
      }
      upstream.write(data);
    });
    upstream.on('data', (data) => client.writable && client.write(data));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    url: `unix://${path}`,
    server,
    cut() {
      state.armed = true;
    },
    get cuts() {
      return state.cuts;
    },
  };
}

test('H3, H14: a hold whose reply from the gate was lost with the connection takes its stock once', async () => {
  const { dropId, tier } = await drop(10);
  const proxy = await cuttable();
  const gate = connectGate(proxy.url, world.log);
  await new Promise<void>((resolve) => gate.once('ready', () => resolve()));
  const other = createHolds({ ...world, gate, pendingLookupMs: 0 });
  const ask = (user: string, requestId: string) =>
    other.place(user, { dropId, requestId, items: [{ tierId: tier, quantity: 1 }] });
  try {
    expect((await ask((await world.createUser()).id, world.ids.next())).ok).toBe(true);
    const user = (await world.createUser()).id;
    const requestId = world.ids.next();
    proxy.cut();
    await until('an answer', async () => (await ask(user, requestId)).ok);
    expect(proxy.cuts).toBe(1);
    expect(await reserved(tier)).toBe(2);
    await until('the gate to agree', async () => (await free(dropId)) === 8);
  } finally {
    gate.disconnect();
    proxy.server.close();
  }
});

test('H14: after its connection was lost the gate is not believed: it may be a stale copy with the live epoch', async () => {
  const { dropId, tier } = await drop(10);
  expect(await free(dropId)).toBe(10);
  const epoch = await world.gate.get(`{${dropId}}:epoch`);
  await world.gate.hset(`{${dropId}}:${epoch}:stock`, tier, '3');
  const closed = new Promise<void>((resolve) => world.gate.once('close', () => resolve()));
  await world.gate.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'no').catch(() => undefined);
  await closed;
  await until('the connection to be back', () => world.gate.status === 'ready');
  expect(await free(dropId)).toBe(10);
  expect(Number(await world.gate.get(`{${dropId}}:epoch`))).toBe(Number(epoch) + 1);
});

test('H13: a pending entry whose batch is only slow is waited for, not given back', async () => {
  const { dropId, tier } = await drop(5);
  await holds.gate.reopen(dropId, 'test');
  const epoch = Number(await world.gate.get(`{${dropId}}:epoch`));
  const userId = (await world.createUser()).id;
  const entry = {
    holdId: world.ids.next(),
    userId,
    dropId,
    requestId: world.ids.next(),
    bodyHash: 'h',
    epoch,
    lines: [{ tierId: tier, quantity: 2 }],
    wish: null,
    replaces: null,
  };
  const key = (name: string) => `{${dropId}}:${epoch}:${name}`;
  await world.gate.hincrby(key('stock'), tier, -2);
  await world.gate.hincrby(key('fans'), userId, 2);
  await world.gate.hset(key('holds'), entry.holdId, `${userId}|${entry.requestId}|${tier}:2`);
  await world.gate.hset(key('pending'), entry.holdId, '1');
  const slow = await world.ledger.reads.raw.connect();
  try {
    await slow.query('begin');
    await slow.query({ text: PLACE.text, values: params(world.ids.next(), dropId, [entry]) });
    const looked = holds.resolvePending();
    await until('the look-up to wait at the fence', async () => {
      const { rows } = await run(
        `select 1 from pg_stat_activity where wait_event = 'advisory' and datname = current_database()`,
      );
      return rows.length > 0;
    });
    await slow.query('commit');
    expect(await looked).toEqual({ confirmed: 1, returned: 0 });
  } finally {
    slow.release();
  }
  expect(await reserved(tier)).toBe(2);
  expect(await free(dropId)).toBe(3);
});

test('H16: the resolver waits for a batch that is still committing, and then tells its answer', async () => {
  const { dropId, tier } = await drop(5);
  await holds.gate.reopen(dropId, 'test');
  const epoch = Number(await world.gate.get(`{${dropId}}:epoch`));
  const userId = (await world.createUser()).id;
  const requestId = world.ids.next();
  // The hold's own backend is killed while it waits for a tier that somebody else has locked.
  const blocker = await world.ledger.reads.raw.connect();
  await blocker.query('begin');
  await blocker.query('select 1 from ticketing.ticket_tiers where id = $1 for update', [tier]);
  const asked = holds.place(userId, { dropId, requestId, items: [{ tierId: tier, quantity: 1 }] });
  try {
    await until('the batch to wait', async () => {
      const { rows } = await run(
        `select pid from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'holdfast-holds' and datname = current_database()`,
      );
      if (rows.length > 0) await run('select pg_terminate_backend($1)', [rows[0].pid]);
      return rows.length > 0;
    });
    await blocker.query('commit');
  } finally {
    blocker.release();
  }
  const held = await asked;
  expect(held.ok).toBe(true);
  expect(await reserved(tier)).toBe(1);
  expect(epoch).toBe(Number(await world.gate.get(`{${dropId}}:epoch`)));
});

test('H14: a rebuild that was asked for later does not make do with one that has read the ledger already', async () => {
  const { dropId, tier } = await drop(10);
  await holds.gate.reopen(dropId, 'test');
  const epoch = Number(await world.gate.get(`{${dropId}}:epoch`));
  // The first one has read the ledger and waits for Redis.
  await world.gate.call('CLIENT', 'PAUSE', '400', 'WRITE');
  const first = holds.gate.reopen(dropId, 'test');
  await until('the first to have read the ledger', async () => {
    const { rows } = await run('select epoch from ticketing.drops where id = $1', [dropId]);
    return rows[0].epoch > epoch;
  });
  await run('update ticketing.ticket_tiers set quantity = 15, version = version + 1 where id = $1', [tier]);
  await Promise.all([first, holds.gate.reopen(dropId, 'test'), holds.gate.reopen(dropId, 'test')]);
  expect(await free(dropId)).toBe(15);
});
