/** The way to the real Postgres is cut while everything else goes on: what is still shown, to whom, and what is right once it is back. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { House } from '../server/compose.ts';
import { call, httpWorld, signedIn } from '../server/http/testing.ts';
import { type Belongings, houseOver, makeBelongings } from '../server/http/testing-house.ts';
import { LIMITS } from '../server/limits.ts';
import { connectCache, connectLedger, type Redis, statement } from '../server/stores/index.ts';
import { type ManualClock, manualClock, type TestWorld, testWorld, until } from '../server/stores/testing.ts';
import { type Relay, relayTo } from '../server/stores/testing-relay.ts';

let world: TestWorld;
let relay: Relay;
let cache: Redis;
let house: House;
let app: FastifyInstance;
let mine: Belongings;
let fan: { headers: { authorization: string }; accessToken: string };
let stranger: typeof fan;

beforeAll(async () => {
  world = await testWorld();
  relay = await relayTo(world.databaseUrl);
  cache = connectCache(world.redisUrl, world.log);
  const through = { ...world, ledger: connectLedger(relay.url, undefined, world.log) };
  ({ house, app } = await houseOver(through, {}, { cache }));
  mine = await makeBelongings(world);
  fan = await sessionOf(mine.fanId);
  stranger = await signedIn(world, house.accounts);
});
afterAll(async () => {
  await app.close();
  await house.stop();
  cache.disconnect();
  await relay.close();
  await world.close();
});
beforeEach(async () => {
  await house.keeping.pages.idle();
});

async function sessionOf(userId: string): Promise<typeof fan> {
  const session = await house.accounts.signInAs(userId);
  if (!session.ok) throw new Error(session.error.code);
  const { accessToken } = session.value;
  return { accessToken, headers: { authorization: `Bearer ${accessToken}` } };
}
const ask = (path: string, who?: { headers: { authorization: string } }, method: 'GET' | 'HEAD' = 'GET') =>
  call(app, method, path, who ? { headers: who.headers } : {});
const settle = async () => {
  await house.keeping.pages.idle();
  await house.keeping.copies.idle();
};
async function whileAway<T>(work: () => Promise<T>): Promise<T> {
  await settle();
  await relay.cut();
  try {
    return await work();
  } finally {
    await relay.mend();
    await until('the ledger answers again', async () => (await ask('/me', fan)).status === 200);
  }
}
const ticketPaths = () => [
  '/me/tickets',
  `/tickets/${mine.ticketId}`,
  `/tickets/${mine.ticketId}/calendar.ics`,
];

test('T12: a ticket is found in the list that was shown, though it was never opened', async () => {
  expect((await ask('/me/tickets?limit=200', fan)).body.items).toHaveLength(1);
  await whileAway(async () => {
    const ticket = await ask(`/tickets/${mine.ticketId}`, fan);
    expect([ticket.status, ticket.body.id]).toEqual([200, mine.ticketId]);
    expect(ticket.headers['holdfast-as-of']).toMatch(/Z$/);
  });
});

test('T12, X50: while the ledger is away one’s tickets, their codes and pictures are shown as they were last shown, with their time', async () => {
  const before = new Map<string, string>();
  for (const path of [...ticketPaths(), `/tickets/${mine.ticketId}/qr?format=svg`]) {
    const answer = await ask(path, fan);
    expect(answer.headers['holdfast-as-of']).toBeUndefined();
    before.set(path, answer.text.replace(/DTSTAMP:.*/, ''));
  }
  await whileAway(async () => {
    for (const [path, text] of before) {
      const answer = await ask(path, fan);
      expect([path, answer.status, answer.text.replace(/DTSTAMP:.*/, '')]).toEqual([path, 200, text]);
      const asOf = Date.parse(String(answer.headers['holdfast-as-of']));
      expect(asOf).toBeGreaterThan(world.clock.now() - 60_000);
      expect(asOf).toBeLessThanOrEqual(world.clock.now());
      expect(answer.headers['cache-control']).toContain('no-store');
    }
    expect((await ask(`/tickets/${mine.ticketId}`, fan, 'HEAD')).headers['holdfast-ticket-state']).toBe(
      'issued',
    );
  });
  expect((await ask('/me/tickets', fan)).headers['holdfast-as-of']).toBeUndefined();
});

