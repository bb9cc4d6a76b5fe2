import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../../limits.ts';
import { statement } from '../../stores/index.ts';
import { type TestWorld, testWorld } from '../../stores/testing.ts';
import type { Account } from '../../transport/index.ts';
import { readCredentials } from '../vault/index.ts';
import type { Manage } from './index.ts';
import { accountOf, credentials, granted, manageOver, vaultOf } from './testing.ts';

let world: TestWorld;
let manage: Manage;
let vendor: Account;
let eventId: string;
const vault = vaultOf();

beforeAll(async () => {
  world = await testWorld();
  manage = manageOver(world, vault);
  vendor = await accountOf(world);
  eventId = (await world.createEvent({ vendorId: vendor.id })).eventId;
});
afterAll(() => world.close());

const sql = <Row>(text: string, values: unknown[] = []) =>
  world.ledger.reads.all<Row>(statement('test', text), values);
const card = async (account = 'one') =>
  granted(
    await manage.add(vendor, eventId, {
      provider: 'stripe',
      label: ' Cards ',
      credentials: credentials(account),
    }),
  );
/** A payment through a way, as it stands after it was captured. */
async function paidThrough(methodId: string): Promise<void> {
  const event = await world.createEvent({ vendorId: vendor.id });
  const [holdId, orderId, fan] = [world.ids.next(), world.ids.next(), (await world.createUser()).id];
  await sql(
    `insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
     values ($1, $2, $3, $4, 'h', 'released', 1, now(), 1)`,
    [holdId, event.dropId, fan, world.ids.next()],
  );
  await sql(
    `insert into ticketing.orders (id, reference, user_id, event_id, drop_id, hold_id, status, subtotal_cents, total_cents, currency)
     values ($1, $2, $3, $4, $5, $6, 'canceled', 5000, 5000, 'EUR')`,
    [orderId, orderId.slice(-8), fan, event.eventId, event.dropId, holdId],
  );
  await sql(
    `insert into ticketing.payments (id, order_id, provider, method_id, status, amount_cents, currency)
     values ($1, $2, 'stripe', $3, 'declined', 5000, 'EUR')`,
    [world.ids.next(), orderId, methodId],
  );
}

