import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import { call, type HttpWorld, httpWorld, signedIn } from './testing.ts';
import { testSlice } from './testing-slice.ts';

let world: TestWorld;
let http: HttpWorld;
beforeAll(async () => {
  world = await testWorld();
  http = await httpWorld(world, {
    slices: [testSlice(world.ledger.reads)],
    http: { status: () => ({ services: { checkout: 'available' }, edges: ['wss://edge.example'] }) },
  });
});
afterAll(async () => {
  await http.app.close();
  await world.close();
});

test('X30: the process answers', async () => {
  expect((await call(http.app, 'GET', '/healthz')).body).toEqual({ status: 'ok' });
});

test('X31: ready while both stores answer, 503 naming the one that does not', async () => {
  expect((await call(http.app, 'GET', '/readyz')).body).toEqual({
    status: 'ready',
    stores: { postgres: true, redis: true },
  });
  const other = await testWorld();
  const cut = await httpWorld(other);
  other.gate.disconnect();
  await until('the gate is gone', () => other.gate.status === 'end');
  const answer = await call(cut.app, 'GET', '/readyz');
  expect(answer.status).toBe(503);
  expect(answer.body.error).toMatchObject({
    code: 'TEMPORARILY_UNAVAILABLE',
    details: { stores: { postgres: true, redis: false } },
  });
  expect((await call(cut.app, 'GET', '/healthz')).status).toBe(200);
  await cut.app.close();
  await other.close();
});

test('X32: /status answers what its owner says', async () => {
  expect((await call(http.app, 'GET', '/status')).body).toEqual({
    services: { checkout: 'available' },
    edges: ['wss://edge.example'],
  });
});

test('X33: metrics count by route pattern, never by path', async () => {
  const id = world.ids.next();
  await call(http.app, 'GET', `/t/checked/${id}`);
  await call(http.app, 'GET', `/nothing/${id}`);
  const { text, headers } = await call(http.app, 'GET', '/metrics');
  expect(headers['content-type']).toContain('text/plain');
  expect(text).toMatch(
    /holdfast_http_request_seconds_count\{method="GET",route="\/t\/checked\/:id",status="200"\} 1/,
  );
  expect(text).toMatch(/route="none",status="404"/);
  expect(text).not.toContain(id);
});

test('X34: the description names every API route with its security, and no page', async () => {
  const { body } = await call(http.app, 'GET', '/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  for (const route of http.app.routeTable.routes) {
    if (route.method === 'HEAD') continue;
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    const described = body.paths[path]?.[route.method.toLowerCase()];
    expect(described !== undefined, `${route.method} ${path}`).toBe(!route.page);
    if (described)
      expect(described.security, path).toEqual(route.access === 'public' ? [] : [{ bearer: [] }]);
  }
});

test('X34: the documentation loads nothing that its policy forbids', async () => {
  const page = await call(http.app, 'GET', '/docs');
  expect(page.status).toBe(200);
  expect(page.text).not.toMatch(/<script(?![^>]*\ssrc=)/);
  expect(page.text).not.toMatch(/\son\w+=/);
  const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link as string);
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) {
    expect(link).not.toMatch(/^https?:/);
    const url = new URL(link, 'http://localhost/docs').pathname;
    expect((await call(http.app, 'GET', url)).status, url).toBe(200);
  }
});

test('X35: closing lets running requests end, refuses new ones, and then nobody listens', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let entered = false;
  const own = await httpWorld(world, {
    slices: [
      (app) =>
        void app.get('/t/long', { config: { access: 'public' } }, async () => {
          entered = true;
          await held;
          return { finished: true };
        }),
    ],
  });
  const address = await own.app.listen({ port: 0, host: '127.0.0.1' });
  const running = fetch(`${address}/t/long`);
  await until('the request runs', () => entered);
  // Half a request: on its way when the process is told to stop.
  const { port } = new URL(address);
  const late = connect(Number(port), '127.0.0.1');
  let reply = '';
  late.on('data', (data) => {
    reply += data.toString();
  });
  late.write('GET /t/long HTTP/1.1\r\nHost: localhost\r\n');
  await fetch(`${address}/healthz`);
  const closed = own.app.close();
  late.write('\r\n');
  await until('the late one is refused', () => reply.includes('"DRAINING"'));
  expect(reply).toMatch(/^HTTP\/1\.1 503 /);
  expect(reply).toMatch(/connection: close/i);
  release();
  expect(await (await running).json()).toEqual({ finished: true });
  await closed;
  await expect(fetch(`${address}/healthz`)).rejects.toThrow();
});

test('X17: /me needs an account', async () => {
  expect((await call(http.app, 'GET', '/me')).body.error.code).toBe('UNAUTHENTICATED');
  const session = await signedIn(world, http.accounts);
  expect((await call(http.app, 'GET', '/me', { headers: session.headers })).body.id).toBe(session.user.id);
});
