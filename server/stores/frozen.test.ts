/** A database that stops answering without hanging up: frozen, or behind a cut cable. */
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, isOutcomeUnknown, isStoreAway, type Pool, statement } from './index.ts';
import { type TestWorld, testWorld } from './testing.ts';

let world: TestWorld;
let server: Server;
let pool: Pool;
/** What is sent meanwhile arrives nowhere. */
let frozen = false;

beforeAll(async () => {
  world = await testWorld();
  const url = new URL(world.databaseUrl);
  const { hostname, port } = url;
  server = createServer((client) => {
    const upstream = dial(Number(port), hostname);
    const pass = (from: Socket, to: Socket) => {
      from.on('data', (data) => void (frozen || to.write(data)));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    };
    pass(client, upstream);
    pass(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as { port: number }).port);
  pool = createPool(
    { url: url.href, max: 2, statementTimeoutMs: 100, lockTimeoutMs: 100, name: 'frozen' },
    world.log,
  );
});
afterAll(async () => {
  await pool.end();
  server.close();
  await world.close();
});

const ONE = statement('frozen_one', 'select 1 as one');

test('G7: a frozen database ends the wait of statements and transactions, and serves again once it answers', async () => {
  expect(await pool.all(ONE)).toEqual([{ one: 1 }]);
  frozen = true;
  const waiting = [
    pool.all(ONE),
    pool.transaction((tx) => tx.all(ONE)),
    // No connection is left for this one.
    pool.all(ONE),
  ];
  for (const outcome of await Promise.allSettled(waiting)) {
    expect(outcome).toMatchObject({ status: 'rejected' });
    const { reason } = outcome as PromiseRejectedResult;
    expect([reason.message, isStoreAway(reason), isOutcomeUnknown(reason)]).toEqual([
      reason.message,
      true,
      true,
    ]);
  }
  frozen = false;
  expect(await pool.transaction((tx) => tx.all(ONE))).toEqual([{ one: 1 }]);
  expect(await pool.all(ONE)).toEqual([{ one: 1 }]);
});

test('G7: a step that was given more time gets it', async () => {
  const slow = statement('frozen_slow', 'select 1 as one from pg_sleep(2.3)');
  const rows = await pool.transaction(async (tx) => {
    await tx.all(statement('frozen_allow', `select set_config('statement_timeout', '5000', true)`));
    return tx.all(slow);
  }, 5_000);
  expect(rows).toEqual([{ one: 1 }]);
});
