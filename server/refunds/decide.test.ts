/** What operators, vendors and fans see and say of refunds (rules F40–F44, F60, F61), over HTTP as pages do. */
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, httpWorld, signedIn } from '../http/testing.ts';
import { REFUND_STATUSES, type RefundStatus } from '../protocol/index.ts';
import { refundRoutes } from './index.ts';
import { nextRefundStatus, REFUND_EVENTS, type RefundEvent } from './refund.ts';
import { codeOf, type RefundWorld, refundWorld, type Sold, whyOf } from './testing.ts';

type Caller = { headers: { authorization: string }; user: { id: string } };

let w: RefundWorld;
let app: FastifyInstance;
let fan: Caller;
let vendor: Caller;
let operator: Caller;
let stranger: Caller;
const registry = new Registry();
beforeAll(async () => {
  w = await refundWorld();
  const refunds = w.anotherRefunds({ registry });
  const slices = [(scope: FastifyInstance) => refundRoutes(scope, { refunds, ledger: w.world.ledger })];
  const http = await httpWorld(w.world, { env: { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8' }, slices });
  app = http.app;
  fan = await signedIn(w.world, http.accounts, 'user');
  vendor = await signedIn(w.world, http.accounts, 'vendor');
  operator = await signedIn(w.world, http.accounts, 'operator');
  stranger = await signedIn(w.world, http.accounts, 'vendor');
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await app.close();
  await w.close();
});

const send = (method: 'GET' | 'POST' | 'DELETE', url: string, who: Caller, body?: unknown, headers = {}) =>
  call(app, method, url, {
    headers: { ...who.headers, ...headers },
    ...(body === undefined ? {} : { body }),
  });
const sellTo = (options: Parameters<RefundWorld['sell']>[0] = {}) =>
  w.sell({ userId: fan.user.id, seed: { vendorId: vendor.user.id }, ...options });
const waiting = async (): Promise<{ s: Sold; id: string }> => {
  const s = await sellTo();
  await w.terms(s.event, { approval: true });
  const asked = await send('POST', '/tickets/refund', fan, { ticketIds: s.ticketIds, reason: 'ill' });
  expect(asked.status).toBe(202);
  return { s, id: asked.body.refunds[0].id };
};

test('F3, F4, F13: a fan asks, gives back one or several, and hears 200, 202 or why not', async () => {
  const s = await sellTo();
  const [first, second] = s.ticketIds as [string, string];
  const quote = await send('GET', `/tickets/${first}/refund`, fan);
  expect([quote.status, quote.body.amountCents, quote.body.possible]).toEqual([200, 5_000, true]);
  expect((await send('GET', `/tickets/${first}/refund`, stranger)).status).toBe(404);
  expect((await send('DELETE', `/tickets/${first}`, stranger)).status).toBe(404);
  const one = await send('DELETE', `/tickets/${first}`, fan, undefined, { 'idempotency-key': 'd1' });
  expect([one.status, one.body.refund.status, one.body.refund.ticketIds]).toEqual([200, 'sending', [first]]);
  const same = await send('DELETE', `/tickets/${first}`, fan, undefined, { 'idempotency-key': 'd1' });
  expect([same.status, same.body.refund.id]).toEqual([200, one.body.refund.id]);
  const again = await send('DELETE', `/tickets/${first}`, fan);
  expect([again.status, again.body.error.code]).toEqual([409, 'ALREADY_REFUNDED']);
  expect(again.body.error.details).toEqual({ ticketId: first, refundId: one.body.refund.id });
  await w.terms(s.event, { approval: true });
  expect((await send('POST', '/tickets/refund', fan, { ticketIds: [second] })).status).toBe(202);
  const pending = await send('POST', '/tickets/refund', fan, { ticketIds: [second] });
  expect([pending.status, pending.body.error.code]).toEqual([409, 'REFUND_PENDING']);
  expect((await send('POST', '/tickets/refund', fan, { ticketIds: [] })).status).toBe(400);
});

test('F40: operators list by state and decide; it is logged by whom and why', async () => {
  const { s, id } = await waiting();
  const listed = await send('GET', '/operations/refunds?status=requested', operator);
  expect(listed.body.items.find((r: { id: string }) => r.id === id)).toMatchObject({
    status: 'requested',
    reason: 'ill',
    userId: fan.user.id,
    userEmail: expect.stringContaining('@'),
    provider: 'test',
  });
  expect((await send('GET', '/operations/refunds', vendor)).status).toBe(403);
  expect((await send('POST', `/operations/refunds/${id}/approve`, vendor, {})).status).toBe(403);
  expect((await send('POST', `/operations/refunds/${w.world.ids.next()}/approve`, operator, {})).status).toBe(
    404,
  );
  const yes = await send('POST', `/operations/refunds/${id}/approve`, operator, { reason: 'fair' });
  expect([yes.status, yes.body.status, yes.body.decidedBy]).toEqual([200, 'sending', operator.user.id]);
  expect(await w.stands(s)).toMatchObject({ order: 'refunded', refunded: 10_000 });
  const late = await send('POST', `/operations/refunds/${id}/reject`, operator, {});
  expect([late.status, late.body.error.details.status]).toEqual([409, 'sending']);
  const log = await w.sql(
    'select actor_user_id, to_status, detail from ticketing.refund_log where refund_id = $1 order by id',
    [id],
  );
  expect(log).toEqual([
    { actor_user_id: fan.user.id, to_status: 'requested', detail: { reason: 'ill' } },
    { actor_user_id: operator.user.id, to_status: 'sending', detail: { reason: 'fair' } },
  ]);
});

test('F40: of operators who decide at once, one does, whatever they say', async () => {
  for (let round = 0; round < 3; round++) {
    const { s, id } = await waiting();
    const word = { refundId: id, actorId: operator.user.id, reason: null };
    const answers = await Promise.all([
      w.refunds.approve(word),
      w.refunds.reject(word),
      w.refunds.approve(word),
      w.refunds.reject(word),
    ]);
    expect(answers.map(codeOf).sort()).toEqual(['INVALID_STATE', 'INVALID_STATE', 'INVALID_STATE', 'OK']);
    const status = (await w.refundsOf(s))[0]?.status;
    const tickets = status === 'sending' ? 'refunded' : 'issued';
    expect(await w.statusesOf(s)).toEqual([tickets, tickets]);
  }
});

test('F41: a ticket that was used meanwhile is not given back, and the refund still waits', async () => {
  const { s, id } = await waiting();
  await w.sql(`update ticketing.tickets set status = 'redeemed' where id = $1`, [s.ticketIds[1]]);
  const no = await send('POST', `/operations/refunds/${id}/approve`, operator, {});
  expect([no.status, no.body.error.code, no.body.error.details.why]).toEqual([409, 'REFUND_REFUSED', 'used']);
  expect(await w.refundsOf(s)).toMatchObject([{ status: 'requested' }]);
  expect(
    (await send('POST', `/operations/refunds/${id}/reject`, operator, { reason: 'used' })).body.status,
  ).toBe('rejected');
});

test('F8: what waits for a decision when its event is canceled goes back whole', async () => {
  const s = await sellTo();
  await w.terms(s.event, { approval: true, feeBp: 2_000 });
  const asked = await send('POST', '/tickets/refund', fan, { ticketIds: s.ticketIds.slice(0, 1) });
  const [{ id, amountCents, feeCents }] = asked.body.refunds;
  expect([asked.status, amountCents, feeCents]).toEqual([202, 4_000, 1_000]);
  await w.sql(`update events.events set status = 'canceled' where id = $1`, [s.event.eventId]);
  const approved = await send('POST', `/operations/refunds/${id}/approve`, operator, {});
  expect(approved).toMatchObject({
    status: 200,
    body: { status: 'sending', amountCents: 5_000, feeCents: 0, cause: 'event_canceled' },
  });
  await w.refunds.settle({ all: true });
  expect(await w.returned(s)).toBe(5_000);
  expect(await w.stands(s)).toMatchObject({ order: 'partially_refunded', refunded: 5_000 });
});

test('F42: an operator refunds outside the terms, with a reason, whole, and none twice', async () => {
  const s = await sellTo();
  await w.terms(s.event, { untilHours: null, feeCents: 900, approval: true });
  const body = { ticketIds: s.ticketIds, reason: 'the sound failed' };
  expect((await send('POST', '/operations/refunds', operator, { ticketIds: s.ticketIds })).status).toBe(400);
  expect((await send('POST', '/operations/refunds', fan, body)).status).toBe(403);
  const done = await send('POST', '/operations/refunds', operator, body);
  expect([done.status, done.body.refunds]).toMatchObject([
    200,
    [{ status: 'sending', cause: 'operator', amountCents: 10_000, feeCents: 0, decidedBy: operator.user.id }],
  ]);
  const again = await send('POST', '/operations/refunds', operator, body);
  expect([again.status, again.body.error.code]).toEqual([409, 'ALREADY_REFUNDED']);
});

test("F43: a vendor sees the refunds of their events without the fans' addresses; nobody else's", async () => {
  const { s, id } = await waiting();
  const seen = await send('GET', `/events/${s.event.eventId}/refunds`, vendor);
  expect(seen.body.items).toMatchObject([{ id, status: 'requested', amountCents: 10_000 }]);
  expect(seen.text).not.toContain('@');
  expect((await send('GET', `/events/${s.event.eventId}/refunds`, stranger)).status).toBe(404);
  expect((await send('GET', `/events/${s.event.eventId}/refunds`, fan)).status).toBe(403);
  expect((await send('GET', `/events/${s.event.eventId}/refunds`, operator)).body.items).toHaveLength(1);
});

test('F44: my refunds, newest first, page by page; disputes likewise for operators', async () => {
  const s = await sellTo({ quantity: 4 });
  const made: string[] = [];
  for (const ticketId of s.ticketIds) made.unshift((await w.given(s, [ticketId])).id);
  const seen: string[] = [];
  for (let cursor: string | null = null, page = 0; page < 2; page++) {
    const { body } = await send('GET', `/me/refunds?limit=2${cursor ? `&cursor=${cursor}` : ''}`, fan);
    seen.push(...body.items.map((r: { id: string }) => r.id));
    cursor = body.nextCursor;
  }
  expect(seen).toEqual(made);
  const mine = (await send('GET', '/me/refunds', stranger)).body;
  expect(mine).toEqual({ items: [], nextCursor: null });
  const [p] = await w.sql<{ ref: string }>(
    'select provider_ref as ref from ticketing.payments where order_id = $1',
    [s.orderId],
  );
  const told = {
    provider: 'test',
    paymentRef: p?.ref as string,
    amountCents: 5_000,
    currency: 'EUR',
    reason: 'fraud',
  };
  await w.refunds.onDispute({ ...told, ref: 'dp_1', status: 'open', createdAt: new Date() });
  await w.refunds.onDispute({ ...told, ref: 'dp_2', status: 'lost', createdAt: new Date() });
  const first = (await send('GET', '/operations/disputes?limit=1', operator)).body;
  expect(first.items).toMatchObject([
    { status: 'lost', orderId: s.orderId, userId: fan.user.id, closedAt: expect.any(String) },
  ]);
  const second = (await send('GET', `/operations/disputes?limit=1&cursor=${first.nextCursor}`, operator))
    .body;
  expect(second).toMatchObject({ items: [{ status: 'open', closedAt: null }], nextCursor: null });
});

test('F60: refunds are counted by cause and outcome', async () => {
  const text = await registry.metrics();
  expect(text).toMatch(/holdfast_refunds_total\{cause="fan",outcome="requested"\} [1-9]/);
  expect(text).toMatch(/holdfast_refunds_total\{cause="operator",outcome="sending"\} 1/);
  expect(text).toMatch(/holdfast_refunds_total\{cause="fan",outcome="rejected"\} [1-9]/);
});

// Complete by type: a new state or event does not compile until it is decided here.
const TABLE: Record<RefundStatus, Record<RefundEvent, RefundStatus | null>> = {
  requested: { approve: 'sending', reject: 'rejected', settle: null, fail: null, retry: null },
  rejected: { approve: null, reject: null, settle: null, fail: null, retry: null },
  sending: { approve: null, reject: null, settle: 'succeeded', fail: 'failed', retry: null },
  succeeded: { approve: null, reject: null, settle: null, fail: 'failed', retry: null },
  failed: { approve: null, reject: null, settle: 'succeeded', fail: null, retry: 'sending' },
};

test('F61: the ledger lets a refund go exactly where the machine does, whoever writes', async () => {
  const { s, id } = await waiting();
  for (const from of REFUND_STATUSES) {
    for (const event of REFUND_EVENTS) expect(nextRefundStatus(from, event)).toBe(TABLE[from][event]);
    for (const to of REFUND_STATUSES) {
      if (from === to) continue;
      const allowed = REFUND_EVENTS.some((event) => nextRefundStatus(from, event) === to);
      const client = await w.world.ledger.payments.raw.connect();
      try {
        await client.query('begin');
        await client.query('alter table ticketing.refunds disable trigger refund_moved');
        await client.query('update ticketing.refunds set status = $2 where id = $1', [id, from]);
        await client.query('alter table ticketing.refunds enable trigger refund_moved');
        const moved = await client
          .query('update ticketing.refunds set status = $2 where id = $1', [id, to])
          .then(
            () => true,
            (err: { code?: string }) => {
              if (err.code !== '23514') throw err;
              return false;
            },
          );
        expect(`${from} to ${to}: ${moved}`).toBe(`${from} to ${to}: ${allowed}`);
      } finally {
        await client.query('rollback');
        client.release();
      }
    }
  }
  expect(whyOf(await w.give(s))).toBeUndefined();
});
