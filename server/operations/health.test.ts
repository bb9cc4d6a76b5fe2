import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { call, httpWorld, signedIn } from '../http/testing.ts';
import { statement } from '../stores/index.ts';
import { manualClock, type TestWorld, testWorld } from '../stores/testing.ts';
import { createOperations, INVARIANT_NAMES, type Operations, operationsRoutes } from './index.ts';
import { type MadeSale, makeSale } from './testing.ts';

type Caller = { headers: { authorization: string }; user: { id: string } };

let world: TestWorld;
let app: FastifyInstance;
let operations: Operations;
let operator: Caller;
let others: Caller[];
let sale: MadeSale;

beforeAll(async () => {
  world = await testWorld();
  operations = createOperations(world);
  const slices = [(scope: FastifyInstance) => operationsRoutes(scope, { operations })];
  const http = await httpWorld(world, { env: { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8' }, slices });
  app = http.app;
  operator = await signedIn(world, http.accounts, 'operator');
  others = [await signedIn(world, http.accounts, 'vendor'), await signedIn(world, http.accounts, 'user')];
});
afterAll(async () => {
  await app.close();
  await world.close();
});
const sql = <Row>(text: string, values: unknown[] = []) =>
  world.ledger.reads.all<Row>(statement('health_test', text), values);
beforeEach(async () => {
  await sql(
    'truncate events.events, ticketing.outbox, ticketing.gate_credits, ticketing.workers, ticketing.holds, ticketing.ticket_holds cascade',
  );
  sale = await makeSale(world);
  await sql(`insert into ticketing.workers (id) values ('worker-1')`);
});

const PATHS = ['/operations/invariants', '/operations/drops', '/operations/health'];

test('W35: operators only', async () => {
  for (const path of PATHS) {
    expect((await call(app, 'GET', path, { headers: operator.headers })).status).toBe(200);
    expect((await call(app, 'GET', path)).status).toBe(401);
    for (const other of others)
      expect((await call(app, 'GET', path, { headers: other.headers })).status).toBe(403);
  }
});

test('W35: the invariants as sentences, with what breaks them', async () => {
  const whole = await call(app, 'GET', '/operations/invariants', { headers: operator.headers });
  expect(whole.body.ok).toBe(true);
  expect(whole.body.invariants.map((i: { name: string }) => i.name)).toEqual(INVARIANT_NAMES);
  await sql('update ticketing.fans set held = held + 1 where user_id = $1', [sale.holder]);
  const broken = await call(app, 'GET', '/operations/invariants', { headers: operator.headers });
  expect(broken.body.ok).toBe(false);
  const fanHeld = broken.body.invariants.find((i: { name: string }) => i.name === 'fan-held');
  expect(fanHeld).toMatchObject({
    violations: 1,
    sample: [{ user_id: sale.holder, held: 4, in_live_holds: 3 }],
  });
});

test('W35: callers at the same time share one check', async () => {
  const [a, b] = await Promise.all([operations.invariants(), operations.invariants()]);
  expect(a).toBe(b);
  expect(await operations.invariants()).not.toBe(a);
});

test('W36: a ledger in order, a worker alive and nothing late is healthy', async () => {
  const health = await createOperations(world).health();
  expect(health).toMatchObject({
    ok: true,
    stores: { ledger: { ok: true }, gate: { ok: true } },
    alerts: [],
  });
  expect(health.stores.ledger.detail).toMatch(/^Postgres \d+.*, \d+ MB, \d+ connections$/);
  expect(health.stores.gate.detail).toMatch(/^(Redis) \d.*, \d+ MB, \d+ clients$/);
  expect(health.workers).toMatchObject([{ id: 'worker-1', alive: true }]);
  expect(health.lags.map((lag) => lag.name)).toEqual([
    'holds',
    'turns',
    'openings',
    'payments',
    'outbox',
    'credits',
  ]);
});

test('W36: a store that is away is what is wrong, and the rest is still told', async () => {
  const gate = world.gate.duplicate();
  gate.disconnect();
  const health = await createOperations({ ...world, gate }).health();
  expect(health).toMatchObject({
    ok: false,
    stores: { ledger: { ok: true }, gate: { ok: false, answerMs: null } },
  });
  expect(health.lags).toHaveLength(6);
});

test('W36: no worker seen for a while is not healthy', async () => {
  await sql(`update ticketing.workers set seen_at = now() - interval '1 min'`);
  expect(await createOperations(world).health()).toMatchObject({ ok: false, workers: [{ alive: false }] });
});

test.each([
  ['holds', `update ticketing.holds set expires_at = now() - interval '1 min' where status = 'active'`],
  ['turns', `update ticketing.places set turn_expires_at = now() - interval '1 min' where state = 'turn'`],
  ['openings', `update ticketing.drops set phase = 'scheduled', opens_at = now() - interval '1 min'`],
  ['payments', `update ticketing.payments set status = 'unknown', updated_at = now() - interval '10 min'`],
  [
    'outbox',
    `insert into ticketing.outbox (topic, payload, created_at) values ('x', '{}', now() - interval '1 min')`,
  ],
  [
    'credits',
    `insert into ticketing.gate_credits (drop_id, hold_id, user_id, epoch, kind, created_at)
     values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, 'release', now() - interval '1 min')`,
  ],
])('W36: %s that wait too long are shown as late', async (name, delay) => {
  await sql(delay);
  const health = await createOperations(world).health();
  expect(health.ok).toBe(false);
  const late = health.lags.filter((lag) => !lag.ok);
  expect(late.map((lag) => lag.name)).toEqual([name]);
  expect(late[0]?.waiting).toBeGreaterThan(0);
  expect(late[0]?.oldestSeconds).toBeGreaterThan(59);
});

test('W36: what a pause holds up is not late', async () => {
  await sql(`update ticketing.drops set phase = 'paused', paused_at = now() - interval '10 min'`);
  await sql(`update ticketing.holds set expires_at = now() - interval '1 min' where status = 'active'`);
  expect((await createOperations(world).health()).lags.filter((lag) => lag.waiting > 0)).toEqual([]);
});

test('W37: every open drop with its line, stock and health', async () => {
  await world.createEvent({ drop: { phase: 'ended' } });
  const later = await world.createEvent({ drop: { phase: 'scheduled' }, tiers: [{ quantity: 9 }] });
  const drops = await createOperations(world).drops();
  expect(drops.map((drop) => drop.id)).toEqual([sale.dropId, later.dropId]);
  expect(drops[0]).toMatchObject({
    eventTitle: 'Test night',
    phase: 'live',
    joined: 3,
    waiting: 1,
    serving: 2,
    lastNumber: 3,
    turnsInUse: 1,
    maxTurns: 5,
    capacity: 150,
    available: 145,
    held: 3,
    sold: 2,
    healthScore: 0,
  });
  const listed = await call(app, 'GET', '/operations/drops', { headers: operator.headers });
  expect(listed.body.items).toEqual(drops);
});

const alerts = async () => (await createOperations(world).health()).alerts;

test.each([
  ['PAID_WITHOUT_TICKETS', 'P1', ['delete from ticketing.tickets']],
  [
    'OVERSOLD',
    'P1',
    [
      'alter table ticketing.ticket_tiers drop constraint if exists check_total_not_exceeded, drop constraint if exists check_kept_not_exceeded',
      'update ticketing.ticket_tiers set quantity = 4 where issued_quantity > 0',
    ],
  ],
  [
    'HIGH_RESERVED',
    'P2',
    ['update ticketing.ticket_tiers set reserved_quantity = 60 where issued_quantity > 0'],
  ],
  ['EXPIRED_HOLDS', 'P3', [`update ticketing.ticket_holds set expires_at = now() - interval '2 min'`]],
  [
    'STALE_ORDERS',
    'P3',
    [
      `insert into ticketing.orders (id, reference, user_id, event_id, drop_id, hold_id, status, subtotal_cents, total_cents, currency)
       select gen_random_uuid(), 'stale', user_id, event_id, drop_id, '${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}', 'pending', 0, 0, 'EUR'
       from ticketing.orders`,
    ],
  ],
  [
    'COUNTER_DRIFT',
    'P4',
    ['update ticketing.ticket_tiers set reserved_quantity = 1 where issued_quantity = 0'],
  ],
] as const)('W38: the runbook’s views raise %s', async (type, priority, plants) => {
  expect(await alerts()).toEqual([]);
  if (type === 'STALE_ORDERS')
    await sql(
      `insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
       values ('${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}', $1, $2, gen_random_uuid(), 'h', 'expired', 0, now(), 1)`,
      [sale.dropId, sale.waiting],
    );
  for (const plant of plants) await sql(plant);
  const found = (await alerts()).find((alert) => alert.type === type);
  expect(found).toMatchObject({ eventId: sale.eventId, priority, affected: 1 });
  const [row] = await sql<{ health_score: number }>(
    'select health_score::integer from ticketing.event_health where event_id = $1',
    [sale.eventId],
  );
  expect(row?.health_score).toBeGreaterThan(0);
});

test('W38: pages that ask every second share alerts up to five seconds old', async () => {
  const clock = manualClock();
  const shared = createOperations({ ...world, clock });
  expect((await shared.drops())[0]?.healthScore).toBe(0);
  await sql('delete from ticketing.tickets');
  expect((await shared.health()).alerts).toEqual([]);
  await clock.advance(5_000);
  expect((await shared.health()).alerts).toMatchObject([{ type: 'PAID_WITHOUT_TICKETS' }]);
  expect((await shared.drops())[0]?.healthScore).toBe(1);
});

test('W38: what is left of each tier, as the runbook reads it', async () => {
  const rows = await sql(
    `select tier_name, quantity, reserved_quantity, issued_quantity, available, percent_sold::float8 as percent_sold
     from ticketing.ticket_availability where event_id = $1 order by price_cents desc`,
    [sale.eventId],
  );
  expect(rows).toEqual([
    {
      tier_name: 'Floor',
      quantity: 100,
      reserved_quantity: 3,
      issued_quantity: 2,
      available: 95,
      percent_sold: 2,
    },
    {
      tier_name: 'Balcony',
      quantity: 50,
      reserved_quantity: 0,
      issued_quantity: 0,
      available: 50,
      percent_sold: 0,
    },
  ]);
});

test('W39: serving never falls, a number is for ever, and a seed is written once', async () => {
  await expect(sql('update ticketing.lines set serving = serving - 1')).rejects.toThrow('may not go back');
  await expect(sql('update ticketing.lines set last_number = last_number - 1')).rejects.toThrow();
  await expect(sql('update ticketing.place_numbers set number = number + 10')).rejects.toThrow(
    'may not go back',
  );
  await expect(sql(`update ticketing.draws set seed = sha256('x')`)).rejects.toThrow('may not go back');
});
