/**
 * Webhooks as they come: a Stripe in a process of its own signs and posts them to a running program, twice, late, in another
 * order, or not at all. Nobody else drives these payments on: the worker's own questions are put off for ever.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Minted, mintAccounts } from '../load-tests/accounts.ts';
import {
  type Dump,
  type Endpoint,
  type FakeStripeProcess,
  spawnFakeStripe,
} from '../load-tests/fake-stripe/index.ts';
import { type RunningProcess, startProcess } from '../load-tests/processes.ts';
import { type Booking, type CheckoutWorld, checkoutWorld } from '../server/checkout/testing.ts';
import { generateKeys, keyRingFrom } from '../server/keys/index.ts';
import { freePort } from '../server/stores/embedded-postgres.ts';
import { until } from '../server/stores/testing.ts';

const SECRET_KEY = 'sk_test_fake';
const ORDERS = 8;
const LIMIT_MS = 120_000;

let w: CheckoutWorld;
let stripe: FakeStripeProcess;
let program: RunningProcess;
let fans: Minted[];
beforeAll(async () => {
  // Of the seed follows which events are lost and doubled.
  [w, stripe] = await Promise.all([checkoutWorld(), spawnFakeStripe({ seed: 'webhooks' })]);
  const port = await freePort();
  const { secrets } = await stripe.control<Endpoint>('POST', 'webhooks', {
    url: `http://127.0.0.1:${port}/webhooks/stripe`,
  });
  const jwks = generateKeys();
  program = await startProcess('api,worker', {
    DATABASE_URL: w.world.databaseUrl,
    REDIS_URL: w.world.redisUrl,
    HOLDFAST_DATA: `${w.world.dir}/data`,
    HOLDFAST_KEYS: JSON.stringify(jwks),
    PORT: String(port),
    STRIPE_SECRET_KEY: SECRET_KEY,
    STRIPE_PUBLISHABLE_KEY: 'pk_test_fake',
    STRIPE_WEBHOOK_SECRET: secrets.join(','),
    STRIPE_API_BASE: stripe.url,
  });
  fans = await mintAccounts({ ...w.world, keys: keyRingFrom(jwks) }, ORDERS + 1);
}, LIMIT_MS);
afterAll(async () => {
  await program.stop();
  await stripe.stop();
  await w.close();
}, LIMIT_MS);

async function post(path: string, body: object, { token }: Minted): Promise<{ status: number }> {
  const answer = await fetch(`${program.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  await answer.arrayBuffer();
  return answer;
}
interface Ordered extends Booking {
  fan: Minted;
}
async function order(): Promise<Ordered> {
  const fan = fans.pop() as Minted;
  return { ...(await w.book({ userId: fan.id })), fan };
}
const pay = (o: Ordered, paymentMethodId: string) =>
  post('/payment', { orderId: o.orderId, method: { provider: 'stripe', paymentMethodId } }, o.fan);
const mischief = (change: object) => stripe.control('POST', 'mischief', change);
const books = () => stripe.control<Dump>('GET', `books/${SECRET_KEY}`);
const one = async <Row>(text: string, values: unknown[] = []) => (await w.sql<Row>(text, values))[0] as Row;
const statusOf = async ({ orderId }: Booking) =>
  (await one<{ status: string }>('select status from ticketing.orders where id = $1', [orderId])).status;

/** Everything that was to be sent has been, and everything that came has been looked at. */
const quiet = () =>
  until(
    'no webhook is on its way',
    async () => {
      const { webhooks } = await stripe.control<{ webhooks: { waiting: number } }>('GET', 'counts');
      const { n } = await one<{ n: number }>(
        `select count(*)::int as n from payments.webhook_events where status = 'received'`,
      );
      return webhooks.waiting === 0 && n === 0;
    },
    60_000,
  );

