/** Payload fuzz over every route of the whole program: whatever arrives, nothing answers 500 and every error has the one shape. */
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { House } from '../compose.ts';
import { isErrorCode } from '../protocol/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import type { RouteEntry } from './route-table.ts';
import { call, signedIn } from './testing.ts';
import { type Belongings, houseOver, makeBelongings } from './testing-house.ts';
import { type Schema, sample } from './testing-samples.ts';

let world: TestWorld;
let app: FastifyInstance;
let house: House;
let mine: Belongings;
let headers: { authorization: string }[];
beforeAll(async () => {
  world = await testWorld();
  ({ house, app } = await houseOver(world));
  mine = await makeBelongings(world);
  const others = await Promise.all(
    (['user', 'vendor', 'operator'] as const).map((role) => signedIn(world, house.accounts, role)),
  );
  headers = others.map((other) => other.headers);
  for (const id of [mine.fanId, mine.vendorId]) {
    const session = await house.accounts.signInAs(id);
    if (session.ok) headers.push({ authorization: `Bearer ${session.value.accessToken}` });
  }
});
afterAll(async () => {
  await app.close();
  await world.close();
});

const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    0,
    -0,
    -1,
    1e308,
    Number.MAX_SAFE_INTEGER,
    2 ** 31,
    true,
    [],
    {},
    [[]],
    '__proto__',
    '\u0000',
    '\ud800',
    "'; drop table accounts.users; --",
    '{{7*7}}',
    '<script>alert(1)</script>',
    '../../etc/passwd',
    '9'.repeat(400),
    '2026-99-99T99:99:99Z',
    '0000-01-01T00:00:00Z',
    '99999-01-01T00:00:00Z',
    'x'.repeat(3_000),
  ),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>,
  fc.uuid(),
);

/** A right body with one member, somewhere, made nasty, dropped or doubled. */
function spoil(value: unknown, path: number[], evil: unknown): unknown {
  if (typeof value !== 'object' || value === null || path.length === 0) return evil;
  const entries = Object.entries(value);
  if (entries.length === 0) return evil;
  const [step = 0, ...rest] = path;
  const [key, inner] = entries[step % entries.length] as [string, unknown];
  const spoilt = spoil(inner, rest, evil);
  if (Array.isArray(value)) return value.map((each, i) => (String(i) === key ? spoilt : each));
  return { ...value, [key]: spoilt };
}

/** Somebody, but nobody where that would end the session for all that follows. */
const someone = (route: RouteEntry, who: number) =>
  route.url === '/logout' ? {} : (headers[who % headers.length] as Record<string, string>);
const ids = () => ({ ...mine, userId: mine.fanId, card: '4242424242424242', id: mine.orderId });
type Schemas = { body?: Schema; querystring?: Schema };

function expectSound(route: RouteEntry, answer: Awaited<ReturnType<typeof call>>, sent: unknown): void {
  const what = `${route.method} ${route.url} ← ${JSON.stringify(sent)?.slice(0, 400)} → ${answer.status} ${answer.text.slice(0, 200)}`;
  expect(answer.status === 501 || answer.status < 500, what).toBe(true);
  if (answer.status < 400 || route.method === 'HEAD') return;
  expect(isErrorCode(answer.body?.error?.code), what).toBe(true);
  expect(answer.body.error.code, what).not.toBe('INTERNAL');
  expect(answer.text, what).not.toMatch(/node_modules|at \w+ \(|syntax error|violates|relation "/i);
}

test('X19: no body makes a route fail', async () => {
  const routes = app.routeTable.routes.filter(
    (route) => !route.page && (route.schema as Schemas | undefined)?.body,
  );
  expect(routes.length).toBeGreaterThan(10);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.nat(),
      fc.array(fc.nat(20), { maxLength: 4 }),
      nasty,
      async (which, who, path, evil) => {
        const route = routes[which % routes.length] as RouteEntry;
        const right = sample((route.schema as { body: Schema }).body, ids());
        const body = spoil(right, path, evil);
        const url = route.url.replace(/:(\w+)/g, (_all, name: string) =>
          String((ids() as Record<string, unknown>)[name]),
        );
        const answer = await call(app, route.method as 'POST', url, {
          body: body ?? null,
          headers: someone(route, who),
        });
        expectSound(route, answer, body);
      },
    ),
    { numRuns: 1_500, interruptAfterTimeLimit: 20_000 },
  );
});

test('X19: no path or query makes a route fail', async () => {
  const routes = app.routeTable.routes.filter(
    (route) =>
      !route.page &&
      !route.foreignErrors &&
      (route.url.includes(':') || (route.schema as Schemas | undefined)?.querystring),
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(), nasty, fc.boolean(), async (which, who, evil, inPath) => {
      const route = routes[which % routes.length] as RouteEntry;
      const text = typeof evil === 'string' ? evil : JSON.stringify(evil);
      // Half of a surrogate pair has no UTF-8 form: a client cannot send it.
      const encoded = encodeURIComponent(text.toWellFormed());
      const fields = Object.keys((route.schema as Schemas | undefined)?.querystring?.properties ?? {});
      const path = route.url.replace(/:(\w+)/g, (_all, name: string) =>
        inPath ? encoded || 'x' : String((ids() as Record<string, unknown>)[name]),
      );
      const url = `${path}?${fields.map((field) => `${field}=${encoded}`).join('&')}`;
      const answer = await call(app, route.method as 'GET', url, {
        headers: someone(route, who),
      });
      expectSound(route, answer, url);
    }),
    { numRuns: 1_500, interruptAfterTimeLimit: 20_000 },
  );
});

test('X19: raw bytes that are no JSON, or far too deep, are refused', async () => {
  const route = app.routeTable.routes.find((each) => each.url === '/payment') as RouteEntry;
  const raw = fc.oneof(
    fc.string(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.nat(20_000).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  );
  await fc.assert(
    fc.asyncProperty(raw, async (payload) => {
      const answer = await app.inject({
        method: 'POST',
        url: '/payment',
        payload,
        headers: { 'content-type': 'application/json', ...headers[0] },
      });
      expectSound(
        route,
        {
          status: answer.statusCode,
          text: answer.body,
          body: answer.json(),
          headers: answer.headers,
          cookies: [],
        },
        payload,
      );
    }),
    { numRuns: 300 },
  );
});

test('X19: half a surrogate pair is the caller’s mistake where it would stand in JSON, too', async () => {
  // A vendor of its own: the fuzz above may well have deleted its own method.
  const fresh = await makeBelongings(world);
  const session = await house.accounts.signInAs(fresh.vendorId);
  if (!session.ok) throw new Error('a vendor made just now could not sign in');
  const answer = await call(app, 'PUT', `/vendors/payment-methods/${fresh.methodId}`, {
    headers: { authorization: `Bearer ${session.value.accessToken}` },
    body: { label: '\ud800' },
  });
  expect(answer.status).toBe(400);
  expect(answer.body.error).toMatchObject({ code: 'INVALID_REQUEST', details: { field: 'body' } });
});
