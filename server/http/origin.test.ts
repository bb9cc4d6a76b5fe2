import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { call, type HttpWorld, httpWorld, signedIn } from './testing.ts';
import { testSlice } from './testing-slice.ts';

let world: TestWorld;
let http: HttpWorld;
beforeAll(async () => {
  world = await testWorld();
  http = await httpWorld(world, { slices: [testSlice(world.ledger.reads)] });
});
afterAll(async () => {
  await http.app.close();
  await world.close();
});

const cookieOf = (session: { accessToken: string }) => `__Host-holdfast-access=${session.accessToken}`;
const here = { host: 'localhost:3000' };

test.each<[string, Record<string, string>, number]>([
  ['says nothing', {}, 403],
  ['same origin', { 'sec-fetch-site': 'same-origin' }, 200],
  ['own Origin, no fetch metadata', { origin: 'http://localhost:3000' }, 200],
  [
    'same site but another origin',
    { 'sec-fetch-site': 'same-site', origin: 'http://other.localhost:3000' },
    403,
  ],
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
  ['another site without Origin', { 'sec-fetch-site': 'cross-site' }, 403],
  ['a foreign Origin alone', { origin: 'https://evil.example' }, 403],
  ['a null Origin', { origin: 'null' }, 403],
  ['an Origin that ends like ours', { origin: 'http://evil-localhost:3000' }, 403],
  ['an Origin that begins like ours', { origin: 'http://localhost:3000.evil.example' }, 403],
  ['our host on another port', { origin: 'http://localhost:4000' }, 403],
  ['our host with another scheme', { origin: 'https://localhost:3000' }, 403],
  ['typed by the user', { 'sec-fetch-site': 'none' }, 403],
  [
    'same origin, past a proxy that changed Host',
    { 'sec-fetch-site': 'same-origin', origin: 'https://tickets.example' },
    200,
  ],
])('X5: a cookie from a request that %s: %j → %i', async (_what, headers, status) => {
  const session = await signedIn(world, http.accounts);
  const answer = await call(http.app, 'POST', '/t/change', {
    body: {},
    headers: { ...here, cookie: cookieOf(session), ...headers },
  });
  expect(answer.status).toBe(status);
  if (status === 403) expect(answer.body.error.code).toBe('CSRF_REFUSED');
});

test('X5: the refresh cookie alone does not refresh or log out from elsewhere', async () => {
  const session = await signedIn(world, http.accounts);
  const cookie = `__Host-holdfast-refresh=${session.refreshToken}`;
  for (const url of ['/refresh', '/logout'])
    for (const headers of [{}, { 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])
      expect(
        (await call(http.app, 'POST', url, { body: {}, headers: { ...here, cookie, ...headers } })).status,
        url,
      ).toBe(403);
  expect((await call(http.app, 'GET', '/me', { headers: session.headers })).status).toBe(200);
});

test('X5: configured origins are ours', async () => {
  const behind = await httpWorld(world, {
    env: { HOLDFAST_ORIGINS: 'https://tickets.example' },
    slices: [testSlice(world.ledger.reads)],
  });
  const session = await signedIn(world, behind.accounts);
  const send = (origin: string) =>
    call(behind.app, 'POST', '/t/change', {
      body: {},
      headers: { ...here, cookie: cookieOf(session), origin },
    });
  expect((await send('https://tickets.example')).status).toBe(200);
  expect((await send('https://tickets.example.evil.example')).status).toBe(403);
  await behind.app.close();
});

test('X6: a cross-site request is refused without any cookie too (log-in CSRF)', async () => {
  const answer = await call(http.app, 'POST', '/login', {
    body: { email: 'a@b.test', password: 'x' },
    headers: { ...here, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  });
  expect(answer.body.error.code).toBe('CSRF_REFUSED');
});

test('X7: a bearer token needs no origin, and outweighs what the browser adds', async () => {
  const session = await signedIn(world, http.accounts);
  const headers = { ...session.headers, origin: 'https://partner.example', 'sec-fetch-site': 'cross-site' };
  expect((await call(http.app, 'POST', '/t/change', { body: {}, headers })).status).toBe(200);
  const reading = await call(http.app, 'GET', '/t/mine', {
    headers: { ...here, cookie: cookieOf(session), 'sec-fetch-site': 'cross-site' },
  });
  expect(reading.status).toBe(200);
  expect(reading.headers['access-control-allow-origin']).toBeUndefined();
});

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json\ta',
  'application/json a',
  'text/plain; application/json',
  'application/jsonx',
  'application/xml',
  '',
])('X8: a body of type %j is 415', async (type) => {
  const answer = await http.app.inject({
    method: 'POST',
    url: '/t/open-change',
    payload: '{"a":1}',
    headers: { 'content-type': type },
  });
  expect(answer.statusCode).toBe(415);
  expect(answer.json().error.code).toBe('UNSUPPORTED_MEDIA_TYPE');
});

test('X8: JSON with a charset is JSON', async () => {
  const answer = await http.app.inject({
    method: 'POST',
    url: '/t/open-change',
    payload: '{}',
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
  expect(answer.statusCode).toBe(200);
});
