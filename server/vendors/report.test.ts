import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, httpWorld, signedIn } from '../http/testing.ts';
import { type MadeSale, makeSale } from '../operations/testing.ts';
import { statement } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { createSales, vendorRoutes } from './index.ts';
import type { ReportRow } from './report.ts';

let world: TestWorld;
let app: FastifyInstance;
let vendor: Awaited<ReturnType<typeof signedIn>>;
let first: MadeSale;
let second: MadeSale;

const sql = (text: string, values: unknown[] = []) =>
  world.ledger.reads.all<{ id: string }>(statement('report_test', text), values);
const get = (query: string) =>
  call(app, 'GET', `/vendors/${vendor.user.id}/sales${query}`, { headers: vendor.headers });
const rows = async (query: string): Promise<ReportRow[]> => {
  const { status, body } = await get(query);
  expect(status).toBe(200);
  return body.rows;
};

beforeAll(async () => {
  world = await testWorld();
  const db = world.ledger.reads;
  const slices = [(scope: FastifyInstance) => vendorRoutes(scope, { sales: createSales(db), db })];
  const http = await httpWorld(world, { env: { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8' }, slices });
  app = http.app;
  vendor = await signedIn(world, http.accounts, 'vendor');
  [first, second] = [await makeSale(world), await makeSale(world)];
  for (const [sale, title, paidAt] of [
    [first, '=HYPERLINK("https://evil.example")', '2026-01-31T23:30:00Z'],
    [second, 'Second night', '2026-02-10T12:00:00Z'],
  ] as const) {
    await sql(
      `update events.events set vendor_id = $2, title = $3, time_zone = 'Europe/Zurich' where id = $1`,
      [sale.eventId, vendor.user.id, title],
    );
    await sql('update ticketing.orders set paid_at = $2 where id = $1', [sale.orderId, paidAt]);
  }
  const [code] = await sql(
    `insert into ticketing.codes (id, event_id, code, kind, value, channel) values ($1, $2, 'FRIENDS', 'percent', 1000, 'Friends') returning id`,
    [world.ids.next(), second.eventId],
  );
  await sql(
    `insert into ticketing.code_uses (order_id, presale, code_id, user_id, tickets) values ($1, false, $2, $3, 2)`,
    [second.orderId, code?.id, second.buyer],
  );
});
afterAll(async () => {
  await app.close();
  await world.close();
});

test('V9: by event, tier, day where the event is, and channel', async () => {
  expect((await rows('?by=event')).map((r) => [r.event, r.tickets, r.netCents])).toEqual([
    ['=HYPERLINK("https://evil.example")', 2, 10_000],
    ['Second night', 2, 10_000],
  ]);
  expect((await rows('?by=tier')).map((r) => r.tierId)).toEqual([first.tierIds[0], second.tierIds[0]]);
  // Half past eleven at night in UTC is the next day in Zurich.
  expect((await rows('?by=day')).map((r) => [r.day, r.orders])).toEqual([
    ['2026-02-01', 1],
    ['2026-02-10', 1],
  ]);
  expect((await rows('?by=channel')).map((r) => [r.channel, r.grossCents])).toEqual([
    ['Friends', 10_000],
    ['direct', 10_000],
  ]);
});

test('V9: of a time and of one event', async () => {
  expect(await rows('?from=2026-02-01T00:00:00Z')).toHaveLength(1);
  expect(await rows('?to=2026-02-01T00:00:00Z')).toHaveLength(1);
  expect(await rows('?from=2026-03-01T00:00:00Z')).toEqual([]);
  expect((await rows(`?eventId=${second.eventId}`)).map((r) => r.event)).toEqual(['Second night']);
  for (const field of ['from', 'to']) {
    const refused = await get(`?${field}=2026-02-31T00:00:00Z`);
    expect([refused.status, refused.body.error.details.field]).toEqual([400, field]);
  }
});

test('V9: whatever it is gathered by, net is the revenue, after refunds and chargebacks', async () => {
  await sql(`update ticketing.orders set status = 'partially_refunded' where id = $1`, [first.orderId]);
  await sql('update ticketing.payments set refunded_cents = 4000 where id = $1', [first.paymentId]);
  await sql(
    `insert into ticketing.disputes (id, provider, provider_ref, payment_id, order_id, user_id, amount_cents, currency, status,
       opened_at, closed_at) values (gen_random_uuid(), 'test', 'd1', $1, $2, $3, 2500, 'EUR', 'lost', now(), now())`,
    [second.paymentId, second.orderId, second.buyer],
  );
  for (const by of ['event', 'tier', 'day', 'channel']) {
    const { body } = await get(`?by=${by}`);
    const net = body.rows.reduce((sum: number, row: ReportRow) => sum + row.netCents, 0);
    expect([by, net]).toEqual([by, body.totals[0].revenueCents]);
    expect(net).toBe(13_500);
  }
});

test('V10: as CSV, the same rows, and no title is a formula', async () => {
  const answer = await app.inject({
    method: 'GET',
    url: `/vendors/${vendor.user.id}/sales?by=event&format=csv`,
    headers: vendor.headers,
  });
  expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(answer.headers['content-disposition']).toContain('sales-by-event.csv');
  const lines = answer.body.trim().split('\r\n');
  expect(lines[0]).toBe(
    'event_id,event,tier_id,tier,day,channel,affiliate_id,affiliate,currency,orders,tickets,refunded_tickets,discount_cents,fees_cents,tax_cents,gross_cents,refunded_cents,net_cents,commission_cents',
  );
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain(`"'=HYPERLINK(""https://evil.example"")"`);
});
