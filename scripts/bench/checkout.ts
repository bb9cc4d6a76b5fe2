/**
 * `npm run bench -- checkout`: from a hold to paid tickets with the test provider, 200 fans at once: booked, authorised,
 * tickets issued, captured, codes signed, durable. Everybody buys of the same tier. First in process, then over HTTP
 * against a server of its own; load generator, server, Redis and Postgres share the machine.
 */
import { Agent, request } from 'node:http';
import { startProcess } from '../../load-tests/processes.ts';
import { createCheckout } from '../../server/checkout/index.ts';
import { createHolds } from '../../server/holds/index.ts';
import { generateKeys, keyRingFrom } from '../../server/keys/index.ts';
import { createProviders } from '../../server/payments/index.ts';
import type { MadeEvent } from '../../server/stores/testing-factories.ts';
import { manyUsers } from './batches.ts';
import { type BenchWorld, benchWorld, percentile, pool, print } from './world.ts';

const FANS = 200;
const ORDERS = Number(process.env.BENCH_ORDERS ?? 12_000);
const TICKETS = 2;
const CARD = '4242424242424242';

interface Held {
  userId: string;
  holdId: string;
}

/** Holds as a batch would have left them; the gate opens on the ledger afterwards. */
async function holdMany(
  world: BenchWorld,
  event: MadeEvent,
  users: string[],
  count: number,
): Promise<Held[]> {
  const held = Array.from({ length: count }, (_, i) => ({
    userId: users[i % users.length] as string,
    holdId: world.ids.next(),
  }));
  const ids = held.map((h) => h.holdId);
  const owners = held.map((h) => h.userId);
  const run = (text: string, values: unknown[]) => world.ledger.reads.raw.query(text, values);
  await run(
    `insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
     select h.id, $3, h.owner, h.id, 'bench', 'active', $4, now() + interval '1 hour', 1 from unnest($1::uuid[], $2::uuid[]) as h (id, owner)`,
    [ids, owners, event.dropId, TICKETS],
  );
  await run(
    `insert into ticketing.ticket_holds (hold_id, tier_id, user_id, quantity, unit_price_cents, status, expires_at)
     select h.id, $3, h.owner, $4, 5000, 'active', now() + interval '1 hour' from unnest($1::uuid[], $2::uuid[]) as h (id, owner)`,
    [ids, owners, event.tierIds[0], TICKETS],
  );
  await run(
    `insert into ticketing.fans (drop_id, user_id, held) select $1, u, $3::int from unnest($2::uuid[]) as u`,
    [event.dropId, users, (count / users.length) * TICKETS],
  );
  await run('update ticketing.ticket_tiers set reserved_quantity = $2 where id = $1', [
    event.tierIds[0],
    count * TICKETS,
  ]);
  await run('analyze', []);
  return held;
}

const newEvent = (world: BenchWorld) =>
  world.createEvent({ tiers: [{ quantity: 5_000_000 }], drop: { limitPerFan: 1000 } });

function report(name: string, latencies: number[], seconds: number): void {
  const sorted = latencies.sort((a, b) => a - b);
  print(
    `${name.padEnd(34)} ${(latencies.length / seconds).toFixed(0).padStart(6)} orders/s   p50 ${percentile(sorted, 0.5).toFixed(0)} ms  p95 ${percentile(sorted, 0.95).toFixed(0)} ms  p99 ${percentile(sorted, 0.99).toFixed(0)} ms`,
  );
}

/** Each fan buys one order after the other. */
async function rush(name: string, held: Held[], buy: (one: Held) => Promise<void>): Promise<void> {
  const latencies: number[] = [];
  const started = performance.now();
  await pool(held.length, FANS, async (i) => {
    const at = performance.now();
    await buy(held[i] as Held);
    latencies.push(performance.now() - at);
  });
  report(name, latencies, (performance.now() - started) / 1000);
}

async function inProcess(world: BenchWorld): Promise<void> {
  const users = await manyUsers(world, FANS);
  const holds = createHolds(world);
  const checkout = createCheckout({
    ledger: world.ledger,
    clock: world.clock,
    ids: world.ids,
    log: world.log,
    keys: keyRingFrom(generateKeys()),
    notify: { toUser: () => undefined, toVendor: () => undefined },
    providers: createProviders({ db: world.ledger.payments, clock: world.clock, testCards: true }),
    holds,
  });
  const buy = async ({ userId, holdId }: Held): Promise<void> => {
    const booked = await checkout.book(userId, { holdId }, null);
    if (!booked.ok) throw new Error(`not booked: ${booked.error.code}`);
    const method = { provider: 'test' as const, card: CARD };
    const paid = await checkout.pay(userId, { orderId: booked.value.order.id, method }, null);
    if (!paid.ok || paid.value.body.tickets?.length !== TICKETS) throw new Error('not paid');
  };
  await rush('(warming up)', await holdMany(world, await newEvent(world), users, 2_000), buy);
  await rush('in process', await holdMany(world, await newEvent(world), users, ORDERS), buy);
  await checkout.idle();
  await holds.idle();
}

const agent = new Agent({ keepAlive: true, maxSockets: FANS });

function post(url: string, token: string | null, body: unknown): Promise<Record<string, never>> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => {
          if ((answer.statusCode ?? 500) >= 300) reject(new Error(`${url}: ${answer.statusCode} ${text}`));
          else resolve(JSON.parse(text));
        });
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

async function overHttp(world: BenchWorld): Promise<void> {
  const server = await startProcess('api', {
    DATABASE_URL: world.databaseUrl,
    REDIS_URL: world.redisUrl,
    HOLDFAST_DATA: `${world.dir}/data`,
  });
  const url = server.url as string;
  const tokens = new Map<string, string>();
  await pool(FANS, 8, async (i) => {
    const account = { email: `buyer-${i}@bench.test`, password: 'correct horse battery' };
    await post(`${url}/register`, null, { ...account, name: 'Bench', role: 'user' });
    const { accessToken, user } = (await post(`${url}/login`, null, account)) as unknown as {
      accessToken: string;
      user: { id: string };
    };
    tokens.set(user.id, accessToken);
  });
  const buy = async ({ userId, holdId }: Held): Promise<void> => {
    const token = tokens.get(userId) as string;
    const { order } = (await post(`${url}/tickets/book`, token, { holdId })) as unknown as {
      order: { id: string };
    };
    await post(`${url}/payment`, token, { orderId: order.id, method: { provider: 'test', card: CARD } });
  };
  try {
    const users = [...tokens.keys()];
    await rush('(warming up)', await holdMany(world, await newEvent(world), users, 2_000), buy);
    await rush('over HTTP', await holdMany(world, await newEvent(world), users, ORDERS), buy);
  } finally {
    agent.destroy();
    await server.stop();
  }
}

export async function run(): Promise<void> {
  const world = await benchWorld();
  try {
    await inProcess(world);
    await overHttp(world);
    print('target: 2,000 orders/s, p95 under 300 ms');
  } finally {
    await world.close();
  }
}

if (import.meta.main) await run();
