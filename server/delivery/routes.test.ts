import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { House } from '../compose.ts';
import { call, signedIn } from '../http/testing.ts';
import { houseOver } from '../http/testing-house.ts';
import { LIMITS } from '../limits.ts';
import { type DeliveryWorld, deliveryWorld } from './testing.ts';

type Headers = { authorization: string };

let it: DeliveryWorld;
let house: House;
let app: FastifyInstance;
let other: Headers;
let operator: Headers;
beforeAll(async () => {
  it = await deliveryWorld();
  ({ house, app } = await houseOver(it.world));
  other = (await signedIn(it.world, house.accounts, 'user')).headers;
  operator = (await signedIn(it.world, house.accounts, 'operator')).headers;
});
afterAll(async () => {
  await app.close();
  await house.stop();
  await it.close();
});

async function buyer(): Promise<{ orderId: string; userId: string; headers: Headers }> {
  const { orderId, userId } = await it.bought();
  await it.runJobs();
  while ((await it.delivery.sendDue()).sent > 0);
  const session = await house.accounts.signInAs(userId);
  if (!session.ok) throw new Error(session.error.code);
  return { orderId, userId, headers: { authorization: `Bearer ${session.value.accessToken}` } };
}
const resend = (orderId: string, headers: Headers) =>
  call(app, 'POST', `/orders/${orderId}/resend`, { headers });

test('M20: the owner has an order sent again, a few times an hour', async () => {
  const { orderId, headers } = await buyer();
  for (let n = 0; n < LIMITS.resendsPerHour; n++) {
    const answer = await resend(orderId, headers);
    expect([answer.status, answer.body.mail.kind, answer.body.mail.status]).toEqual([
      202,
      'resend',
      'queued',
    ]);
  }
  const refused = await resend(orderId, headers);
  expect([refused.status, refused.body.error.code]).toEqual([429, 'RATE_LIMITED']);
  while ((await it.delivery.sendDue()).sent > 0);
  const kinds = (await it.mailsOf(orderId)).map((mail) => `${mail.kind} ${mail.status}`);
  expect(kinds.filter((kind) => kind === 'resend sent')).toHaveLength(LIMITS.resendsPerHour);
});

test('M20: an operator says why, and both stand in the list; nobody else may', async () => {
  const { orderId, headers } = await buyer();
  const path = `/operations/orders/${orderId}/resend`;
  expect((await call(app, 'POST', path, { headers, body: { reason: 'x' } })).status).toBe(403);
  expect((await call(app, 'POST', path, { headers: operator, body: {} })).status).toBe(400);
  const answer = await call(app, 'POST', path, { headers: operator, body: { reason: 'lost the first one' } });
  expect(answer.status).toBe(202);
  const list = await call(app, 'GET', '/operations/mails?status=queued', { headers: operator });
  const entry = list.body.items.find((mail: { id: string }) => mail.id === answer.body.mail.id);
  expect(entry).toMatchObject({ reason: 'lost the first one', requestedBy: expect.any(String) });
  expect((await resend(orderId, other)).status).toBe(404);
});

test('M21: an order without valid tickets sends none', async () => {
  const { userId, orderId } = await it.book();
  const session = await house.accounts.signInAs(userId);
  const headers = { authorization: `Bearer ${session.ok ? session.value.accessToken : ''}` };
  const answer = await resend(orderId, headers);
  expect([answer.status, answer.body.error.code]).toEqual([409, 'INVALID_STATE']);
});

test("M22: one's own mails, whole, with pictures inside; another's does not exist", async () => {
  const { headers } = await buyer();
  const list = await call(app, 'GET', '/me/mails', { headers });
  expect(list.body.items).toHaveLength(1);
  const path = `/me/mails/${list.body.items[0].id}`;
  const { body } = await call(app, 'GET', path, { headers });
  expect(body.mail).toMatchObject({ kind: 'confirmation', status: 'sent' });
  expect(body.html).toContain('src="data:image/png;base64,');
  expect(body.html).not.toContain('cid:');
  expect(body.text).toContain('HF1.');
  for (const stranger of [other, operator])
    for (const at of [path, `${path}/page`])
      expect((await call(app, 'GET', at, { headers: stranger })).status).toBe(404);
});

test('M23: operators list what became of mails, and no list holds a code', async () => {
  const { orderId } = await buyer();
  const list = await call(app, 'GET', '/operations/mails?limit=3', { headers: operator });
  expect(list.body.items[0]).toMatchObject({ orderId, status: 'sent', failure: null });
  expect(list.body.items.length).toBeLessThanOrEqual(3);
  expect(list.text).not.toContain('HF1.');
  expect((await call(app, 'GET', '/operations/mails', { headers: other })).status).toBe(403);
});

test("M24: a mail's page may do nothing and load nothing, and only we may frame it", async () => {
  const { headers } = await buyer();
  const list = await call(app, 'GET', '/me/mails', { headers });
  const answer = await app.inject({ method: 'GET', url: `/me/mails/${list.body.items[0].id}/page`, headers });
  expect(answer.headers['content-type']).toContain('text/html');
  const policy = String(answer.headers['content-security-policy']);
  for (const part of ["default-src 'none'", 'sandbox', "frame-ancestors 'self'", 'img-src data:'])
    expect(policy).toContain(part);
  // A link that somebody presses opens in a window of its own; nothing else is allowed back.
  expect(policy).not.toMatch(/script|allow-(?!popups)/);
  expect(answer.headers['cache-control']).toBe('private, no-store');
});

test("M32: tickets and invoices on paper are their owner's", async () => {
  const { orderId, userId, headers } = await buyer();
  const [ticket] = await it.sql<{ id: string }>('select id from ticketing.tickets where order_id = $1', [
    orderId,
  ]);
  const paths = [
    `/orders/${orderId}/tickets.pdf`,
    `/orders/${orderId}/invoice.pdf`,
    `/tickets/${ticket?.id}/ticket.pdf`,
  ];
  for (const url of paths) {
    const mine = await app.inject({ method: 'GET', url, headers });
    expect([mine.statusCode, mine.headers['content-type']], url).toEqual([200, 'application/pdf']);
    expect(mine.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
    for (const stranger of [other, operator])
      expect((await call(app, 'GET', url, { headers: stranger })).status, url).toBe(404);
  }
  expect(userId).toBeTruthy();
});
