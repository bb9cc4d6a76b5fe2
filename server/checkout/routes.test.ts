/** Checkout and tickets over HTTP, as the public contract reads: paths, statuses, bodies. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, type HttpWorld, httpWorld, signedIn } from '../http/testing.ts';
import type { TicketView } from '../protocol/index.ts';
import { routes as ticketRoutes } from '../tickets/index.ts';
import { routes } from './index.ts';
import { type Booking, CARDS, type CheckoutWorld, checkoutWorld } from './testing.ts';

type Session = Awaited<ReturnType<typeof signedIn>>;

let w: CheckoutWorld;
let http: HttpWorld;
let fan: Session;
let stranger: Session;
beforeAll(async () => {
  w = await checkoutWorld();
  http = await httpWorld(w.world, {
    slices: [
      (app) => routes(app, { ledger: w.world.ledger, checkout: w.checkout }),
      (app) => ticketRoutes(app, { ledger: w.world.ledger, clock: w.world.clock }),
    ],
  });
  fan = await signedIn(w.world, http.accounts);
  stranger = await signedIn(w.world, http.accounts);
});
afterAll(async () => {
  await http.app.close();
  await w.close();
});

const post = (url: string, body: unknown, who: Session = fan, headers: Record<string, string> = {}) =>
  call(http.app, 'POST', url, { body, headers: { ...who.headers, ...headers } });
const get = (url: string, who: Session = fan, headers: Record<string, string> = {}) =>
  call(http.app, 'GET', url, { headers: { ...who.headers, ...headers } });
const byCard = (orderId: string, card: string) => ({ orderId, method: { provider: 'test', card } });
const booked = (quantity?: number): Promise<Booking> =>
  w.book({ userId: fan.user.id, ...(quantity ? { quantity } : {}) });

async function paid(): Promise<{ b: Booking; tickets: TicketView[] }> {
  const b = await booked();
  const answer = await post('/payment', byCard(b.orderId, CARDS.good));
  expect(answer.status).toBe(200);
  return { b, tickets: answer.body.tickets };
}

describe('the contract', () => {
  test('O1, O17: POST /tickets/book by hold and by items: 201 with the order', async () => {
    const event = await w.event();
    const holdId = await w.hold(event, fan.user.id, 1);
    const first = await post('/tickets/book', { holdId });
    expect(first).toMatchObject({
      status: 201,
      body: {
        order: { status: 'pending', totalCents: 5000, currency: 'EUR', expiresAt: expect.any(String) },
      },
    });
    expect((await post('/tickets/book', { holdId })).body.order.id).toBe(first.body.order.id);
    const items = [{ tierId: event.tierIds[0], quantity: 2 }];
    const headers = { 'idempotency-key': 'http-book' };
    const direct = await post('/tickets/book', { eventId: event.eventId, items }, fan, headers);
    expect(direct).toMatchObject({ status: 201, body: { order: { totalCents: 10_000 } } });
    expect((await post('/tickets/book', { eventId: event.eventId, items }, fan, headers)).body).toEqual(
      direct.body,
    );
    expect(await post('/tickets/book', { holdId }, fan, headers)).toMatchObject({
      status: 422,
      body: { error: { code: 'IDEMPOTENCY_KEY_REUSED' } },
    });
  });

  test.each([
    [{}, 'holdId'],
    [{ holdId: 'x' }, 'holdId'],
    [{ eventId: '018f0000-0000-7000-8000-000000000000' }, 'items'],
    [{ eventId: '018f0000-0000-7000-8000-000000000000', items: [] }, 'items'],
    [
      {
        holdId: '018f0000-0000-7000-8000-000000000000',
        items: [{ tierId: '018f0000-0000-7000-8000-000000000000', quantity: 1 }],
      },
      'holdId',
    ],
    [{ holdId: '018f0000-0000-7000-8000-000000000000', price: 1 }, 'price'],
  ])('O1: a malformed booking %j is refused by its field', async (body, field) => {
    expect(await post('/tickets/book', body)).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID_REQUEST', details: { field } } },
    });
  });

  test('O7, P4: POST /payment: 402 declined, 200 with tickets, the same again', async () => {
    const b = await booked();
    const declined = await post('/payment', byCard(b.orderId, CARDS.declined));
    expect(declined).toMatchObject({ status: 402, body: { error: { code: 'PAYMENT_DECLINED' } } });
    const headers = { 'idempotency-key': 'http-pay' };
    const pay = () => post('/payment', byCard(b.orderId, CARDS.good), fan, headers);
    const [one, two] = await Promise.all([pay(), pay()]);
    expect([one.status, two.status]).toEqual([200, 200]);
    expect(one.body).toEqual(two.body);
    expect(one.body).toMatchObject({ order: { id: b.orderId, status: 'paid' } });
    expect(one.body.tickets.map((t: TicketView) => [t.tierId, typeof t.qr])).toEqual([
      [b.event.tierIds[0], 'string'],
      [b.event.tierIds[0], 'string'],
    ]);
    expect(one.headers['cache-control']).toBe('private, no-store');
  });

  test('O30: an amount that no order can have is refused by its field', async () => {
    const b = await booked();
    for (const amountCents of [1e30, 1e20, Number.MAX_SAFE_INTEGER + 1, -1, 1.5, '10000'])
      expect(await post('/payment', { ...byCard(b.orderId, CARDS.good), amountCents })).toMatchObject({
        status: 400,
        body: { error: { code: 'INVALID_REQUEST', details: { field: 'amountCents' } } },
      });
  });

  test('O4, O9: an id is the same one however it is spelled', async () => {
    const holdId = await w.hold(await w.event(), fan.user.id, 1);
    const headers = { 'idempotency-key': 'http-spelled-book' };
    const { order } = (await post('/tickets/book', { holdId }, fan, headers)).body;
    const again = await post('/tickets/book', { holdId: holdId.toUpperCase() }, fan, headers);
    expect([again.status, again.body.order?.id]).toEqual([201, order.id]);
    const pay = (id: string) =>
      post('/payment', byCard(id, CARDS.good), fan, { 'idempotency-key': 'http-spelled-pay' });
    expect((await pay(order.id)).status).toBe(200);
    expect((await pay(order.id.toUpperCase())).status).toBe(200);
  });

  test('P4, O5: the step card: 202 with what to do, then 200', async () => {
    const b = await booked();
    const nextAction = { type: 'confirm', url: '/payment/confirm' };
    expect(await post('/payment', byCard(b.orderId, CARDS.step))).toMatchObject({
      status: 202,
      body: { order: { status: 'paying' }, nextAction },
    });
    // A page that was loaded again knows, too.
    expect((await get(`/orders/${b.orderId}`)).body).toMatchObject({
      order: { status: 'paying' },
      tickets: [],
      nextAction,
    });
    expect((await post('/payment/confirm', { orderId: b.orderId }, stranger)).status).toBe(404);
    expect(await post('/payment/confirm', { orderId: b.orderId })).toMatchObject({
      status: 200,
      body: { order: { status: 'paid' } },
    });
  });

  test('P2, P8: 501 for stripe, 400 for half a card, 402 CAPTURE_FAILED', async () => {
    const b = await booked();
    expect(
      await post('/payment', { orderId: b.orderId, method: { provider: 'stripe', paymentMethodId: 'pm_1' } }),
    ).toMatchObject({
      status: 501,
      body: { error: { code: 'NOT_AVAILABLE' } },
    });
    for (const method of [{ provider: 'test' }, { provider: 'test', card: '42' }, { provider: 'barter' }, {}])
      expect(await post('/payment', { orderId: b.orderId, method })).toMatchObject({
        status: 400,
        body: { error: { code: 'INVALID_REQUEST', details: { field: expect.stringMatching(/^method/) } } },
      });
    expect(await post('/payment', byCard(b.orderId, CARDS.captureFails))).toMatchObject({
      status: 402,
      body: { error: { code: 'CAPTURE_FAILED' } },
    });
  });

  test('O7: GET /orders/{id} and GET /me/orders show my orders, page by page', async () => {
    const reader = await signedIn(w.world, http.accounts);
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.unshift((await w.book({ userId: reader.user.id })).orderId);
    const one = await get('/me/orders?limit=2', reader);
    expect(one.body.items.map((o: { id: string }) => o.id)).toEqual(ids.slice(0, 2));
    const two = await get(`/me/orders?limit=2&cursor=${one.body.nextCursor}`, reader);
    expect(two.body).toMatchObject({ items: [{ id: ids[2] }], nextCursor: null });
    expect((await get(`/orders/${ids[0]}`, reader)).body).toMatchObject({
      order: { id: ids[0] },
      tickets: [],
    });
    expect((await get('/me/orders?limit=0', reader)).status).toBe(400);
  });

  test("O16: another fan's order is not there, nor anything without an account", async () => {
    const b = await booked();
    expect((await get(`/orders/${b.orderId}`, stranger)).status).toBe(404);
    expect((await post('/payment', byCard(b.orderId, CARDS.good), stranger)).status).toBe(404);
    expect((await post('/tickets/book', { holdId: b.holdId }, stranger)).status).toBe(404);
    for (const [method, url] of [
      ['POST', '/tickets/book'],
      ['POST', '/payment'],
      ['GET', `/orders/${b.orderId}`],
      ['GET', '/me/orders'],
      ['GET', '/me/tickets'],
    ] as const)
      expect([
        url,
        (await call(http.app, method, url, method === 'POST' ? { body: {} } : {})).status,
      ]).toEqual([url, 401]);
  });
});

describe('tickets', () => {
  test('T3, T5: GET /tickets/{id}/qr: PNG, SVG by query or Accept; its owner only', async () => {
    const { tickets } = await paid();
    const url = `/tickets/${tickets[0]!.id}/qr`;
    for (const [path, headers, type] of [
      [url, {}, 'image/png'],
      [url, { accept: 'image/svg+xml' }, 'image/svg+xml'],
      [url, { accept: 'image/avif,image/png,image/svg+xml' }, 'image/png'],
      [`${url}?format=svg`, {}, 'image/svg+xml'],
      [`${url}?format=png`, { accept: 'image/svg+xml' }, 'image/png'],
    ] as const) {
      const answer = await get(path, fan, headers);
      expect([answer.status, String(answer.headers['content-type']).split(';')[0]]).toEqual([200, type]);
      expect(answer.headers['cache-control']).toBe('private, no-store');
    }
    expect((await get(`${url}?format=gif`)).status).toBe(400);
  });

  test('T4: to anybody else a ticket does not exist', async () => {
    const { tickets } = await paid();
    const id = tickets[0]!.id;
    for (const url of [`/tickets/${id}`, `/tickets/${id}/qr`, `/tickets/${id}/calendar.ics`]) {
      expect([url, (await get(url, stranger)).status]).toEqual([url, 404]);
      expect([url, (await get(url)).status]).toEqual([url, 200]);
      expect([url, (await call(http.app, 'GET', url)).status]).toEqual([url, 401]);
    }
    expect((await call(http.app, 'HEAD', `/tickets/${id}`, { headers: stranger.headers })).status).toBe(404);
    expect((await get(`/tickets/${w.world.ids.next()}/qr`)).status).toBe(404);
    expect((await get('/tickets/not-a-uuid/qr')).status).toBe(400);
  });

  test('T3: before its payment released it, a ticket has no code', async () => {
    const b = await booked();
    await post('/payment', byCard(b.orderId, CARDS.captureFails));
    const [{ id }] = (await w.sql<{ id: string }>(
      'select id from ticketing.tickets where order_id = $1 limit 1',
      [b.orderId],
    )) as [{ id: string }];
    expect(await get(`/tickets/${id}/qr`)).toMatchObject({
      status: 409,
      body: { error: { code: 'INVALID_STATE' } },
    });
    expect((await get(`/tickets/${id}`)).body).toMatchObject({ status: 'canceled', qr: null });
  });

  test('T6: GET /me/tickets lists mine, newest first, each once', async () => {
    const reader = await signedIn(w.world, http.accounts);
    for (let i = 0; i < 3; i++) {
      const b = await w.book({ userId: reader.user.id });
      await post('/payment', byCard(b.orderId, CARDS.good), reader);
    }
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await get(`/me/tickets?limit=4${cursor ? `&cursor=${cursor}` : ''}`, reader);
      seen.push(...page.body.items.map((t: TicketView) => t.id));
      cursor = page.body.nextCursor;
    }
    expect(seen).toHaveLength(6);
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
    const [ticket] = (await get('/me/tickets?limit=1', reader)).body.items;
    expect(ticket).toMatchObject({
      status: 'issued',
      holderName: 'Fan',
      eventTitle: 'Test night',
      venueName: 'The Hall',
      timeZone: 'Europe/Zurich',
      orderReference: expect.any(String),
      qr: expect.stringMatching(/^HF1\./),
    });
  });

  test('T7: HEAD /tickets/{id} tells the state in a header', async () => {
    const { tickets } = await paid();
    const answer = await call(http.app, 'HEAD', `/tickets/${tickets[0]!.id}`, { headers: fan.headers });
    expect([answer.status, answer.headers['holdfast-ticket-state'], answer.text]).toEqual([
      200,
      'issued',
      '',
    ]);
  });

  test('T8: GET /tickets/{id}/calendar.ics is a calendar file', async () => {
    const { tickets } = await paid();
    const answer = await get(`/tickets/${tickets[0]!.id}/calendar.ics`);
    expect(answer.headers['content-type']).toBe('text/calendar; charset=utf-8');
    expect(answer.text).toMatch(/^BEGIN:VCALENDAR\r\n[\s\S]+SUMMARY:Test night\r\n[\s\S]+END:VCALENDAR\r\n$/);
  });
});

describe('secrets', () => {
  test('P8: no table holds a card number after all of this', async () => {
    const tables = await w.sql<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
        where table_schema in ('ticketing', 'payments', 'events', 'accounts') and table_type = 'BASE TABLE'`,
    );
    expect(tables.length).toBeGreaterThan(10);
    for (const { name } of tables) {
      const found = await w.sql(
        `select 1 from ${name} t where t::text ~ '(4242424242424242|4000000000000002|4000002500003155|4000000000000341)' limit 1`,
      );
      expect([name, found.length]).toEqual([name, 0]);
    }
  });
});
