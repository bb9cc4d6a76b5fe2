import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { createSeating } from '../seating/index.ts';
import { hallMap, seatEvent } from '../seating/testing.ts';
import { connectGate, statement } from '../stores/index.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import { createWorker, type Worker, type WorkerOptions } from './index.ts';
import { createLease } from './lease.ts';
import { purgeOld } from './purge.ts';

let world: TestWorld;
const running: Worker[] = [];

beforeAll(async () => {
  world = await testWorld();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((worker) => worker.stop()));
});
afterAll(() => world.close());

interface Told {
  userId: string;
  event: string;
  payload: unknown;
}

function startWorker(over: Partial<WorkerOptions> = {}): { worker: Worker; told: Told[] } {
  const told: Told[] = [];
  const worker = createWorker({
    ledger: world.ledger,
    databaseUrl: world.databaseUrl,
    redis: world.gate,
    clock: world.clock,
    ids: world.ids,
    log: world.log,
    notify: {
      toUser: (userId, event, payload) => void told.push({ userId, event, payload }),
      toVendor: () => undefined,
    },
    queue: { step: async () => null },
    holds: {
      sweep: async () => [],
      relayCredits: async () => 0,
      purgeGates: async () => 0,
      resolvePending: async () => ({ confirmed: 0, returned: 0 }),
      audit: async () => ({ drops: 0, drifting: 0, reopened: 0 }),
      gate: { publish: async () => undefined },
    },
    seating: { channels: { releaseDue: async () => ({ channels: 0, seats: 0 }) } },
    pricing: { rules: { followDue: async () => 0 } },
    checkout: { recover: async () => ({ looked: 0, settled: 0, failed: 0 }) },
    refunds: { settle: async () => ({ looked: 0, settled: 0, failed: 0 }) },
    orderOf: async () => null,
    ...over,
  });
  worker.start();
  running.push(worker);
  return { worker, told };
}

const sql = <Row>(text: string, values: unknown[] = []) =>
  world.ledger.reads.all<Row>(statement('test', text), values);
const outbox = (topic: string, count: number) =>
  sql(
    `insert into ticketing.outbox (topic, payload) select $1, jsonb_build_object('n', n) from generate_series(1, $2::int) n`,
    [topic, count],
  );
const waiting = async () =>
  (await sql<{ n: number }>('select count(*)::int as n from ticketing.outbox'))[0]!.n;

test('W2: one holder at a time; given up or lapsed, the next one has it; without Redis everybody works', async () => {
  const [a, b] = [createLease(world.gate, 'a'), createLease(world.gate, 'b')];
  expect([await a.mine('x'), await b.mine('x'), await a.mine('x'), await b.mine('y')]).toEqual([
    true,
    false,
    true,
    true,
  ]);
  expect(await world.gate.pttl('lease:{x}')).toBeGreaterThan(LIMITS.workerLeaseMs / 2);
  await a.release();
  expect([await b.mine('x'), await a.mine('x')]).toEqual([true, false]);
  await world.gate.pexpire('lease:{x}', 1);
  await until('lapsed', () => a.mine('x'));
  await world.gate.flushall();
  expect(await b.mine('x')).toBe(true);
  const away = connectGate('redis://127.0.0.1:1', world.log);
  expect(await createLease(away, 'c').mine('x')).toBe(true);
  away.disconnect();
});

test('W2: of two workers one steps the lines; when it stops, the other goes on at once', async () => {
  const { dropId } = await world.createEvent();
  const steps: string[] = [];
  const stepper = (name: string) => async (id: string) => {
    if (id === dropId) steps.push(name);
    return null;
  };
  const first = startWorker({
    queue: { step: stepper('first') },
  });
  await until('stepped', () => steps.length > 0);
  startWorker({ queue: { step: stepper('second') } });
  const before = steps.length;
  await until('stepped on', () => steps.length >= before + 3);
  expect(new Set(steps)).toEqual(new Set(['first']));
  await first.worker.stop();
  running.splice(running.indexOf(first.worker), 1);
  await until('taken over', () => steps.includes('second'), 2_000);
});