test('P20: a way is made for an event, taken for another, listed, changed, taken away; credentials show four characters', async () => {
  const made = await card();
  expect(made).toMatchObject({
    provider: 'stripe',
    label: 'Cards',
    brands: null,
    active: true,
    credentialsHint: credentials('one').secretKey.slice(-4),
    webhookPath: `/webhooks/stripe/${made.id}`,
    eventIds: [eventId],
    version: 1,
  });
  const other = await world.createEvent({ vendorId: vendor.id });
  for (const _twice of [1, 2])
    expect(granted(await manage.add(vendor, other.eventId, { methodId: made.id })).eventIds).toEqual([
      eventId,
      other.eventId,
    ]);
  const changed = granted(await manage.change(vendor, made.id, { label: 'Visa only', brands: ['visa'] }));
  expect(changed).toMatchObject({ label: 'Visa only', brands: ['visa'], active: true, version: 2 });
  expect(granted(await manage.change(vendor, made.id, { brands: null, active: false }))).toMatchObject({
    brands: null,
    active: false,
    version: 3,
  });
  expect(granted(await manage.detach(vendor, other.eventId, made.id)).eventIds).toEqual([eventId]);
  expect(await manage.detach(vendor, other.eventId, made.id)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  expect((await manage.list(vendor)).map((way) => way.id)).toContain(made.id);
  expect(granted(await manage.remove(vendor, made.id))).toMatchObject({ active: false, eventIds: [] });
  expect((await manage.list(vendor)).map((way) => way.id)).not.toContain(made.id);
  expect(await manage.change(vendor, made.id, { active: true })).toMatchObject({
    error: { code: 'NOT_FOUND' },
  });
});

test('P20: another vendor finds neither event nor way, and nobody gives one vendor’s way to another’s event', async () => {
  const made = await card();
  const [other, operator] = [await accountOf(world), await accountOf(world, 'operator')];
  const theirs = await world.createEvent({ vendorId: other.id });
  const refused = await Promise.all([
    manage.add(other, eventId, { provider: 'cash_on_arrival' }),
    manage.add(other, theirs.eventId, { methodId: made.id }),
    manage.add(operator, theirs.eventId, { methodId: made.id }),
    manage.add(vendor, theirs.eventId, { methodId: made.id }),
    manage.change(other, made.id, { label: 'Mine' }),
    manage.remove(other, made.id),
    manage.detach(other, eventId, made.id),
    manage.add(vendor, world.ids.next(), { methodId: made.id }),
  ]);
  for (const answer of refused) expect(answer).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  expect((await manage.list(other)).length).toBe(0);
  expect(await sql('select 1 from payments.event_methods where event_id = $1', [theirs.eventId])).toEqual([]);
  expect(granted(await manage.change(operator, made.id, { label: 'By the house' })).label).toBe(
    'By the house',
  );
  expect(granted(await manage.add(operator, eventId, { provider: 'cash_on_arrival' })).eventIds).toEqual([
    eventId,
  ]);
});

test.each<[string, Parameters<Manage['add']>[2], string]>([
  ['nothing to pay with', { label: 'x' }, 'provider'],
  ['a way and its provider', { methodId: '01890000-0000-7000-8000-000000000001', label: 'x' }, 'label'],
  ['brands of cash', { provider: 'cash_on_arrival', brands: ['visa'] }, 'brands'],
  ['credentials of cash', { provider: 'cash_on_arrival', credentials: credentials('one') }, 'credentials'],
  ['Stripe without any account', { provider: 'stripe' }, 'credentials'],
  [
    'keys of two modes',
    { provider: 'stripe', credentials: { ...credentials('one'), publishableKey: 'pk_live_abcdefgh' } },
    'credentials.publishableKey',
  ],
])('P21: %s is refused by its field', async (_what, body, field) => {
  expect(await manage.add(vendor, eventId, body)).toMatchObject({
    ok: false,
    error: { code: 'INVALID_REQUEST', details: { field } },
  });
});

test('P21: where real money is taken, keys for tests and the test bank are refused; so is one way too many', async () => {
  const real = manageOver(world, vault, { testCards: false, offers: (each) => each === 'cash_on_arrival' });
  expect(
    await real.add(vendor, eventId, { provider: 'stripe', credentials: credentials('one') }),
  ).toMatchObject({ error: { code: 'INVALID_REQUEST', details: { field: 'credentials.secretKey' } } });
  expect(await real.add(vendor, eventId, { provider: 'test' })).toMatchObject({
    error: { code: 'NOT_AVAILABLE' },
  });
  expect(
    granted(
      await real.add(vendor, eventId, { provider: 'stripe', credentials: credentials('one', 1, 'live') }),
    ).label,
  ).toBe('Card');
  const many = await accountOf(world);
  await sql(
    `insert into payments.methods (id, vendor_id, provider, label)
     select gen_random_uuid(), $1, 'test', 'Way ' || n from generate_series(1, $2::int) n`,
    [many.id, LIMITS.methodsPerVendorMax],
  );
  const event = await world.createEvent({ vendorId: many.id });
  expect(await manage.add(many, event.eventId, { provider: 'test' })).toMatchObject({
    error: { code: 'INVALID_STATE', details: { max: LIMITS.methodsPerVendorMax } },
  });
});

test('P22: whoever read an older version is told, and changes nothing', async () => {
  const made = await card();
  granted(await manage.change(vendor, made.id, { label: 'Second' }, '"1"'));
  for (const late of [
    manage.change(vendor, made.id, { label: 'Third' }, '"1"'),
    manage.remove(vendor, made.id, '"1"'),
  ])
    expect(await late).toMatchObject({ error: { code: 'EDIT_CONFLICT', details: { version: 2 } } });
  expect((await manage.list(vendor)).find((way) => way.id === made.id)).toMatchObject({ label: 'Second' });
  const both = await Promise.all([1, 2].map((n) => manage.change(vendor, made.id, { label: `${n}` }, '"2"')));
  expect(both.filter((each) => each.ok)).toHaveLength(1);
});

test('P24: credentials are replaced by those of the same account, never by another’s', async () => {
  const made = await card('same');
  await paidThrough(made.id);
  const rolled = granted(await manage.change(vendor, made.id, { credentials: credentials('same', 2) }));
  expect(rolled.version).toBe(2);
  expect((await readCredentials(world.ledger.reads, vault, made.id))?.secretKey).toBe(
    credentials('same', 2).secretKey,
  );
  for (const other of [credentials('other'), credentials('hidden')])
    expect(await manage.change(vendor, made.id, { credentials: other })).toMatchObject({
      error: { code: 'INVALID_STATE', details: { field: 'credentials' } },
    });
  expect((await readCredentials(world.ledger.reads, vault, made.id))?.secretKey).toBe(
    credentials('same', 2).secretKey,
  );
  // Of an account that does not say whose it is: as long as nobody has paid through it.
  const hidden = await card('hidden');
  granted(await manage.change(vendor, hidden.id, { credentials: credentials('hidden', 2) }));
  await paidThrough(hidden.id);
  expect(await manage.change(vendor, hidden.id, { credentials: credentials('hidden', 3) })).toMatchObject({
    error: { code: 'INVALID_STATE' },
  });
});

test('P25: every change is recorded with who made it, and never a credential', async () => {
  const made = await card('logged');
  granted(await manage.change(vendor, made.id, { credentials: credentials('logged', 2), active: false }));
  granted(await manage.change(vendor, made.id, { label: 'Later' }));
  granted(await manage.detach(vendor, eventId, made.id));
  granted(await manage.remove(vendor, made.id));
  const log = await sql<{ action: string; actor_user_id: string; text: string }>(
    'select action, actor_user_id, l::text as text from payments.method_log l where method_id = $1 order by id',
    [made.id],
  );
  expect(log.map((row) => row.action)).toEqual([
    'created',
    'attached',
    'credentials',
    'changed',
    'detached',
    'removed',
  ]);
  for (const row of log) {
    expect(row.actor_user_id).toBe(vendor.id);
    for (const roll of [1, 2])
      for (const secret of Object.values(credentials('logged', roll))) expect(row.text).not.toContain(secret);
  }
});
