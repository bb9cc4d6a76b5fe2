/**
 * `npm run bench -- soak`: 20,000 orders paid through a Stripe whose webhooks are duplicated, dropped and shuffled, while the
 * program is killed 20 times (SIGKILL, in the middle of whatever it does). Fans repeat with the same key until they are answered;
 * some cards are declined, some need a step that nobody comes back to confirm, some tickets are given back. In the end nobody may
 * have paid without tickets, have tickets without paying, or have paid twice; and the reconciler, which compares ledger, provider
 * and tickets by itself, must find nothing. `SOAK_ORDERS`, `SOAK_KILLS` and `SOAK_SEED` change the figures.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { mintAccounts } from '../../load-tests/accounts.ts';
import {
  type Dump,
  type Endpoint,
  type FakeStripeProcess,
  spawnFakeStripe,
} from '../../load-tests/fake-stripe/index.ts';
import { type RunningProcess, startProcess } from '../../load-tests/processes.ts';
import { generateKeys, keyRingFrom } from '../../server/keys/index.ts';
import { brokenInvariants, checkInvariants } from '../../server/operations/index.ts';
import { freePort } from '../../server/stores/embedded-postgres.ts';
import { type Held, holdMany } from './held.ts';
import { type BenchWorld, benchWorld, pool, print } from './world.ts';

const ORDERS = Number(process.env.SOAK_ORDERS ?? 20_000);
const KILLS = Number(process.env.SOAK_KILLS ?? 20);
const SEED = process.env.SOAK_SEED ?? '1';
/** At once; each buys one order, since two alike within minutes are a finding of the reconciler's. */
const FANS = 80;
const SECRET_KEY = 'sk_test_fake';
const ANSWER_MS = 30_000;
const AGAIN_MS = 200;
/** A page asks after a payment that takes its time this often. */
const LOOK_MS = 1_000;
const MAX_TRIES = 6;
const SETTLE_MS = 300_000;
/** Longer than this soak takes: a token is not refreshed on the way. */
const HOUR_MS = 3_600_000;

interface Answer {
  status: number;
  body: {
    order?: { id: string };
    tickets?: { id: string }[];
    nextAction?: { clientSecret?: string };
    error?: { code: string };
  };
}

/** What happens to an order, by its number: most are simply paid. */
const kindOf = (i: number): 'declined first' | 'step' | 'given back' | 'plain' =>
  i % 50 === 0 ? 'declined first' : i % 40 === 1 ? 'step' : i % 30 === 3 ? 'given back' : 'plain';

/** The program on a fixed address, so that fans find the next process where the last one was. */
async function killable(env: Record<string, string>) {
  let running = await startProcess('api,worker', env);
  let kills = 0;
  return {
    get url() {
      return running.url as string;
    },
    get kills() {
      return kills;
    },
    async kill() {
      kills++;
      await running.stop('SIGKILL');
      running = await startProcess('api,worker', env);
    },
    stop: (): ReturnType<RunningProcess['stop']> => running.stop(),
  };
}
type Killable = Awaited<ReturnType<typeof killable>>;