test('W10: seats whose time has come are let go, and a round that failed is tried again', async () => {
  const event = await seatEvent(world, { map: hallMap({ accessible: true }), accessibleHoursBefore: 48 });
  await sql(`update ticketing.seat_channels set release_at = now() - interval '1 s' where event_id = $1`, [
    event.eventId,
  ]);
  const nothing = async () => undefined;
  const gate = { reopen: nothing, syncKept: nothing, settle: nothing, publish: nothing };
  const { channels } = createSeating({ ledger: world.ledger, log: world.log, ...gate });
  let failures = 2;
  startWorker({
    seating: {
      channels: {
        async releaseDue() {
          if (failures-- > 0) throw new Error('the ledger is away');
          return channels.releaseDue();
        },
      },
    },
  });
  await until('let go', async () => {
    const [tier] = await sql<{ kept: number }>(
      'select kept_quantity as kept from ticketing.ticket_tiers where id = $1',
      [event.tierIds[0]],
    );
    return tier?.kept === 0;
  });
  expect(failures).toBeLessThan(0);
});

test('W3: those called, lapsed and out of time are told once each', async () => {
  const { dropId } = await world.createEvent();
  const place = (number: number) => ({ placeId: world.ids.next(), userId: world.ids.next(), number });
  const [called, lapsed, expired] = [place(1), place(2), place(3)];
  let once = true;
  const { told } = startWorker({
    queue: {
      async step(id) {
        if (id !== dropId || !once) return null;
        once = false;
        return { called: [called], lapsed: [lapsed], expired: [expired] };
      },
    },
  });
  await until('told', () => told.length === 3);
  const { userId, ...about } = called;
  expect(told[0]).toEqual({ userId, event: 'place:updated', payload: { ...about, dropId, state: 'called' } });
  expect(told.map((t) => (t.payload as { state: string }).state)).toEqual(['called', 'late', 'expired']);
});

test('W4, W5: a drop that fails and an audit that fails keep nobody from hearing of their hold', async () => {
  const [bad, good] = [await world.createEvent(), await world.createEvent()];
  const hold = { holdId: world.ids.next(), userId: world.ids.next(), dropId: good.dropId };
  let swept = false;
  const stepped = new Set<string>();
  const { worker, told } = startWorker({
    queue: {
      async step(id) {
        if (id === bad.dropId) throw new Error('this line is broken');
        stepped.add(id);
        return null;
      },
    },
    holds: {
      async sweep() {
        if (swept) return [];
        swept = true;
        return [hold];
      },
      relayCredits: async () => 0,
      purgeGates: async () => 0,
      resolvePending: async () => ({ confirmed: 0, returned: 0 }),
      audit: () => Promise.reject(new Error('gate away')),
      gate: { publish: async () => undefined },
    },
  });
  await until('told', () => told.length === 1);
  expect(told[0]).toEqual({
    userId: hold.userId,
    event: 'hold:expired',
    payload: { holdId: hold.holdId, dropId: hold.dropId },
  });
  await until('stepped', () => stepped.has(good.dropId));
  const health = (name: string) => worker.health().find((loop) => loop.name === name);
  await until('said', () => health('lines')!.failures > 0 && health('audit')!.failures > 0);
  expect(health('audit')!.lastError).toBe('gate away');
  expect(health('sweep')!.failures).toBe(0);
});

test('W6: 1,200 outbox rows become 1,200 jobs, each once, with two workers relaying', async () => {
  const seen: number[] = [];
  const jobs = { 'test.count': async (payload: unknown) => void seen.push((payload as { n: number }).n) };
  await outbox('test.count', 1_200);
  startWorker({ jobs });
  startWorker({ jobs });
  await until('all run', () => seen.length >= 1_200, 25_000);
  expect(await waiting()).toBe(0);
  expect(new Set(seen).size).toBe(1_200);
  expect(seen.length).toBe(1_200);
});

