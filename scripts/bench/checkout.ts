/**
 * `npm run bench -- checkout`: from a hold to paid tickets with the test provider, 200 fans at once: booked, authorised,
 * tickets issued, captured, codes signed, durable. Everybody buys of the same tier. First in process, then over HTTP
 * against a server of its own; load generator, server, Redis and Postgres share the machine.
 */
import { Agent, request } from 'node:http';
import { mintAccounts } from '../../load-tests/accounts.ts';
import { startProcess } from '../../load-tests/processes.ts';
import { createCheckout } from '../../server/checkout/index.ts';
import { createHolds } from '../../server/holds/index.ts';
import { generateKeys, keyRingFrom } from '../../server/keys/index.ts';
import { createProviders } from '../../server/payments/index.ts';
import { manyUsers } from './batches.ts';
import { type Held, holdMany, TICKETS } from './held.ts';
import { type BenchWorld, benchWorld, percentile, pool, print } from './world.ts';

const FANS = 200;
const ORDERS = Number(process.env.BENCH_ORDERS ?? 12_000);
const CARD = '4242424242424242';

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

function post(url: string, token: string, body: unknown): Promise<Record<string, never>> {
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
  const jwks = generateKeys();
  const server = await startProcess('api', {
    HOLDFAST_KEYS: JSON.stringify(jwks),
    DATABASE_URL: world.databaseUrl,
    REDIS_URL: world.redisUrl,
    HOLDFAST_DATA: `${world.dir}/data`,
  });
  const url = server.url as string;
  const fans = await mintAccounts({ ...world, keys: keyRingFrom(jwks) }, FANS);
  const tokens = new Map(fans.map(({ id, token }) => [id, token]));
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
