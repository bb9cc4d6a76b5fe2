/** Affiliates over HTTP, and what they themselves see. Who an order counts for: server/checkout/via.test.ts. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { call, httpWorld, signedIn } from '../http/testing.ts';
import { LIMITS } from '../limits.ts';
import { type MadeSale, makeSale } from '../operations/testing.ts';
import { statement } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { affiliateRoutes, createAffiliates, createSales, vendorRoutes } from './index.ts';
import type { ReportRow } from './report.ts';

type Signed = Awaited<ReturnType<typeof signedIn>>;
let world: TestWorld;
let app: FastifyInstance;
let vendor: Signed;
let other: Signed;
let fan: Signed;
let sale: MadeSale;

const sql = (text: string, values: unknown[] = []) =>
  world.ledger.reads.all<Record<string, unknown>>(statement('affiliates_test', text), values);
const ask = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown, as: Signed = vendor) =>
  call(app, method, path, { headers: as.headers, ...(body === undefined ? {} : { body }) });
const mine = () => `/vendors/${vendor.user.id}/affiliates`;
const add = async (body: Record<string, unknown> = {}) => {
  const made = await ask('POST', mine(), { name: 'Anna', commissionBp: 750, ...body });
  expect(made.status, made.text).toBe(201);
  return made.body;
};
const attribute = (affiliateId: string, bp: number, orderId = sale.orderId) =>
  sql('insert into ticketing.affiliate_orders (order_id, affiliate_id, commission_bp) values ($1, $2, $3)', [
    orderId,
    affiliateId,
    bp,
  ]);

beforeAll(async () => {
  world = await testWorld();
  const { ledger, ids } = world;
  const http = await httpWorld(world, {
    env: { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8' },
    slices: [
      (scope) => affiliateRoutes(scope, { affiliates: createAffiliates({ ledger, ids }) }),
      (scope) => vendorRoutes(scope, { sales: createSales(ledger.reads), db: ledger.reads }),
    ],
  });
  app = http.app;
  fan = await signedIn(world, http.accounts);
  const people = await Promise.all([0, 1].map(() => signedIn(world, http.accounts, 'vendor')));
  [vendor, other] = people as [Signed, Signed];
});
afterAll(async () => {
  await app.close();
  await world.close();
});
beforeEach(async () => {
  sale = await makeSale(world);
  await sql('update events.events set vendor_id = $2 where id = $1', [sale.eventId, vendor.user.id]);
});

test('V40: made, listed, changed and ended; what is left out stays', async () => {
  const made = await add({ code: 'Anna-2026', eventIds: [sale.eventId], email: 'Anna@Example.org' });
  expect(made).toMatchObject({
    name: 'Anna',
    code: 'Anna-2026',
    commissionBp: 750,
    eventIds: [sale.eventId],
    email: 'anna@example.org',
    active: true,
    startsAt: null,
    figures: [],
  });
  const changed = await ask('PUT', `${mine()}/${made.id}`, { active: false, endsAt: '2027-01-01T00:00:00Z' });
  expect(changed.body).toEqual({ ...made, active: false, endsAt: '2027-01-01T00:00:00.000Z' });
  const listed = await ask('GET', `${mine()}?limit=1`);
  expect(listed.body.items).toEqual([changed.body]);
});

test('V40: one code per vendor in any letter case; another vendor may have the same', async () => {
  await add({ code: 'summer' });
  const again = await ask('POST', mine(), { name: 'B', commissionBp: 1, code: 'SUMMER' });
  expect([again.status, again.body.error.details.field]).toEqual([400, 'code']);
  const theirs = await ask(
    'POST',
    `/vendors/${other.user.id}/affiliates`,
    { name: 'C', commissionBp: 1, code: 'summer' },
    other,
  );
  expect(theirs.status).toBe(201);
});

test.each([
  ['commissionBp', { commissionBp: 10_001 }],
  ['commissionBp', { commissionBp: -1 }],
  ['code', { code: 'no spaces' }],
  ['code', { code: 'a,b' }],
  ['endsAt', { startsAt: '2026-02-02T00:00:00Z', endsAt: '2026-02-01T00:00:00Z' }],
  ['startsAt', { startsAt: '2026-02-31T00:00:00Z' }],
  ['eventIds', { eventIds: ['00000000-0000-7000-8000-000000000000'] }],
])('V40: a wrong %s is named', async (field, body) => {
  const refused = await ask('POST', mine(), { name: 'D', commissionBp: 1, ...body });
  expect([refused.status, refused.body.error.details.field]).toEqual([400, field]);
});

test('V40: to another vendor and to fans they do not exist', async () => {
  const made = await add();
  for (const [method, path, body] of [
    ['GET', mine(), undefined],
    ['POST', mine(), { name: 'E', commissionBp: 1 }],
    ['PUT', `${mine()}/${made.id}`, { active: false }],
    ['PUT', `/vendors/${other.user.id}/affiliates/${made.id}`, { active: false }],
  ] as const) {
    expect((await ask(method, path, body, other)).status, `${method} ${path}`).toBe(404);
    expect((await ask(method, path, body, fan)).status).toBe(403);
  }
  expect((await ask('GET', mine())).body.items[0]).toMatchObject({ id: made.id, active: true });
});

test('V40: however many are added at once, there are no more than there may be', async () => {
  const most = LIMITS.affiliatesPerVendor;
  const full = `/vendors/${other.user.id}/affiliates`;
  await sql(
    `insert into ticketing.affiliates (id, vendor_id, name, code, commission_bp)
     select gen_random_uuid(), $1, 'F', 'full-' || n, 0 from generate_series(1, $2::int - 3
       - (select count(*)::int from ticketing.affiliates where vendor_id = $1)) n`,
    [other.user.id, most],
  );
  const answers = await Promise.all(
    Array.from({ length: 9 }, () => ask('POST', full, { name: 'G', commissionBp: 1 }, other)),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
  expect(answers.find(({ status }) => status !== 201)?.body.error.code).toBe('INVALID_STATE');
});

test('V41: a code that nobody chose is made up', async () => {
  const codes = new Set<string>();
  for (let n = 0; n < 20; n++) codes.add((await add()).code);
  expect(codes.size).toBe(20);
  for (const code of codes) expect(code).toMatch(/^[2-9b-df-hj-km-np-tv-xzB-DFG]{8}$/);
});

test('V42: who has proven the address sees own figures, and nothing of who bought', async () => {
  const [{ email } = {}] = await sql('select email from accounts.users where id = $1', [fan.user.id]);
  const made = await add({ email });
  await attribute(made.id, 750);
  const own = async () => (await ask('GET', '/me/affiliations', undefined, fan)).body.items;
  await sql('update accounts.users set email_verified_at = null where id = $1', [fan.user.id]);
  expect(await own()).toEqual([]);
  await sql('update accounts.users set email_verified_at = now() where id = $1', [fan.user.id]);
  const items = await own();
  expect(items).toMatchObject([
    {
      id: made.id,
      code: made.code,
      commissionBp: 750,
      figures: [{ currency: 'EUR', orders: 1, tickets: 2, ticketCents: 10_000, commissionCents: 750 }],
    },
  ]);
  expect(JSON.stringify(items)).not.toContain(sale.buyer);
  expect((await ask('GET', '/me/affiliations', undefined, other)).body.items).toEqual([]);
  // An address that is nobody's is taken like any other.
  expect((await add({ email: 'nobody@example.org' })).email).toBe('nobody@example.org');
});

test('V44: what is changed later changes nothing of what was earned', async () => {
  const made = await add();
  await attribute(made.id, 750);
  const { figures } = (await ask('PUT', `${mine()}/${made.id}`, { commissionBp: 10, active: false })).body;
  expect(figures).toMatchObject([{ commissionCents: 750 }]);
  await expect(
    sql('update ticketing.affiliate_orders set commission_bp = 10000 where order_id = $1', [sale.orderId]),
  ).rejects.toThrow('written once');
  await expect(
    sql('delete from ticketing.affiliate_orders where order_id = $1', [sale.orderId]),
  ).rejects.toThrow('written once');
});

test('V47: by affiliate, as JSON and CSV; commissions add up to the totals’', async () => {
  const second = await makeSale(world);
  await sql('update events.events set vendor_id = $2 where id = $1', [second.eventId, vendor.user.id]);
  const made = await add({ name: '=cmd()', commissionBp: 1_000 });
  await attribute(made.id, 1_000, second.orderId);
  const path = `/vendors/${vendor.user.id}/sales`;
  const { body } = await ask('GET', `${path}?by=affiliate&eventId=${second.eventId}`);
  expect(body.rows).toMatchObject([
    {
      affiliateId: made.id,
      affiliate: '=cmd()',
      event: null,
      orders: 1,
      netCents: 10_000,
      commissionCents: 1_000,
    },
  ]);
  const all = (await ask('GET', `${path}?by=affiliate`)).body;
  expect(all.rows.filter((row: ReportRow) => row.affiliateId === null)).toHaveLength(1);
  for (const by of ['event', 'tier', 'day', 'channel', 'affiliate']) {
    const { rows, totals } = (await ask('GET', `${path}?by=${by}`)).body;
    const sum = (field: 'commissionCents' | 'netCents') =>
      rows.reduce((total: number, row: ReportRow) => total + row[field], 0);
    expect([by, sum('commissionCents')]).toEqual([by, totals[0].commissionCents]);
    expect([by, sum('netCents')]).toEqual([by, totals[0].revenueCents]);
  }
  const csv = await ask('GET', `${path}?by=affiliate&format=csv&eventId=${second.eventId}`);
  const [head, row] = csv.text.trim().split('\r\n');
  expect(head).toMatch(/,affiliate_id,affiliate,.*,net_cents,commission_cents$/);
  expect(row).toContain(`'=cmd()`);
  expect(row).toMatch(/,10000,1000$/);
});
