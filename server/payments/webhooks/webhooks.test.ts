import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Booking, type CheckoutWorld, checkoutWorld, probes } from '../../checkout/testing.ts';
import { LIMITS } from '../../limits.ts';
import { NotYet } from './index.ts';
import { type EventSeed, eventOf, SECRETS, signed, webhooksOver } from './testing.ts';

let world: CheckoutWorld;
let over: ReturnType<typeof webhooksOver>;
const { pay, stands, charges } = probes(() => world);

beforeAll(async () => {
  world = await checkoutWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  over = webhooksOver(world.world);
});

const event = (seed?: EventSeed) => eventOf(world.world, seed);
const run = async (body: string) => over.webhooks.process((await over.stored(body))!.id);
/** A payment that Stripe has, told apart from the test bank's by its name only. */
async function stripePayment(over_: { ref?: string | null; status?: string; methodId?: string } = {}) {
  const booked = await world.book();
  const id = world.world.ids.next();
  await over.sql(
    `insert into ticketing.payments (id, order_id, provider, method_id, status, provider_ref, amount_cents, currency)
     values ($1, $2, 'stripe', $3, $4, $5, 10000, 'EUR')`,
    [
      id,
      booked.orderId,
      over_.methodId ?? null,
      over_.status ?? 'declined',
      over_.ref === undefined ? `pi_${id}` : over_.ref,
    ],
  );
  return { id, ref: `pi_${id}` };
}
const intent = (id: string, ref = `pi_${id}`): EventSeed => ({
  object: { id: ref, metadata: { payment_id: id } },
});

test('P40: signed by any of our secrets, in any of its signatures, within 300 s', async () => {
  const body = event();
  const now = world.world.clock.now();
  const take = (header: string | undefined, bytes = body) =>
    over.webhooks.receive(null, Buffer.from(bytes), header);
  for (const secret of SECRETS) expect(await over.deliver(event(), secret)).toMatchObject({ ok: true });
  const both = `${signed(world.world, body, 'whsec_anotherSecret00001', now)},v1=${signed(world.world, body, SECRETS[0], now).split('v1=')[1]}`;
  expect(await take(both)).toMatchObject({ ok: true });
  const fresh = event();
  const refused = [
    undefined,
    '',
    'nonsense',
    't=abc,v1=00',
    signed(world.world, fresh, 'whsec_anotherSecret00001'),
    signed(world.world, fresh, SECRETS[0], now - (LIMITS.webhookToleranceSeconds + 2) * 1_000),
    signed(world.world, body),
    signed(world.world, fresh).replace('v1=', 'v0='),
  ];
  for (const header of refused)
    expect(await take(header, fresh)).toMatchObject({ ok: false, error: { code: 'SIGNATURE_INVALID' } });
  // The same event, written anew: other bytes.
  expect(await take(signed(world.world, fresh), JSON.stringify(JSON.parse(fresh), null, 1))).toMatchObject({
    error: { code: 'SIGNATURE_INVALID' },
  });
  expect(await over.stored(fresh)).toBeUndefined();
  expect(await take(signed(world.world, fresh, SECRETS[1], now - 290_000), fresh)).toMatchObject({
    ok: true,
  });
});

test('P40: what is signed and no event is refused as such; without a secret nothing can be checked', async () => {
  for (const body of ['{}', '[]', 'null', 'not json', '{"object":"event","id":"evt_1"}'])
    expect(await over.deliver(body)).toMatchObject({ error: { code: 'INVALID_REQUEST' } });
  const bare = webhooksOver(world.world, { installed: { webhookSecrets: [], livemode: null } });
  expect(await bare.deliver(event())).toMatchObject({ error: { code: 'NOT_AVAILABLE' } });
  expect(await over.webhooks.receive(world.world.ids.next(), Buffer.from('{}'), 'x')).toMatchObject({
    error: { code: 'NOT_FOUND' },
  });
});

test('P40: an event of a time that there is not, or without text for a name, is none', async () => {
  for (const seed of [{ created: Number.MAX_SAFE_INTEGER }, { created: -1 }, { id: 'evt_\u0000' }])
    expect(await over.deliver(event(seed))).toMatchObject({
      ok: false,
      error: { code: 'INVALID_REQUEST', details: { field: 'body' } },
    });
});

