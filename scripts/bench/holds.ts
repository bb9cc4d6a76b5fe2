/**
 * `npm run bench -- holds`: durable holds over sockets beside a bare echo over the same socket layer and beside one
 * transaction per hold on the same tables, in one run. Load generator, edge, Redis and Postgres share the machine.
 */
import pg from 'pg';
import { batches, manyUsers } from './batches.ts';
import { child, message, startEdge } from './children.ts';
import type { Report } from './load-child.ts';
import { type BenchWorld, benchWorld, percentile, pool, print } from './world.ts';

/** Everybody wants the same tier: that is what a drop is. */
const HOT_TIER = [{ quantity: 5_000_000 }];
const FANS = 600;
const SECONDS = 8;
const HALF_RATE_SECONDS = 8;

/** One transaction per hold: BEGIN, UPDATE, INSERT, COMMIT over 20 connections, as most ticket shops do it. */
async function oneByOne(world: BenchWorld, users: string[], seconds: number): Promise<number> {
  const event = await world.createEvent({
    tiers: HOT_TIER,
    drop: { limitPerFan: 1000 },
  });
  const connections = new pg.Pool({ connectionString: world.databaseUrl, max: 20 });
  const end = performance.now() + seconds * 1000;
  let done = 0;
  const started = performance.now();
  await pool(20, 20, async (w) => {
    for (let i = 0; performance.now() < end; i++) {
      const client = await connections.connect();
      const tier = event.tierIds[0];
      const hold = world.ids.next();
      const user = users[(w * 7919 + i) % users.length];
      await client.query('BEGIN');
      const taken = await client.query({
        name: 'take',
        text: `update ticketing.ticket_tiers set reserved_quantity = reserved_quantity + 1, version = version + 1
                where id = $1 and quantity - reserved_quantity - issued_quantity >= 1`,
        values: [tier],
      });
      if (taken.rowCount !== 1) throw new Error('the comparison ran out of stock');
      await client.query({
        name: 'insert',
        text: `with h as (insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
                          values ($1, $2, $3, $4, 'x', 'active', 1, now() + interval '15 minutes', 1) returning id)
               insert into ticketing.ticket_holds (hold_id, tier_id, user_id, quantity, unit_price_cents, status, expires_at)
               select id, $5, $3, 1, 5000, 'active', now() + interval '15 minutes' from h`,
        values: [hold, event.dropId, user, world.ids.next(), tier],
      });
      await client.query('COMMIT');
      client.release();
      done++;
    }
  });
  const rate = done / ((performance.now() - started) / 1000);
  await connections.end();
  return rate;
}

const line = (name: string, report: Report): number => {
  const sorted = report.latencies.sort((a, b) => a - b);
  const rate = report.ok / report.seconds;
  const refused = Object.entries(report.refused).map(([code, n]) => `${code} ${n}`);
  print(
    `${name.padEnd(30)} ${rate.toFixed(0).padStart(8)} /s   p50 ${percentile(sorted, 0.5).toFixed(1)} ms  p99 ${percentile(sorted, 0.99).toFixed(1)} ms${refused.length ? `   refused: ${refused.join(', ')}` : ''}`,
  );
  return rate;
};

export async function run(): Promise<void> {
  const world = await benchWorld();
  const users = await manyUsers(world, FANS);
  const { edge, url } = await startEdge(world);
  const load = async (mode: 'echo' | 'hold', seconds: number, rate?: number): Promise<Report> => {
    const event = await world.createEvent({
      tiers: HOT_TIER,
      drop: { limitPerFan: 1000 },
    });
    const generator = child('./load-child.ts');
    generator.send({
      url,
      users,
      mode,
      dropId: event.dropId,
      tierIds: event.tierIds,
      seconds,
      rate,
    });
    const report = await message<Report>(generator);
    generator.disconnect();
    return report;
  };
  try {
    await load('hold', 3);
    const echo = line('echo over sockets', await load('echo', SECONDS));
    const durable = line('durable holds over sockets', await load('hold', SECONDS));
    line('  at half that rate', await load('hold', HALF_RATE_SECONDS, durable / 2));
    const single = await oneByOne(world, users, SECONDS);
    print(`${'one transaction per hold'.padEnd(30)} ${single.toFixed(0).padStart(8)} /s`);
    await batches(world);
    print('');
    print(
      `durable holds / echo                ${(durable / echo).toFixed(2)}   (target >= 0.40, floor 0.25)`,
    );
    print(`durable holds / one transaction     ${(durable / single).toFixed(1)}   (target >= 15)`);
  } finally {
    edge.disconnect();
    await world.close();
  }
}

if (import.meta.main) await run();
