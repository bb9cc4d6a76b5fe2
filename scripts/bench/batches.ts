/** Batches alone, in process: what the ledger's batch function takes, without gate or sockets. */
import { createBatches } from '../../server/holds/batch.ts';
import { type BenchWorld, benchWorld, percentile, pool, print } from './world.ts';

const HOLDS = 60_000;
const WIDTH = 1_600;

export async function batches(world: BenchWorld, count = HOLDS): Promise<number> {
  const event = await world.createEvent({
    tiers: Array.from({ length: 3 }, () => ({ quantity: 5_000_000 })),
    drop: { limitPerFan: 1000 },
  });
  const users = await manyUsers(world, 5_000);
  const group = createBatches({
    pool: world.ledger.holds,
    clock: world.clock,
    ids: world.ids,
    log: world.log,
  });
  const latencies: number[] = [];
  let granted = 0;
  const started = performance.now();
  await pool(count, WIDTH, async (i) => {
    const at = performance.now();
    const answer = await group.submit({
      holdId: world.ids.next(),
      userId: users[i % users.length] as string,
      dropId: event.dropId as string,
      requestId: world.ids.next(),
      bodyHash: 'bench',
      epoch: 1,
      // every third hold takes two tiers
      lines: (i % 3 ? [0] : [0, 1])
        .map((t) => ({ tierId: event.tierIds[(i + t) % 3] as string, quantity: 1 }))
        .sort((a, b) => (a.tierId < b.tierId ? -1 : 1)),
      wish: null,
      replaces: null,
    });
    if (answer.code === 'GRANTED') granted++;
    latencies.push(performance.now() - at);
  });
  const seconds = (performance.now() - started) / 1000;
  if (granted !== count) throw new Error(`only ${granted} of ${count} granted`);
  latencies.sort((a, b) => a - b);
  const rate = count / seconds;
  print(
    `batches alone        ${rate.toFixed(0).padStart(8)} holds/s   p50 ${percentile(latencies, 0.5).toFixed(1)} ms  p99 ${percentile(latencies, 0.99).toFixed(1)} ms`,
  );
  return rate;
}

export async function manyUsers(world: BenchWorld, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => world.ids.next());
  await world.ledger.reads.raw.query(
    `insert into accounts.users (id, email, name, password_hash, role)
     select id, id || '@bench.test', 'Bench', 'none', 'user' from unnest($1::uuid[]) as id`,
    [ids],
  );
  return ids;
}

if (import.meta.main) {
  const world = await benchWorld();
  await batches(world, 20_000);
  await batches(world);
  await world.close();
}
