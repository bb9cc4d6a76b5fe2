/**
 * The IDOR matrix: every route and socket event of the whole program × {nobody, another user, another vendor}, generated
 * from what they state about themselves (`access`, `owns`) and from their schemas.
 */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { House } from '../compose.ts';
import type { Role } from '../protocol/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import type { RouteEntry } from './route-table.ts';
import { call, signedIn } from './testing.ts';
import { type Belongings, houseOver, ledgerState, makeBelongings } from './testing-house.ts';
import { known, type RouteSchema, requestFor } from './testing-requests.ts';
import { type Schema, sample } from './testing-samples.ts';

let world: TestWorld;
let house: House;
let app: FastifyInstance;
let routes: RouteEntry[];
let headers: Record<'user' | 'vendor' | 'operator', { authorization: string }>;
let accountOf: Record<'user' | 'vendor', { id: string; role: Role; name: string; sessionId: string }>;

beforeAll(async () => {
  world = await testWorld();
  ({ house, app } = await houseOver(world));
  routes = app.routeTable.routes.filter((route) => !route.page);
  const [user, vendor, operator] = await Promise.all(
    (['user', 'vendor', 'operator'] as const).map((role) => signedIn(world, house.accounts, role)),
  );
  headers = { user: user!.headers, vendor: vendor!.headers, operator: operator!.headers };
  const account = (token: string) => {
    const verified = house.accounts.verifyAccessToken(token);
    if (!verified.ok) throw new Error('bad token');
    return verified.value.account;
  };
  accountOf = { user: account(user!.accessToken), vendor: account(vendor!.accessToken) };
});
afterAll(async () => {
  await app.close();
  await world.close();
});

/** What belongs to one person alone. A drop or an event belongs to its vendor, and to each fan that which is theirs in it. */
const PRIVATE = new Set(['hold', 'order', 'ticket', 'user', 'mail', 'session', 'passkey', 'device', 'grant']);
const PRIVATE_FIELDS = ['holdId', 'orderId', 'ticketId', 'ticketIds'];

const send = (route: RouteEntry, mine: Belongings, as?: { authorization: string }) => {
  const { method, url, options } = requestFor(world.ids, route, mine);
  return call(app, method, url, { ...options, ...(as ? { headers: as } : {}) });
};
const label = (route: RouteEntry) => `${route.method} ${route.url}`;

/** Whether a request to this route names something that belongs to one person. */
function namesPrivateThing(route: RouteEntry): boolean {
  if (route.owns && PRIVATE.has(route.owns)) return true;
  const properties = ((route.schema ?? {}) as RouteSchema).body?.properties ?? {};
  return Object.keys(properties).some((key) => PRIVATE_FIELDS.includes(key));
}

function leaks(text: string, mine: Belongings): string[] {
  const secrets = {
    fan: mine.fanId,
    mail: mine.fanEmail,
    place: mine.placeId,
    hold: mine.holdId,
    order: mine.orderId,
    ticket: mine.ticketId,
    code: 'HF1.sample',
  };
  // Being told back what one sent is no leak; none of these answers has reason to.
  return Object.entries(secrets)
    .filter(([, value]) => text.includes(value))
    .map(([name]) => name);
}

test('X18: the matrix covers the program: every slice mounted, every owned path stated', () => {
  expect(routes.length).toBeGreaterThan(30);
  for (const route of routes) {
    if (route.access === 'public' || route.access === 'operator') continue;
    if (route.url.includes(':')) expect(route.owns, `${label(route)} must state config.owns`).toBeDefined();
  }
  const owned = new Set(routes.map((route) => route.owns));
  for (const thing of ['event', 'drop', 'order', 'ticket']) expect(owned.has(thing), thing).toBe(true);
});

test('X18: nobody without an account gets past any route that is not public, and nothing changes', async () => {
  const mine = await makeBelongings(world);
  const before = await ledgerState(world, mine);
  for (const route of routes) {
    if (route.access === 'public') continue;
    const answer = await send(route, mine);
    expect(answer.status, label(route)).toBe(401);
    if (route.method !== 'HEAD') expect(answer.body.error.code, label(route)).toBe('UNAUTHENTICATED');
  }
  expect(await ledgerState(world, mine)).toEqual(before);
});