test('P41: an event is stored with its job, once; told again, also five times at once, it has no further effect', async () => {
  const body = event();
  const answers = await Promise.all(Array.from({ length: 5 }, () => over.deliver(body)));
  expect(answers.filter((each) => each.ok && !each.value.duplicate)).toHaveLength(1);
  expect(answers.every((each) => each.ok)).toBe(true);
  const row = await over.stored(body);
  expect(await over.jobsFor(row!.id)).toHaveLength(1);
});

test('P43: a payload is only a hint: its payment is asked about, found by either name', async () => {
  const { id, ref } = await stripePayment();
  for (const object of [
    { id: ref, metadata: {} },
    { id: 'pi_unwritten', metadata: { payment_id: id } },
  ]) {
    const body = event({
      type: 'payment_intent.succeeded',
      object: { ...object, amount: 1, currency: 'xxx' },
    });
    await over.deliver(body);
    await run(body);
    expect(await over.stored(body)).toMatchObject({ status: 'processed', error: null });
  }
  expect(over.asked).toEqual([
    ['resume', id],
    ['resume', id],
  ]);
});

test('P44: duplicates, reordered and week-old events drive the real saga to one charge', async () => {
  const b: Booking = await world.book();
  await pay(b, '4000002500003155');
  const [payment] = await over.sql<{ id: string }>('select id from ticketing.payments where order_id = $1', [
    b.orderId,
  ]);
  // The bank's side decides; nobody here has heard of it.
  const bank = await world.providers.get('test', null);
  if (!bank.ok) throw new Error(bank.error.code);
  await bank.value.approve!(
    { id: payment!.id, amountCents: 10_000, currency: 'EUR', ref: null, orderId: b.orderId },
    true,
  );
  await over.sql(`update ticketing.payments set provider = 'stripe' where id = $1`, [payment!.id]);
  const stripe = { ...world.providers, get: async () => world.providers.get('test', null) };
  const another = world.another({ providers: stripe });
  over = webhooksOver(world.world, { resumePayment: another.resume });
  const week = Math.floor(world.world.clock.now() / 1000) - 7 * 86_400;
  const bodies = [
    'payment_intent.succeeded',
    'payment_intent.payment_failed',
    'payment_intent.amount_capturable_updated',
  ].map((type, i) => event({ ...intent(payment!.id), type, created: week + i }));
  for (const body of [...bodies, ...bodies, bodies[0]!]) await over.deliver(body);
  await Promise.all(bodies.map(run));
  for (const body of bodies) await run(body);
  expect(await stands(b)).toMatchObject({ order: 'paid', payment: 'captured' });
  expect(await charges(b)).toEqual([{ status: 'captured' }]);
  await another.idle();
});

test('P45: an event that is ahead of our own write waits for it, and is somebody else’s when none comes', async () => {
  const { id, ref } = await stripePayment({ ref: null, status: 'started' });
  const early = event(intent(id, ref));
  await over.deliver(early);
  await expect(run(early)).rejects.toThrow(NotYet);
  expect(await over.stored(early)).toMatchObject({ status: 'received', attempts: 1 });
  expect(over.asked).toEqual([]);
  await over.sql('update ticketing.payments set provider_ref = $2 where id = $1', [id, ref]);
  await run(early);
  expect(over.asked).toEqual([['resume', id]]);
  expect(await over.stored(early)).toMatchObject({ status: 'processed', attempts: 2 });
  const foreign = event({ object: { id: 'pi_foreign' } });
  await over.deliver(foreign);
  for (let n = 1; n < LIMITS.webhookUnknownTries; n++) await expect(run(foreign)).rejects.toThrow(NotYet);
  await run(foreign);
  expect(await over.stored(foreign)).toMatchObject({ status: 'ignored', error: 'no payment of ours' });
  // Named, and not here: it was made by another installation, and nothing is waited for.
  const elsewhere = event(intent(world.world.ids.next()));
  await over.deliver(elsewhere);
  await run(elsewhere);
  expect(await over.stored(elsewhere)).toMatchObject({ status: 'ignored', attempts: 1 });
  await over.sql(`update ticketing.payments set status = 'declined' where id = $1`, [id]);
});

