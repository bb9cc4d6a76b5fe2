import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, httpWorld, signedIn } from '../http/testing.ts';
import { type MadeSale, makeSale } from '../operations/testing.ts';
import { statement } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { createSales, vendorRoutes } from './index.ts';

type Caller = { headers: { authorization: string }; user: { id: string } };

let world: TestWorld;
let app: FastifyInstance;
let vendor: Caller;
let strangers: Caller[];
let operator: Caller;
let sale: MadeSale;

beforeAll(async () => {
  world = await testWorld();
  const db = world.ledger.reads;
  const slices = [(scope: FastifyInstance) => vendorRoutes(scope, { sales: createSales(db), db })];
  const http = await httpWorld(world, { env: { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8' }, slices });
  app = http.app;
  vendor = await signedIn(world, http.accounts, 'vendor');
  strangers = [await signedIn(world, http.accounts, 'vendor'), await signedIn(world, http.accounts, 'user')];
  operator = await signedIn(world, http.accounts, 'operator');
  sale = await makeSale(world);
  await db.all(statement('t', 'update events.events set vendor_id = $2 where id = $1'), [
    sale.eventId,
    vendor.user.id,
  ]);
  await world.createEvent({
    vendorId: vendor.user.id,
    title: 'In francs',
    currency: 'CHF',
    tiers: [{ quantity: 7 }],
  });
  await world.createEvent({ vendorId: vendor.user.id, title: 'Draft', status: 'draft', drop: null });
});
afterAll(async () => {
  await app.close();
  await world.close();
});

const get = (url: string, who?: Caller) => call(app, 'GET', url, { headers: { ...who?.headers } });

test('V7: only the vendor and operators see sales; anonymous callers are asked to log in', async () => {
  for (const url of [`/events/${sale.eventId}/sales`, `/vendors/${vendor.user.id}/sales`]) {
    expect((await get(url, vendor)).status).toBe(200);
    expect((await get(url, operator)).status).toBe(200);
    expect((await get(url)).status).toBe(401);
    expect((await get(url, strangers[0])).status).toBe(404);
    expect((await get(url, strangers[1])).status).toBe(403);
  }
});

test('V7: unknown and malformed ids are coded', async () => {
  expect((await get(`/events/${world.ids.next()}/sales`, operator)).status).toBe(404);
  expect((await get(`/vendors/${world.ids.next()}/sales`, operator)).status).toBe(404);
  expect((await get('/events/nothing/sales', vendor)).status).toBe(400);
  expect((await get('/vendors/nothing/sales', vendor)).status).toBe(400);
  expect((await get(`/events/${sale.eventId}/sales?minutes=0`, vendor)).body.error.details.field).toBe(
    'minutes',
  );
});

test('V7: my events, newest first, drafts too, page by page', async () => {
  const whole = await get('/vendors/me/events', vendor);
  expect(whole.body.items.map((e: { title: string }) => e.title)).toEqual([
    'Draft',
    'In francs',
    'Test night',
  ]);
  expect(whole.body.items[0]).toMatchObject({ status: 'draft', drop: null });
  expect(whole.body.items[2]).toMatchObject({
    drop: { phase: 'live' },
    capacity: 150,
    sold: 2,
    held: 3,
    revenueCents: 10_000,
  });
  const first = await get('/vendors/me/events?limit=2', vendor);
  const rest = await get(`/vendors/me/events?limit=2&cursor=${first.body.nextCursor}`, vendor);
  expect([...first.body.items, ...rest.body.items]).toEqual(whole.body.items);
  expect(rest.body.nextCursor).toBeNull();
});

test('V8: totals are per currency', async () => {
  const { body } = await get(`/vendors/${vendor.user.id}/sales`, vendor);
  expect(body.events).toHaveLength(3);
  expect(body.totals).toEqual([
    { currency: 'CHF', events: 1, capacity: 7, sold: 0, held: 0, revenueCents: 0, commissionCents: 0 },
    { currency: 'EUR', events: 2, capacity: 250, sold: 2, held: 3, revenueCents: 10_000, commissionCents: 0 },
  ]);
});
