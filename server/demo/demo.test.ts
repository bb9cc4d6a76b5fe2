import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compose } from '../compose.ts';
import { createLifecycle, type Lifecycle } from '../kernel/index.ts';
import { loadKeyRing } from '../keys/index.ts';
import { brokenInvariants, checkInvariants } from '../operations/index.ts';
import { type Running, startRoles } from '../roles.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import { CROWD_PROGRAM, DEMO_ACCOUNTS, seedDemo, startDemo } from './index.ts';
import { nameOf } from './names.ts';
import { ensureSale } from './sale.ts';
import { ensureSeatedSale } from './seated-sale.ts';
import { type Temper, temperOf, wish } from './temper.ts';

let world: TestWorld;
let lifecycle: Lifecycle;
let running: Running;
/** So many that nobody letting go, or nobody dithering until a hold lapses, is a chance of less than one in ten thousand. */
const CROWD = 90;

beforeAll(async () => {
  world = await testWorld();
  const { clock, ids, log, databaseUrl, redisUrl, ledger, gate } = world;
  const config = world.config({ HOLDFAST_DEMO: 'on', HOLDFAST_CROWD: String(CROWD) });
  const keys = loadKeyRing(config);
  lifecycle = createLifecycle(log);
  const registry = new Registry();
  running = await startRoles({
    config,
    clock,
    ids,
    log,
    lifecycle,
    keys,
    registry,
    say: () => undefined,
    stores: { ledger, gate, cache: gate, databaseUrl, redisUrl, redisAdapterUrl: redisUrl },
    compose: (notify, extra) =>
      compose({ config, clock, ids, log, keys, registry, notify, ledger, gate, ...extra }),
  });
});
afterAll(async () => {
  await lifecycle.stop();
  await world.close();
});

const rows = async <Row>(text: string, values: unknown[] = []) =>
  (await world.ledger.reads.raw.query(text, values)).rows as Row[];

test('D1: the accounts are made once, and each logs in with its role', async () => {
  const { accounts } = running.house;
  await seedDemo(accounts);
  await seedDemo(accounts);
  for (const { email, password, role } of DEMO_ACCOUNTS) {
    const signedIn = await accounts.login({ email, password, address: '127.0.0.1' });
    expect(signedIn).toMatchObject({ ok: true, value: { user: { email, role } } });
  }
});

test('D2, D3: one open sale however often it is asked for; a fresh one after it ended', async () => {
  const { catalog } = running.house;
  const deps = { ledger: world.ledger, catalog, clock: world.clock };
  const before = world.clock.now();
  const sales = await Promise.all([1, 2, 3, 4].map(() => ensureSale(deps)));
  expect(sales.filter((sale) => sale.fresh)).toHaveLength(1);
  expect(new Set(sales.map((sale) => sale.dropId)).size).toBe(1);
  const sale = sales[0]!;
  const seconds = (sale.opensAt.getTime() - before) / 1000;
  expect(seconds).toBeGreaterThan(55);
  expect(seconds).toBeLessThan(66);
  const event = await catalog.read(sale.eventId, null);
  expect(event).toMatchObject({
    ok: true,
    value: { status: 'published', drop: { phase: 'lobby', hasLine: true } },
  });
  expect(event.ok && event.value.tiers).toHaveLength(3);

  await rows(`update ticketing.drops set phase = 'ended', ended_at = now() where id = $1`, [sale.dropId]);
  const next = await ensureSale(deps);
  expect(next).toMatchObject({ fresh: true });
  expect(next.dropId).not.toBe(sale.dropId);
  expect(await ensureSale(deps)).toMatchObject({ dropId: next.dropId, fresh: false });
  await rows(`update ticketing.drops set phase = 'ended', ended_at = now() where id = $1`, [next.dropId]);
});