test.each<[string, EventSeed, string]>([
  ['of live mode', { livemode: true }, 'of live mode'],
  ['of a connected account', { account: 'acct_other' }, 'of a connected account'],
  ['before anybody has paid', { type: 'payment_intent.created' }, 'nothing has moved'],
  ['of no interest', { type: 'customer.created' }, 'nothing here depends on it'],
])('P46: an event %s is kept, and nothing follows', async (_what, seed, why) => {
  const { id } = await stripePayment();
  const body = event({ ...intent(id), ...seed });
  await over.deliver(body);
  await run(body);
  expect(await over.stored(body)).toMatchObject({ status: 'ignored', error: why });
  expect(over.asked).toEqual([]);
});

test('P46: an event of one account says nothing of another’s payments', async () => {
  const vendor = await world.world.createUser('vendor');
  const methodId = world.world.ids.next();
  await over.sql(
    `insert into payments.methods (id, vendor_id, provider, label, publishable_key, credentials_hint, livemode)
     values ($1, $2, 'stripe', 'Own', 'pk_test_own', '1234', false)`,
    [methodId, vendor.id],
  );
  const theirs = await stripePayment({ methodId });
  for (const body of [
    event(intent(theirs.id)),
    event({
      type: 'charge.dispute.created',
      object: {
        id: 'dp_x',
        payment_intent: theirs.ref,
        amount: 1,
        currency: 'eur',
        status: 'needs_response',
        created: 1,
      },
    }),
    event({ type: 'refund.updated', object: { id: 're_x', payment_intent: theirs.ref } }),
  ]) {
    await over.deliver(body);
    await run(body);
    expect(await over.stored(body)).toMatchObject({
      status: 'ignored',
      error: expect.stringContaining('another account'),
    });
  }
  expect(over.asked).toEqual([]);
});

test('P47: what fails comes again; after the last try it is dead with its error, and an operator may try anew', async () => {
  const { id } = await stripePayment();
  let broken = true;
  const registry = new Registry();
  over = webhooksOver(world.world, {
    registry,
    triesMax: 3,
    async resumePayment() {
      if (broken) throw new Error('the provider is away');
    },
  });
  const body = event(intent(id));
  await over.deliver(body);
  for (const attempts of [1, 2]) {
    await expect(run(body)).rejects.toThrow('the provider is away');
    expect(await over.stored(body)).toMatchObject({ status: 'received', attempts });
  }
  await run(body);
  const dead = await over.stored(body);
  expect(dead).toMatchObject({ status: 'dead', attempts: 3, error: 'the provider is away' });
  expect((await over.webhooks.list('dead', undefined, 10)).items.map((each) => each.id)).toEqual([dead!.id]);
  broken = false;
  expect(await over.webhooks.retry(dead!.id)).toMatchObject({
    ok: true,
    value: { status: 'received', attempts: 0 },
  });
  expect(await over.jobsFor(dead!.id)).toHaveLength(2);
  await run(body);
  expect(await over.stored(body)).toMatchObject({ status: 'processed' });
  expect(await over.webhooks.retry(dead!.id)).toMatchObject({ error: { code: 'INVALID_STATE' } });
  expect(await over.webhooks.retry(world.world.ids.next())).toMatchObject({ error: { code: 'NOT_FOUND' } });
  const metrics = await registry.metrics();
  expect(metrics).toContain('holdfast_webhooks_total{outcome="dead"} 1');
  expect(metrics).toContain('holdfast_webhooks_total{outcome="retried"} 2');
});