test('X18: a role that a route is not for gets 403, and nothing changes', async () => {
  const mine = await makeBelongings(world);
  const before = await ledgerState(world, mine);
  for (const route of routes) {
    const barred =
      route.access === 'vendor'
        ? (['user'] as const)
        : route.access === 'operator'
          ? (['user', 'vendor'] as const)
          : [];
    for (const role of barred)
      expect((await send(route, mine, headers[role])).status, `${label(route)} as ${role}`).toBe(403);
  }
  expect(await ledgerState(world, mine)).toEqual(before);
});

/** What an installation does not offer (this one keeps no cards) it says so, to everybody alike. */
function expectNoFault(answer: { status: number; text: string }, what: string): void {
  if (answer.status === 501) expect(JSON.parse(answer.text).error.code, what).toBe('NOT_AVAILABLE');
  else expect(answer.status, what).toBeLessThan(500);
}

test('X18: another user and another vendor find nothing of mine, and nothing changes', async () => {
  const mine = await makeBelongings(world);
  const before = await ledgerState(world, mine);
  let refused = 0;
  for (const route of routes) {
    if (route.access === 'public' || route.access === 'operator') continue;
    for (const role of ['user', 'vendor'] as const) {
      if (route.access === 'vendor' && role === 'user') continue;
      const answer = await send(route, mine, headers[role]);
      const what = `${label(route)} as another ${role}: ${answer.text.slice(0, 300)}`;
      expectNoFault(answer, what);
      expect(leaks(answer.text, mine), what).toEqual([]);
      if (!namesPrivateThing(route) && !(route.access === 'vendor' && route.owns)) continue;
      expect(answer.status, what).toBe(404);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(15);
  expect(await ledgerState(world, mine)).toEqual(before);
});

test('X18: the owner does get through: the matrix asks for things that are there', async () => {
  let passed = 0;
  for (const route of routes) {
    if (route.access === 'public' || route.access === 'operator' || !(route.owns || namesPrivateThing(route)))
      continue;
    const mine = await makeBelongings(world);
    const owner = route.access === 'vendor' ? mine.vendorId : mine.fanId;
    const session = await house.accounts.signInAs(owner);
    if (!session.ok) throw new Error(session.error.code);
    const answer = await send(route, mine, { authorization: `Bearer ${session.value.accessToken}` });
    const what = `${label(route)}: ${answer.status} ${answer.text.slice(0, 300)}`;
    expect([400, 401, 403, 404], what).not.toContain(answer.status);
    expectNoFault(answer, what);
    passed++;
  }
  expect(passed).toBeGreaterThan(10);
});

test('X18: no public answer holds anything of a fan', async () => {
  const mine = await makeBelongings(world);
  for (const route of routes) {
    if (route.access !== 'public' || route.method !== 'GET') continue;
    const answer = await send(route, mine);
    expect(
      leaks(answer.text, mine).filter((name) => name !== 'place'),
      label(route),
    ).toEqual([]);
  }
});

test('X18: socket events let nobody touch what is mine', async () => {
  const mine = await makeBelongings(world);
  const before = await ledgerState(world, mine);
  expect(house.socketHandlers.length).toBeGreaterThan(4);
  for (const handler of house.socketHandlers) {
    expect(handler.access, handler.event).not.toBe('public');
    for (const role of ['user', 'vendor'] as const) {
      const payload = sample(handler.schema as Schema, known(world.ids, mine, handler));
      const result = await handler.handle(
        { account: accountOf[role], socketId: 's', address: '127.0.0.1' },
        payload,
      );
      const what = `${handler.event} as another ${role}: ${JSON.stringify(result)}`;
      if (handler.owns && PRIVATE.has(handler.owns))
        expect(result, what).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
      expect(leaks(JSON.stringify(result), mine), what).toEqual([]);
    }
  }
  expect(await ledgerState(world, mine)).toEqual(before);
});