test('D7: one sale with seats however often it is asked for, on sale at once, three tiers on the sections of a hall', async () => {
  const { catalog, maps } = running.house;
  const deps = { ledger: world.ledger, catalog, maps, clock: world.clock };
  const sales = await Promise.all([1, 2, 3].map(() => ensureSeatedSale(deps)));
  expect(sales.filter((sale) => sale.fresh)).toHaveLength(1);
  const event = await catalog.read(sales[0]!.eventId, null);
  expect(event).toMatchObject({
    ok: true,
    value: { status: 'published', drop: { phase: 'live', hasLine: false } },
  });
  const tiers = event.ok ? event.value.tiers : [];
  expect(tiers.map(({ name, seated }) => [name, seated])).toEqual([
    ['Stalls', true],
    ['Circle', true],
    ['Balcony', true],
  ]);
  expect(tiers.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(2_000);
  const [map] = await rows<{ n: number }>('select count(*)::int as n from ticketing.venue_maps');
  expect(map!.n).toBe(1);
});

test('D4, D7: the crowd joins, holds, pays, lets go and lets lapse by the public contract, and the books are in order', async () => {
  const told: string[] = [];
  const { line: sale, seated } = await startDemo({
    config: world.config({ HOLDFAST_CROWD: String(CROWD) }),
    clock: world.clock,
    log: world.log,
    lifecycle,
    say: (line) => told.push(line),
    ledger: world.ledger,
    databaseUrl: world.databaseUrl,
    accounts: running.house.accounts,
    catalog: running.house.catalog,
    maps: running.house.maps,
    port: running.port!,
    socketPort: running.socketPort!,
    doorsAfterMs: 4_000,
    pace: 0.02,
  });
  expect(told.join()).toContain(`/d/${sale.dropId}`);
  expect(told.join()).toContain(`/d/${seated.dropId}`);
  await rows('update ticketing.drops set hold_seconds = 5 where id = $1', [sale.dropId]);
  const seen = async () => {
    const found = await rows<{ status: string; n: number }>(
      'select status, count(*)::int as n from ticketing.holds where drop_id = $1 group by status',
      [sale.dropId],
    );
    return Object.fromEntries(found.map(({ status, n }) => [status, n]));
  };
  await until(
    'some bought, some let lapse, some let go',
    async () => {
      const { completed = 0, expired = 0, released = 0 } = await seen();
      return completed >= 5 && expired >= 1 && released >= 1;
    },
    60_000,
  );
  const claimed = async () =>
    (await rows('select seat from ticketing.seat_claims where event_id = $1', [seated.eventId])).length;
  await until('some seats are taken', async () => (await claimed()) >= 2, 30_000);
  const [sold] = await rows<{ tickets: number; issued: number }>(
    `select (select count(*)::int from ticketing.tickets where event_id = $1) as tickets,
            (select sum(issued_quantity)::int from ticketing.ticket_tiers where event_id = $1) as issued`,
    [sale.eventId],
  );
  expect(sold!.tickets).toBeGreaterThan(0);
  expect(sold!.tickets).toBe(sold!.issued);
  expect(brokenInvariants(await checkInvariants(world.ledger.reads))).toEqual([]);
}, 120_000);

test('D5: the crowd ends when whoever called it is gone', async () => {
  const env = { ...process.env, DATABASE_URL: world.databaseUrl, HOLDFAST_DATA: world.config().dataDir };
  const crowd = fork(CROWD_PROGRAM, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env });
  const ended = once(crowd, 'exit');
  await once(crowd, 'spawn');
  // What the kernel does to the channel when the other end dies.
  crowd.disconnect();
  expect(await ended).toEqual([0, null]);
});

test('D6: every temper occurs, and wishes fit what there is', () => {
  let seed = 1;
  // A small generator with a fixed seed: the same spread each time.
  const chance = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const tempers = Array.from({ length: 2_000 }, () => temperOf(chance));
  const count = (is: (temper: Temper) => boolean) => tempers.filter(is).length / tempers.length;
  expect(new Set(tempers.map((temper) => temper.ending)).size).toBe(5);
  expect(count((temper) => temper.ending === 'buy')).toBeGreaterThan(0.5);
  expect(count((temper) => temper.ending === 'dither')).toBeGreaterThan(0.08);
  expect(count((temper) => temper.early)).toBeGreaterThan(0.6);
  expect(count((temper) => temper.claimAfterMs === Number.POSITIVE_INFINITY)).toBeGreaterThan(0.02);
  expect(tempers.every((temper) => temper.quantity >= 1 && temper.quantity <= 4)).toBe(true);

  const tiers = [
    { id: 'a', available: 1 },
    { id: 'b', available: 0 },
    { id: 'c', available: 9 },
  ];
  expect(wish(tiers, { quantity: 3, twoTiers: false }, 0)).toEqual([{ tierId: 'a', quantity: 1 }]);
  expect(wish(tiers, { quantity: 3, twoTiers: true }, 0.99)).toEqual([
    { tierId: 'c', quantity: 2 },
    { tierId: 'a', quantity: 1 },
  ]);
  const seats = [{ id: 's', available: 9, seated: true }];
  expect(wish(seats, { quantity: 3, twoTiers: true }, 0)).toEqual([{ tierId: 's', bestAvailable: 3 }]);
  expect(wish([{ id: 'b', available: 0 }], { quantity: 1, twoTiers: false }, 0.5)).toEqual([]);
  expect(new Set(Array.from({ length: 300 }, (_, i) => nameOf(i))).size).toBeGreaterThan(250);
});
