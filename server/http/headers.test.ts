import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { call, type HttpWorld, httpWorld } from './testing.ts';
import { testSlice } from './testing-slice.ts';

let world: TestWorld;
let http: HttpWorld;
let staticDir: string;
beforeAll(async () => {
  world = await testWorld();
  staticDir = join(world.dir, 'client');
  mkdirSync(join(staticDir, 'assets'), { recursive: true });
  writeFileSync(join(staticDir, 'index.html'), '<!doctype html><title>x</title>');
  writeFileSync(join(staticDir, 'assets', 'main-abc.js'), 'export {};');
  http = await httpWorld(world, {
    env: { SOCKET_PORT: '3001' },
    slices: [testSlice(world.ledger.reads)],
    http: { staticDir },
  });
});
afterAll(async () => {
  await http.app.close();
  await world.close();
});

const VARYING = new Set([
  'x-request-id',
  'date',
  'content-length',
  'connection',
  'keep-alive',
  'etag',
  'last-modified',
]);
function steady(headers: Record<string, unknown>) {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !VARYING.has(name))
      .sort(),
  );
}

test.each([
  ['a page', '/d/01900000-0000-7000-8000-000000000001'],
  ['a script', '/assets/main-abc.js'],
  ['an API answer', '/t/open'],
  ['an error', '/t/defect'],
  ['a refusal without account', '/me'],
  ['nothing', '/nothing/here'],
  ['an address that does not decode', '/t/%zz'],
  ['the API’s documentation', '/docs'],
  ['its description', '/openapi.json'],
])('X2: the headers of %s', async (_what, url) => {
  const answer = await call(http.app, 'GET', url, { headers: { host: 'tickets.example' } });
  expect({ status: answer.status, ...steady(answer.headers) }).toMatchSnapshot();
});

test('X2: over https the browser is told to stay there', async () => {
  const proxied = await httpWorld(world, { env: { HOLDFAST_PROXIES: '127.0.0.1' } });
  const plain = await call(proxied.app, 'GET', '/healthz');
  const secure = await call(proxied.app, 'GET', '/healthz', { headers: { 'x-forwarded-proto': 'https' } });
  expect(plain.headers['strict-transport-security']).toBeUndefined();
  expect(secure.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
  await proxied.app.close();
});

function directives(answer: Awaited<ReturnType<typeof call>>): Record<string, string[]> {
  const policy = String(answer.headers['content-security-policy']);
  return Object.fromEntries(
    policy.split(';').map((part) => {
      const [name = '', ...sources] = part.trim().split(/\s+/);
      return [name, sources];
    }),
  );
}

test('X1: a page runs its own scripts, reaches its own server and sockets, and is framed by nobody', async () => {
  const csp = directives(await call(http.app, 'GET', '/', { headers: { host: 'tickets.example:8080' } }));
  expect(csp['script-src']).toEqual(["'self'"]);
  expect(csp['default-src']).toEqual(["'none'"]);
  expect(csp['frame-ancestors']).toEqual(["'none'"]);
  expect(csp['connect-src']).toEqual(["'self'", 'ws://tickets.example:3001']);
  expect(
    Object.values(csp)
      .flat()
      .filter((source) => /unsafe|\*/.test(source)),
  ).toEqual([]);
});

test('X1: configured edges are the sockets a page may reach', async () => {
  const edges = 'https://edge-1.example,wss://edge-2.example:8443,http://10.0.0.5:3001';
  const many = await httpWorld(world, { env: { HOLDFAST_EDGES: edges }, http: { staticDir } });
  const csp = directives(await call(many.app, 'GET', '/'));
  expect(csp['connect-src']).toEqual([
    "'self'",
    'wss://edge-1.example',
    'https://edge-1.example',
    'wss://edge-2.example:8443',
    'https://edge-2.example:8443',
    'ws://10.0.0.5:3001',
    'http://10.0.0.5:3001',
  ]);
  await many.app.close();
});

test('P79: Stripe’s form may be loaded while it is wanted, and only then; a page that was kept is not kept under the other policy', async () => {
  let wanted = true;
  const stripe = await httpWorld(world, { http: { staticDir, cardForms: async () => wanted } });
  const page = await call(stripe.app, 'GET', '/');
  const csp = directives(page);
  expect(csp['script-src']).toEqual(["'self'", 'https://js.stripe.com', 'https://*.js.stripe.com']);
  expect(csp['frame-src']).toContain('https://hooks.stripe.com');
  expect(csp['connect-src']).toContain('https://api.stripe.com');
  const api = await call(stripe.app, 'GET', '/t/nothing');
  expect(String(api.headers['content-security-policy'])).not.toContain('stripe');
  const again = { headers: { 'if-none-match': String(page.headers.etag) } };
  expect((await call(stripe.app, 'GET', '/', again)).status).toBe(304);
  wanted = false;
  const without = await call(stripe.app, 'GET', '/', again);
  expect(without.status).toBe(200);
  expect(String(without.headers['content-security-policy'])).not.toContain('stripe');
  await stripe.app.close();
  // Nobody asked for it.
  const plain = await call(http.app, 'GET', '/', { headers: { host: 'tickets.example' } });
  expect(String(plain.headers['content-security-policy'])).not.toContain('stripe');
});

test('X3: API answers may load nothing and are not stored', async () => {
  for (const url of ['/t/open', '/t/defect', '/me', '/nothing']) {
    const answer = await call(http.app, 'GET', url);
    expect(directives(answer)['default-src'], url).toEqual(["'none'"]);
    expect(directives(answer)['script-src'], url).toBeUndefined();
    expect(answer.headers['cache-control'], url).toBe('no-store');
    expect(answer.headers['x-content-type-options'], url).toBe('nosniff');
  }
});

test.each([
  'evil.example; script-src *',
  "evil.example 'unsafe-inline'",
  'evil.example, *',
  '*',
  "'unsafe-eval'",
  'a"b',
])('X4: the Host %s adds nothing to the policy', async (host) => {
  const answer = await call(http.app, 'GET', '/', { headers: { host } });
  if (answer.status >= 400) return expect(answer.status).toBe(400);
  const csp = directives(answer);
  expect(csp['script-src']).toEqual(["'self'"]);
  expect(csp['connect-src']?.slice(1).filter((source) => !/^ws:\/\/[a-z0-9.-]+:3001$/.test(source))).toEqual(
    [],
  );
});
