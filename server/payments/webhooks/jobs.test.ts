/** Processing as it really runs: relayed from the outbox to the job runner, tried again by it, given up, and taken up anew. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CheckoutWorld, checkoutWorld } from '../../checkout/testing.ts';
import { call, type HttpWorld, httpWorld, signedIn } from '../../http/testing.ts';
import { until } from '../../stores/testing.ts';
import { createWorker, type Worker } from '../../worker/index.ts';
import { webhookOperatorRoutes } from './index.ts';
import { eventOf, webhooksOver } from './testing.ts';

const TRIES = 3;
let w: CheckoutWorld;
let over: ReturnType<typeof webhooksOver>;
let http: HttpWorld;
let worker: Worker;
/** What processing says, until it is well. */
let trouble: string | null = 'the provider is away';
let runs = 0;

const nothing = async () => undefined;
beforeAll(async () => {
  w = await checkoutWorld();
  const { world } = w;
  over = webhooksOver(world, {
    triesMax: TRIES,
    async resumePayment() {
      runs++;
      if (trouble !== null) throw new Error(trouble);
    },
  });
  http = await httpWorld(world, { slices: [(app) => webhookOperatorRoutes(app, over)] });
  worker = createWorker({
    ...world,
    redis: world.gate,
    notify: { toUser: () => undefined, toVendor: () => undefined },
    queue: { step: async () => null },
    holds: {
      sweep: async () => [],
      relayCredits: async () => 0,
      purgeGates: async () => 0,
      resolvePending: async () => ({ confirmed: 0, returned: 0 }),
      audit: async () => ({ drops: 0, drifting: 0, reopened: 0 }),
      gate: { publish: nothing },
    },
    seating: { channels: { releaseDue: async () => ({ channels: 0, seats: 0 }) } },
    pricing: { rules: { followDue: async () => 0 } },
    checkout: { recover: async () => ({ looked: 0, settled: 0, failed: 0 }) },
    refunds: { settle: async () => ({ looked: 0, settled: 0, failed: 0 }) },
    orderOf: async () => null,
    jobs: over.webhooks.jobs,
  });
  worker.start();
});
afterAll(async () => {
  await worker.stop();
  await http.app.close();
  await w.close();
});

interface Job {
  attempts: number;
  error: string | null;
  /** It waits for its turn. */
  later: boolean;
}
const jobs = () =>
  over.sql<Job>(
    `select j.attempts, j.last_error as error, j.run_at > now() and j.locked_at is null as later
       from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
      where t.identifier = 'webhook.received'`,
  );

test('P47: what throws is tried again by the job runner, then given up, shown as dead, and processed anew on an operator’s word', async () => {
  const booked = await w.book();
  const paymentId = w.world.ids.next();
  await over.sql(
    `insert into ticketing.payments (id, order_id, provider, status, provider_ref, amount_cents, currency)
     values ($1, $2, 'stripe', 'declined', 'pi_jobs', 10000, 'EUR')`,
    [paymentId, booked.orderId],
  );
  const body = eventOf(w.world, { object: { id: 'pi_jobs', metadata: { payment_id: paymentId } } });
  expect(await over.deliver(body)).toMatchObject({ ok: true, value: { duplicate: false } });

  // The runner makes its tables when it first starts.
  await until('it was tried', async () => (await over.stored(body))?.attempts === 1, 20_000);
  for (let attempts = 1; attempts < TRIES; attempts++) {
    await until(
      'it failed and waits',
      async () => (await jobs()).some((job) => job.attempts === attempts && job.later),
      20_000,
    );
    expect(await jobs()).toMatchObject([
      { attempts, error: expect.stringContaining('the provider is away') },
    ]);
    expect(await over.stored(body)).toMatchObject({ status: 'received', attempts });
    expect(runs).toBe(attempts);
    // Its pause need not be waited for.
    await over.sql('update graphile_worker._private_jobs set run_at = now()');
  }
  await until('it is given up', async () => (await over.stored(body))?.status === 'dead', 20_000);
  await until('its job is over', async () => (await jobs()).length === 0);
  expect(runs).toBe(TRIES);

  const operator = await signedIn(w.world, http.accounts, 'operator');
  const ask = (method: 'GET' | 'POST', url: string, as = operator) =>
    call(http.app, method, url, { headers: as.headers });
  const dead = await ask('GET', '/operations/webhooks?status=dead');
  expect(dead.body).toMatchObject({
    items: [{ objectId: 'pi_jobs', status: 'dead', attempts: TRIES, error: 'the provider is away' }],
    nextCursor: null,
  });
  const [{ id }] = dead.body.items;
  const fan = await signedIn(w.world, http.accounts);
  expect((await ask('POST', `/operations/webhooks/${id}/retry`, fan)).status).toBe(403);

  trouble = null;
  expect(await ask('POST', `/operations/webhooks/${id}/retry`)).toMatchObject({
    status: 202,
    body: { id, status: 'received', attempts: 0, error: null },
  });
  await until('it is processed', async () => (await over.stored(body))?.status === 'processed', 20_000);
  expect([runs, (await over.stored(body))?.attempts]).toEqual([TRIES + 1, 1]);
  expect((await ask('GET', '/operations/webhooks?status=dead')).body.items).toEqual([]);
  expect((await ask('POST', `/operations/webhooks/${id}/retry`)).status).toBe(409);
});