test('T13: another’s ticket is not there while the ledger is away, nor is one that was never shown', async () => {
  await ask('/me/tickets', fan);
  await whileAway(async () => {
    for (const path of ticketPaths()) {
      const answer = await ask(path, stranger);
      expect([path, answer.status]).toEqual([path, 503]);
      expect((await ask(path)).status).toBe(401);
    }
  });
});

test('T14: a ticket that is canceled is so at once when the ledger is back, and from then on in its copy', async () => {
  await ask(`/tickets/${mine.ticketId}`, fan);
  await ask('/me/tickets', fan);
  const cancel = (status: string) =>
    world.ledger.reads.all(
      statement('ticket_becomes', 'update ticketing.tickets set status = $2 where id = $1'),
      [mine.ticketId, status],
    );
  await whileAway(async () => {
    await cancel('canceled');
    expect((await ask(`/tickets/${mine.ticketId}`, fan)).body.status).toBe('issued');
  });
  expect((await ask(`/tickets/${mine.ticketId}/qr`, fan)).status).toBe(409);
  expect((await ask('/me/tickets', fan)).body.items[0].status).toBe('canceled');
  await whileAway(async () => {
    for (const path of [`/tickets/${mine.ticketId}`, '/me/tickets'])
      expect(JSON.stringify((await ask(path, fan)).body)).toContain('"status":"canceled"');
    expect((await ask(`/tickets/${mine.ticketId}/qr`, fan)).status).toBe(409);
  });
  await cancel('issued');
});

test('X51: while the ledger is away a token’s word counts for reading what is kept, and for nothing else', async () => {
  await ask('/me/tickets', fan);
  await whileAway(async () => {
    expect((await ask('/me/tickets', fan)).status).toBe(200);
    for (const path of ['/me', '/me/orders', '/loyalty-points']) {
      const refused = await ask(path, fan);
      expect([path, refused.status, refused.body.error.code]).toEqual([path, 503, 'TEMPORARILY_UNAVAILABLE']);
    }
    const post = await call(app, 'POST', '/tickets/refund', {
      headers: fan.headers,
      body: { ticketIds: [mine.ticketId] },
    });
    expect(post.status).toBe(503);
    const forged = {
      headers: {
        authorization: `Bearer ${fan.accessToken.replace(/\.([^.])([^.]*)$/, (_, c, rest) => `.${c === 'A' ? 'B' : 'A'}${rest}`)}`,
      },
    };
    const answer = await ask('/me/tickets', forged);
    expect([answer.status, answer.body]).toEqual([
      401,
      { error: expect.objectContaining({ code: 'TOKEN_INVALID' }) },
    ]);
  });
});

test('X51: a route that changes anything cannot state that it answers on a token’s word', async () => {
  const slices = [
    (scope: FastifyInstance) =>
      void scope.post('/x', { config: { access: 'account', whileLedgerAway: true } }, async () => 'done'),
  ];
  await expect(httpWorld(world, { slices })).rejects.toThrow('POST /x: only what reads');
});

test('X52: a session that this process knows to be over stays out while the ledger is away', async () => {
  const [here, heard] = [await sessionOf(mine.fanId), await sessionOf(mine.fanId)];
  const over = (token: string) => {
    const verified = house.accounts.verifyAccessToken(token);
    return verified.ok ? verified.value.account.sessionId : '';
  };
  for (const who of [here, heard]) await ask('/me/tickets', who);
  await house.accounts.logout({ sessionId: over(here.accessToken) });
  // Ended by another process: this one hears it with the next question it asks.
  await world.ledger.reads.all(
    statement('end_session', 'update accounts.sessions set revoked_at = now() where id = $1'),
    [over(heard.accessToken)],
  );
  await until('it was heard', async () => (await ask('/me/tickets', heard)).status === 401);
  await whileAway(async () => {
    for (const who of [here, heard])
      expect((await ask('/me/tickets', who)).body.error.code).toBe('TOKEN_EXPIRED');
    expect((await ask('/me/tickets', fan)).status).toBe(200);
  });
});