/** How an order stands once nothing is on its way any more. */
async function standing(server: Killable, world: BenchWorld, token: string, orderId: string) {
  for (;;) {
    try {
      const answer = await fetch(`${server.url}/orders/${orderId}`, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const { order } = (await answer.json()) as { order?: { status: string } };
      if (order && order.status !== 'paying' && order.status !== 'committed') return order.status;
    } catch {
      // Killed over it, or not there yet.
    }
    await world.clock.sleep(LOOK_MS);
  }
}

/** Asks until it is answered: a dead process, or one that asks for patience, is asked again with the same key. */
async function ask(
  server: Killable,
  world: BenchWorld,
  path: string,
  token: string,
  body: object,
  key: string,
) {
  for (;;) {
    try {
      const answer = await fetch(`${server.url}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
          'idempotency-key': key,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const read: Answer = { status: answer.status, body: (await answer.json()) as Answer['body'] };
      if (read.status < 500 && read.body.error?.code !== 'REQUEST_IN_PROGRESS') return read;
    } catch {
      // Killed over it, or not there yet: the same question again, with the same key.
    }
    await world.clock.sleep(AGAIN_MS);
  }
}

interface Fans {
  world: BenchWorld;
  server: Killable;
  stripe: FakeStripeProcess;
  tokens: ReadonlyMap<string, () => string>;
  answers: Map<string, number>;
}

async function buy({ world, server, stripe, tokens, answers }: Fans, { userId, holdId }: Held, i: number) {
  const token = (tokens.get(userId) as () => string)();
  const post = (path: string, body: object, key: string) => ask(server, world, path, token, body, key);
  const note = (what: string) => answers.set(what, (answers.get(what) ?? 0) + 1);
  const kind = kindOf(i);
  const booked = await post('/tickets/book', { holdId }, `book-${holdId}`);
  const orderId = booked.body.order?.id;
  if (!orderId) return note(`not booked: ${booked.body.error?.code}`);
  const pay = (card: string, key: string) =>
    post('/payment', { orderId, method: { provider: 'stripe', paymentMethodId: card } }, `${key}-${holdId}`);
  if (kind === 'declined first') note(`declined card: ${(await pay('pm_card_chargeDeclined', 'no')).status}`);
  let paid = await pay(kind === 'step' ? 'pm_card_authenticationRequired' : 'pm_card_visa', 'pay-0');
  const intent = paid.body.nextAction?.clientSecret?.split('_secret_')[0];
  // The fan takes the step at the bank and never comes back: a webhook tells, or whoever asks.
  if (intent) await stripe.control('POST', `intents/${intent}/step`, { approve: true });
  // A payment that a kill cut off is taken back, and the fan, told so, pays again.
  for (let tries = 1; tries < MAX_TRIES && paid.status !== 200; tries++) {
    note(`${kind}: ${paid.status} ${paid.body.error?.code ?? ''}`.trim());
    if ((await standing(server, world, token, orderId)) !== 'pending') break;
    paid = await pay('pm_card_visa', `pay-${tries}`);
  }
  note(`${kind}: ${await standing(server, world, token, orderId)}`);
  if (kind === 'given back' && paid.status === 200) {
    const ticketIds = paid.body.tickets?.map((ticket) => ticket.id);
    note(`refund: ${(await post('/tickets/refund', { ticketIds }, `back-${holdId}`)).status}`);
  }
}

const COUNTS = `
  select (select count(*) from ticketing.orders where status = 'paid')::int as paid,
    (select count(*) from ticketing.orders where status in ('refunded', 'partially_refunded'))::int as refunded,
    (select count(*) from ticketing.orders where status in ('pending', 'paying', 'committed'))::int as unfinished,
    (select count(*) from ticketing.payments where status = 'stray' or (status = 'refunded' and detail ? 'asked'))::int as strays,
    (select count(*) from ticketing.payments p where p.captured_cents > p.refunded_cents and not exists (
       select from ticketing.tickets k where k.order_id = p.order_id and k.status in ('issued', 'transferred', 'redeemed')))::int as paid_without_tickets,
    (select count(*) from ticketing.tickets k where k.status in ('issued', 'transferred', 'redeemed') and not exists (
       select from ticketing.payments p where p.order_id = k.order_id and p.status = 'captured'))::int as tickets_without_money,
    (select count(*) from (select order_id from ticketing.payments where captured_cents > refunded_cents
       group by order_id having count(*) > 1) twice)::int as captured_twice,
    (select count(*) from payments.webhook_events)::int as webhooks,
    (select count(*) from payments.webhook_events where status = 'dead')::int as dead`;
const OPEN = `
  select (select count(*) from ticketing.payments where status in ('started', 'requires_action', 'unknown', 'authorized'))::int
    + (select count(*) from ticketing.refunds where status in ('requested', 'sending'))::int
    + (select count(*) from payments.webhook_events where status = 'received')::int as n`;

/** What became of the latest payment of each order that is not paid. */
const UNPAID = `
  select o.status as "order", p.status as payment, p.detail ->> 'decline' as decline, p.detail ->> 'code' as code, count(*)::int as n
    from ticketing.orders o left join lateral (
      select status, detail from ticketing.payments where order_id = o.id order by id desc limit 1) p on true
   where o.status in ('pending', 'paying', 'committed') group by 1, 2, 3, 4 order by n desc`;

/** Charges of one order that Stripe took and did not give back, beyond the first. */
function chargedTwice({ intents }: Dump): number {
  const taken = new Map<string, number>();
  for (const { status, amount_received, metadata } of intents)
    if (status === 'succeeded' && amount_received > 0)
      taken.set(metadata.order_id as string, (taken.get(metadata.order_id as string) ?? 0) + 1);
  return [...taken.values()].filter((n) => n > 1).length;
}

function reconcile(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const script = fileURLToPath(new URL('../lib/reconcile.ts', import.meta.url));
  const child = spawn(process.execPath, [script, 'payments', '--all', '--settled', '--dry-run'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, output })));
}

/** Until nothing is open any more; what is left after the limit is part of the report. */
async function settle(world: BenchWorld): Promise<number> {
  const end = world.clock.now() + SETTLE_MS;
  for (;;) {
    const { n } = (await world.ledger.reads.raw.query(OPEN)).rows[0] as { n: number };
    if (n === 0 || world.clock.now() >= end) return n;
    await world.clock.sleep(1_000);
  }
}

async function soak(
  world: BenchWorld,
  stripe: FakeStripeProcess,
  server: Killable,
  env: Record<string, string>,
) {
  const fans = await mintAccounts(
    { ...world, keys: keyRingFrom(JSON.parse(env.HOLDFAST_KEYS as string)) },
    ORDERS,
  );
  const tokens = new Map(fans.map(({ id, renew }) => [id, renew]));
  const event = await world.createEvent({
    startAt: new Date(world.clock.now() + 30 * 24 * HOUR_MS),
    tiers: [{ quantity: 5_000_000 }],
    drop: { limitPerFan: 1000 },
  });
  const held = await holdMany(world, event, [...tokens.keys()], ORDERS);
  const answers = new Map<string, number>();
  const every = Math.floor(ORDERS / (KILLS + 1));
  const started = performance.now();
  let done = 0;
  let killing: Promise<void> = Promise.resolve();
  await pool(held.length, FANS, async (i) => {
    await buy({ world, server, stripe, tokens, answers }, held[i] as Held, i);
    done++;
    if (done % every === 0 && server.kills < KILLS) killing = killing.then(() => server.kill());
  });
  await killing;
  const seconds = (performance.now() - started) / 1000;
  const open = await settle(world);
  const settled = (performance.now() - started) / 1000 - seconds;
  print(
    `${ORDERS} orders in ${seconds.toFixed(0)} s (${(ORDERS / seconds).toFixed(0)}/s), settled ${settled.toFixed(0)} s later, ${server.kills} kills`,
  );
  for (const [what, n] of [...answers].sort()) print(`  ${what.padEnd(40)} ${n}`);
  print(`still open: ${open}`);
}

async function verdict(
  world: BenchWorld,
  stripe: FakeStripeProcess,
  env: Record<string, string>,
): Promise<boolean> {
  const counts = (await world.ledger.reads.raw.query(COUNTS)).rows[0] as Record<string, number>;
  for (const [what, n] of Object.entries(counts)) print(`${what.replaceAll('_', ' ').padEnd(24)} ${n}`);
  for (const row of (await world.ledger.reads.raw.query(UNPAID)).rows)
    print(`  unfinished: ${JSON.stringify(row)}`);
  const told = await stripe.control<Record<string, unknown>>('GET', 'counts');
  print(`webhooks: ${JSON.stringify(told)}`);
  const twice = chargedTwice(await stripe.control<Dump>('GET', `books/${SECRET_KEY}`));
  print(`charged twice, by the provider's books: ${twice}`);
  const broken = brokenInvariants(await checkInvariants(world.ledger.reads));
  print(`invariants broken: ${broken.length === 0 ? 'none' : broken.join(', ')}`);
  const { code, output } = await reconcile(env);
  print(`reconciler: ${output.trim().split('\n').at(-1)}`);
  if (code !== 0) print(output);
  const bad = ['paid_without_tickets', 'tickets_without_money', 'captured_twice', 'dead'];
  return code === 0 && twice === 0 && broken.length === 0 && bad.every((what) => counts[what] === 0);
}

export async function run(): Promise<void> {
  const world = await benchWorld();
  const stripe = await spawnFakeStripe({ seed: SEED });
  const port = await freePort();
  const { secrets } = await stripe.control<Endpoint>('POST', 'webhooks', {
    url: `http://127.0.0.1:${port}/webhooks/stripe`,
  });
  await stripe.control('POST', 'mischief', {
    duplicate: 0.2,
    drop: 0.2,
    reorder: 0.5,
    reorderMs: 5_000,
    tries: 4,
    retryMs: 500,
  });
  const env = {
    DATABASE_URL: world.databaseUrl,
    REDIS_URL: world.redisUrl,
    HOLDFAST_DATA: `${world.dir}/data`,
    HOLDFAST_KEYS: JSON.stringify(generateKeys()),
    PORT: String(port),
    STRIPE_SECRET_KEY: SECRET_KEY,
    STRIPE_PUBLISHABLE_KEY: 'pk_test_fake',
    STRIPE_WEBHOOK_SECRET: secrets.join(','),
    STRIPE_API_BASE: stripe.url,
  };
  const server = await killable(env);
  try {
    await soak(world, stripe, server, env);
    const clean = await verdict(world, stripe, env);
    print(clean ? 'clean' : 'NOT CLEAN');
    if (!clean) process.exitCode = 1;
  } finally {
    await server.stop();
    await stripe.stop();
    await world.close();
  }
}

if (import.meta.main) await run();