test('P47: the list goes page by page, newest first, each once', async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await over.webhooks.list(undefined, cursor, 3);
    seen.push(...page.items.map((each) => each.id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  const all = await over.sql<{ id: string }>('select id from payments.webhook_events order by id desc');
  expect(seen).toEqual(all.map((row) => row.id));
});

test('P48: a webhook that never came is made up for: the bank decided, and nobody told us', async () => {
  const b = await world.book();
  await pay(b, '4000002500003155');
  const [payment] = await over.sql<{ id: string }>('select id from ticketing.payments where order_id = $1', [
    b.orderId,
  ]);
  const bank = await world.providers.get('test', null);
  if (!bank.ok) throw new Error(bank.error.code);
  await bank.value.approve!(
    { id: payment!.id, amountCents: 10_000, currency: 'EUR', ref: null, orderId: b.orderId },
    true,
  );
  // All its pauses together stay below the two minutes that are promised.
  const pauses = LIMITS.paymentRetryPausesMs;
  expect(Math.max(...pauses)).toBeLessThan(120_000);
  expect(await stands(b)).toMatchObject({ payment: 'requires_action' });
  const poller = world.another({ retryPausesMs: [1, 1, 1] });
  await over.sql('update ticketing.payments set check_at = now() where id = $1', [payment!.id]);
  await poller.recover();
  expect(await stands(b)).toMatchObject({ order: 'paid', payment: 'captured' });
});

test('P46: a chargeback that names a payment as its charge is told of its own account only', async () => {
  const theirs = await stripePayment();
  const body = event({
    type: 'charge.dispute.closed',
    object: { id: 'dp_y', charge: theirs.ref, amount: 1, currency: 'eur', status: 'lost', created: 1 },
  });
  const vendor = await world.world.createUser('vendor');
  const methodId = world.world.ids.next();
  await over.sql(
    `insert into payments.methods (id, vendor_id, provider, label, publishable_key, credentials_hint, livemode)
     values ($1, $2, 'stripe', 'Own', 'pk_test_own', '1234', false)`,
    [methodId, vendor.id],
  );
  await over.deliver(body);
  await over.sql('update payments.webhook_events set method_id = $2 where id = $1', [
    (await over.stored(body))!.id,
    methodId,
  ]);
  for (let round = 0; round < LIMITS.webhookUnknownTries; round++) await run(body).catch(() => undefined);
  expect(await over.stored(body)).toMatchObject({
    status: 'ignored',
    error: expect.stringContaining('another account'),
  });
  expect(over.asked).toEqual([]);
});

test('P50: refunds and chargebacks go to those who keep them; a bank’s inquiry takes no money', async () => {
  const { ref } = await stripePayment();
  const refundId = world.world.ids.next();
  const dispute = {
    id: 'dp_1',
    payment_intent: ref,
    amount: 700,
    currency: 'eur',
    reason: 'fraudulent',
    created: 1_700_000_000,
  };
  const bodies = [
    event({
      type: 'refund.updated',
      object: { id: 're_1', payment_intent: ref, metadata: { refund_id: refundId } },
    }),
    event({ type: 'refund.created', object: { id: 're_by_hand', payment_intent: ref } }),
    event({ type: 'charge.dispute.created', object: { ...dispute, status: 'needs_response' } }),
    event({ type: 'charge.dispute.closed', object: { ...dispute, status: 'lost' } }),
    event({ type: 'charge.dispute.created', object: { ...dispute, status: 'warning_needs_response' } }),
    // Settled with its bank before it became one: the fan has the money back.
    event({ type: 'charge.dispute.closed', object: { ...dispute, id: 'dp_2', status: 'prevented' } }),
  ];
  for (const body of bodies) {
    await over.deliver(body);
    await run(body);
  }
  const report = {
    provider: 'stripe',
    ref: 'dp_1',
    paymentRef: ref,
    amountCents: 700,
    currency: 'EUR',
    reason: 'fraudulent',
    createdAt: new Date(1_700_000_000_000),
  };
  expect(over.asked).toEqual([
    ['refund', 're_1', refundId],
    ['refund', 're_by_hand', null],
    ['dispute', { ...report, status: 'open' }],
    ['dispute', { ...report, status: 'lost' }],
    ['dispute', { ...report, ref: 'dp_2', status: 'lost' }],
  ]);
  expect((await Promise.all(bodies.map(over.stored))).map((row) => row!.status)).toEqual([
    'processed',
    'ignored',
    'processed',
    'processed',
    'ignored',
    'processed',
  ]);
});