test('E35: while the ledger is away events, lists and facets are shown as they were kept, with their time, and drafts to nobody', async () => {
  const paths = [`/events/${mine.eventId}`, `/events/${mine.eventId}/tickets`, '/events', '/events/facets'];
  const before = new Map<string, unknown>();
  for (const path of paths) before.set(path, (await ask(path)).body);
  await whileAway(async () => {
    for (const [path, body] of before) {
      const answer = await ask(path);
      expect([path, answer.status, answer.body]).toEqual([path, 200, body]);
      // Facets are kept whole: nobody has changed what they count, so they are as of now.
      if (path !== '/events/facets') expect(answer.headers['holdfast-as-of']).toMatch(/^\d{4}-.*Z$/);
    }
    await house.keeping.pages.invalidate(['events']);
    for (const [path, body] of before) {
      const answer = await ask(path);
      expect([path, answer.body]).toEqual([path, body]);
      expect(answer.headers['holdfast-as-of']).toMatch(/Z$/);
    }
    const head = await ask(`/events/${mine.eventId}/tickets`, undefined, 'HEAD');
    expect(head.headers['holdfast-as-of']).toMatch(/Z$/);
    expect((await ask(`/events/${world.ids.next()}`)).status).toBe(503);
    expect((await ask('/events?search=neverasked')).status).toBe(503);
  });
  for (const path of paths) expect((await ask(path)).headers['holdfast-as-of']).toBeUndefined();
});

test('X54: who is logged in, or asks for a team, sees what is kept like a stranger while the ledger is away, and a draft never', async () => {
  const vendor = await sessionOf(mine.vendorId);
  const draft = await world.createEvent({ vendorId: mine.vendorId, status: 'draft', drop: null });
  const paths = [`/events/${mine.eventId}`, `/events/${mine.eventId}/tickets`, '/events', '/events/facets'];
  for (const path of paths) await ask(path);
  for (const who of [fan, vendor]) await ask(`/events/${draft.eventId}`, who);
  const forTeam = { headers: { ...fan.headers, 'holdfast-vendor': mine.vendorId } };
  await whileAway(async () => {
    for (const who of [fan, vendor, forTeam])
      for (const path of paths) {
        const shown = await ask(path, who);
        expect([path, shown.status]).toEqual([path, 200]);
      }
    for (const who of [fan, vendor, forTeam])
      expect((await ask(`/events/${draft.eventId}`, who)).status).toBe(503);
    const forged = { headers: { authorization: `${fan.headers.authorization}x` } };
    expect((await ask('/events', forged)).status).toBe(401);
  });
  expect((await ask(`/events/${draft.eventId}`, vendor)).status).toBe(200);
});

test('X53: an expired token is refused, whoever is away', async () => {
  const clock: ManualClock = manualClock(world.clock.now());
  const through = { ...world, ledger: connectLedger(relay.url, undefined, world.log), clock };
  const late = await houseOver(through, {}, { clock });
  const session = await late.house.accounts.signInAs(mine.fanId);
  if (!session.ok) throw new Error(session.error.code);
  const headers = { authorization: `Bearer ${session.value.accessToken}` };
  await settle();
  await relay.cut();
  await clock.advance(LIMITS.accessTokenSeconds * 1_000 + 1);
  const answer = await call(late.app, 'GET', '/me/tickets', { headers });
  expect(answer.body.error.code).toBe('TOKEN_EXPIRED');
  await relay.mend();
  await late.app.close();
  await late.house.stop();
  await through.ledger.end();
});