test('W6: a paid order is pushed to its owner; a job that failed runs again', async () => {
  const orderId = world.ids.next();
  const userId = world.ids.next();
  let tries = 0;
  const { told } = startWorker({
    async orderOf(id) {
      if (id !== orderId) return null;
      if (++tries === 1) throw new Error('the ledger blinked');
      return { userId, view: { id: orderId, status: 'paid' } as never };
    },
  });
  await sql(
    `insert into ticketing.outbox (topic, payload) values ('order.paid', jsonb_build_object('orderId', $1::text))`,
    [orderId],
  );
  await until('pushed', () => told.length > 0, 20_000);
  expect(told[0]).toEqual({ userId, event: 'order:updated', payload: { id: orderId, status: 'paid' } });
  expect(tries).toBe(2);
});

test('W7: the job of a worker killed in the middle of it is done by another within seconds', async () => {
  const child = fork(fileURLToPath(new URL('./testing-worker.ts', import.meta.url)), {
    env: { PATH: process.env.PATH, DATABASE_URL: world.databaseUrl, REDIS_URL: world.redisUrl },
  });
  await outbox('test.hang', 1);
  expect(await once(child, 'message')).toEqual(['began', undefined]);
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  let done = 0;
  startWorker({ unlockAfterMs: 4_000, jobs: { 'test.hang': async () => void done++ } });
  await until('done', () => done === 1, 20_000);
});

test('W8: stopping waits for the job under way', async () => {
  let began = false;
  let ended = false;
  let finish: () => void = () => undefined;
  const { worker } = startWorker({
    jobs: {
      async 'test.slow'() {
        began = true;
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        ended = true;
      },
    },
  });
  await outbox('test.slow', 1);
  await until('began', () => began);
  running.splice(running.indexOf(worker), 1);
  const stopped = worker.stop();
  finish();
  await stopped;
  expect(ended).toBe(true);
  const rows = await sql<{ n: number }>(
    `select count(*)::int as n from graphile_worker.jobs where task_identifier = 'test.slow'`,
  );
  expect(rows[0]!.n).toBe(0);
});

test('W9: what is old goes, what may still be asked for stays', async () => {
  const user = await world.createUser();
  const { dropId } = await world.createEvent();
  const ids = [world.ids.next(), world.ids.next(), world.ids.next(), world.ids.next()];
  await sql(
    `insert into ticketing.hold_batches (id, drop_id, created_at) values ($1, $3, now() - interval '61 min'), ($2, $3, now() - interval '59 min')`,
    [ids[0], ids[1], dropId],
  );
  await sql(
    `insert into ticketing.idempotency_keys (user_id, key, request_hash, subject_id, created_at)
     values ($1, 'old', sha256(''), $2, now() - interval '49 hours'), ($1, 'new', sha256(''), $2, now() - interval '47 hours')`,
    [user.id, ids[0]],
  );
  await sql(
    `insert into accounts.sessions (id, user_id, expires_at) values ($1, $3, now() - interval '8 days'), ($2, $3, now() - interval '6 days')`,
    [ids[2], ids[3], user.id],
  );
  await sql(
    `insert into accounts.refresh_tokens (token_hash, session_id, expires_at)
     values ('\\x01', $1, now() - interval '8 days'), ('\\x02', $2, now() - interval '6 days')`,
    [ids[2], ids[3]],
  );
  expect(await purgeOld(world.ledger.reads)).toEqual({
    deleted: {
      hold_batches: 1,
      idempotency_keys: 1,
      letters: 0,
      mail_messages: 0,
      passkey_challenges: 0,
      payment_methods: 0,
      presale_grants: 0,
      refresh_tokens: 1,
      sessions: 1,
      webhook_events: 0,
    },
    more: false,
  });
  expect(await sql('select id from accounts.sessions where user_id = $1', [user.id])).toEqual([
    { id: ids[3] },
  ]);
  expect(await sql('select key from ticketing.idempotency_keys where user_id = $1', [user.id])).toEqual([
    { key: 'new' },
  ]);
  expect((await purgeOld(world.ledger.reads)).deleted.hold_batches).toBe(0);
});