test(
  'P44, P48: doubled, reordered and lost, they pay each order once; where none came, asking makes up for it',
  async () => {
    // Nothing is told while the fans pay and are asked for a step.
    await mischief({ drop: 1 });
    const orders: Ordered[] = [];
    for (let n = 0; n < ORDERS; n++) orders.push(await order());
    const asked = await Promise.all(orders.map((o) => pay(o, 'pm_card_authenticationRequired')));
    expect(asked.map(({ status }) => status)).toEqual(orders.map(() => 202));
    await w.sql(`update ticketing.payments set check_at = 'infinity'`);

    await mischief({ drop: 0.4, duplicate: 0.5, reorder: 0.6, reorderMs: 1_000, paused: true });
    const { intents } = await books();
    for (const { id } of intents) await stripe.control('POST', `intents/${id}/step`, { approve: true });
    await mischief({ paused: false });
    await quiet();

    const told = await w.sql<{ event: string; type: string; intent: string }>(
      'select event_id as event, type, object_id as intent from payments.webhook_events order by received_at, id',
    );
    const decisive = new Set(
      told
        .filter(({ type }) => type === 'payment_intent.amount_capturable_updated')
        .map(({ intent }) => intent),
    );
    const intentOf = (o: Ordered) => intents.find(({ metadata }) => metadata.order_id === o.orderId)!.id;
    const [heard, unheard] = [true, false].map((is) =>
      orders.filter((o) => decisive.has(intentOf(o)) === is),
    );
    expect([heard!.length > 0, unheard!.length > 0]).toEqual([true, true]);
    expect(await Promise.all(heard!.map(statusOf))).toEqual(heard!.map(() => 'paid'));
    expect(await Promise.all(unheard!.map(statusOf))).toEqual(unheard!.map(() => 'paying'));

    const { webhooks } = await stripe.control<{ webhooks: Record<string, number> }>('GET', 'counts');
    expect(webhooks).toMatchObject({ refused: 0, abandoned: 0 });
    expect(webhooks.duplicated).toBeGreaterThan(0);
    // Each event once, however often it came; and younger ones overtook older ones.
    expect(new Set(told.map(({ event }) => event)).size).toBe(told.length);
    expect(webhooks.taken).toBeGreaterThan(told.length);
    const { events } = await books();
    const places = told.map(({ event }) => events.findIndex(({ id }) => id === event));
    expect(places).not.toEqual([...places].sort((a, b) => a - b));

    await w.sql(`update ticketing.payments set check_at = now() where status = 'requires_action'`);
    await until(
      'all are paid',
      async () => (await Promise.all(orders.map(statusOf))).every((s) => s === 'paid'),
      30_000,
    );
    await quiet();
    const after = await books();
    expect(after.intents.map(({ status }) => status)).toEqual(orders.map(() => 'succeeded'));
    expect(await w.broken()).toEqual([]);
  },
  LIMIT_MS,
);

test(
  'P50, F38: a refund arrives by its webhook alone, and by another one is open again',
  async () => {
    await mischief({ drop: 0, duplicate: 0, reorder: 0 });
    const o = await order();
    expect((await pay(o, 'pm_card_pendingRefund')).status).toBe(200);
    const tickets = await w.sql<{ id: string }>('select id from ticketing.tickets where order_id = $1', [
      o.orderId,
    ]);
    const ticketIds = tickets.map(({ id }) => id);
    expect((await post('/tickets/refund', { ticketIds }, o.fan)).status).toBe(200);
    const refund = () =>
      one<{ id: string; status: string; failure: string | null; ref: string | null }>(
        'select id, status, failure, provider_ref as ref from ticketing.refunds where order_id = $1',
        [o.orderId],
      );
    await until('it is on its way', async () => (await refund()).ref !== null, 30_000);
    await w.sql(`update ticketing.refunds set try_at = 'infinity'`);
    const { ref } = await refund();

    await stripe.control('POST', `refunds/${ref}`, { status: 'succeeded' });
    await until('it has arrived', async () => (await refund()).status === 'succeeded', 30_000);
    await stripe.control('POST', `refunds/${ref}`, { status: 'failed', reason: 'declined' });
    await until('it came back', async () => (await refund()).status === 'failed', 30_000);
    expect(await refund()).toMatchObject({ failure: 'declined' });
    await quiet();
    expect(await w.broken()).toEqual([]);
  },
  LIMIT_MS,
);
