import { afterAll, beforeAll, expect, test } from 'vitest';
import { mintAccounts } from '../load-tests/accounts.ts';
import { type RunningProcess, startProcess } from '../load-tests/processes.ts';
import { race } from '../load-tests/race.ts';
import { generateKeys, keyRingFrom } from '../server/keys/index.ts';
import { hallMap, seatEvent } from '../server/seating/testing.ts';
import { type TestWorld, testWorld } from '../server/stores/testing.ts';

let world: TestWorld;
const jwks = generateKeys();
const running: RunningProcess[] = [];
const env = () => ({
  DATABASE_URL: world.databaseUrl,
  REDIS_URL: world.redisUrl,
  HOLDFAST_DATA: `${world.dir}/data`,
  HOLDFAST_KEYS: JSON.stringify(jwks),
});

beforeAll(async () => {
  world = await testWorld();
  running.push(await startProcess('edge,worker', env()), await startProcess('edge', env()));
}, 120_000);
afterAll(async () => {
  await Promise.all(running.map((p) => p.stop()));
  await world.close();
}, 60_000);

async function setUp() {
  const fans = await mintAccounts({ ...world, keys: keyRingFrom(jwks) }, 240);
  const event = await world.createEvent({
    tiers: [{ quantity: 40 }, { quantity: 20 }],
    drop: { hasLine: true, limitPerFan: 2, maxTurns: 5000, overbook: 100 },
  });
  return { fans, dropId: event.dropId as string, tierIds: event.tierIds };
}
const edges = () => running.map((p) => p.socketUrl as string);

test('H14, R1, W1: 240 fans, 60 tickets, two edges, FLUSHALL on the way: 60 promised, 60 in the ledger, none oversold', async () => {
  const report = await race({
    ...world,
    ...(await setUp()),
    edges: edges(),
    breakAt: 0.3,
    break: () => world.gate.flushall(),
  });
  expect(report).toMatchObject({ yes: 60, ledgerUnits: 60, lost: 0, broken: [], other: {} });
}, 120_000);

test('H13, R1: an edge killed with SIGKILL in the middle of the race loses nothing that was promised', async () => {
  const set = await setUp();
  const victim = running[1] as RunningProcess;
  const report = await race({
    ...world,
    ...set,
    edges: edges(),
    breakAt: 0.3,
    break: () => victim.stop('SIGKILL'),
  });
  running.splice(1, 1);
  expect(report).toMatchObject({ lost: 0, broken: [], other: {} });
  expect(report.reconnects).toBeGreaterThan(0);
  // What the dead edge had in hand is still held, in the ledger or in the gate until it is looked up: never more than there is.
  expect(report.ledgerUnits).toBeLessThanOrEqual(60);
  expect(report.yes).toBeGreaterThan(0);
}, 120_000);

test('S65, S69: 240 fans want the same few of 60 seats, two edges, FLUSHALL on the way: every seat is promised once', async () => {
  const fans = await mintAccounts({ ...world, keys: keyRingFrom(jwks) }, 240);
  const event = await seatEvent(world, {
    map: hallMap({ rows: 6, seatsPerRow: 10 }),
    orphanRule: false,
    drop: { hasLine: true, limitPerFan: 2, maxTurns: 5000, overbook: 100 },
  });
  const tierId = event.tierIds[0] as string;
  running.push(await startProcess('edge', env()));
  const report = await race({
    ...world,
    fans,
    dropId: event.dropId,
    tierIds: event.tierIds,
    itemsOf: (i) => [{ tierId, seatIds: [event.seatIds[i % 8] as string] }],
    edges: edges(),
    breakAt: 0.3,
    break: () => world.gate.flushall(),
  });
  expect(report).toMatchObject({ yes: 60, ledgerUnits: 60, lost: 0, twice: 0, broken: [] });
}, 120_000);
