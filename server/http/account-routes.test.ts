import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { call, type HttpWorld, httpWorld, signedIn } from './testing.ts';

let world: TestWorld;
let http: HttpWorld;
const PASSWORD = 'Correct-horse-9-battery';
const OWN = { 'sec-fetch-site': 'same-origin' };
beforeAll(async () => {
  world = await testWorld();
  http = await httpWorld(world);
});
afterAll(async () => {
  await http.app.close();
  await world.close();
});

let count = 0;
async function registered(role = 'user') {
  const body = { email: `fan-${++count}@example.test`, password: PASSWORD, name: 'Fan', role };
  const answer = await call(http.app, 'POST', '/register', { body });
  expect(answer.status).toBe(201);
  return { ...body, answer };
}
type Cookie = {
  name: string;
  value: string;
  httpOnly?: boolean;
  secure?: boolean;
  sameSite?: string;
  path?: string;
  maxAge?: number;
  domain?: string;
};
const jar = (cookies: Cookie[]) => cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');

test('A2: registration makes users and vendors, and refuses operators', async () => {
  expect((await registered('vendor')).answer.body.role).toBe('vendor');
  for (const role of ['operator', 'root', 7, null]) {
    const answer = await call(http.app, 'POST', '/register', {
      body: { email: 'o@example.test', password: PASSWORD, name: 'O', role },
    });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 'INVALID_REQUEST', details: { field: 'role' } });
  }
});

test.each([
  ['email', { email: 'no address' }],
  ['email', { email: 'two@at@signs' }],
  ['email', { email: undefined }],
  ['password', { password: 'short' }],
  ['password', { password: 'x'.repeat(300) }],
  ['name', { name: '' }],
  ['name', { name: ' \u200b\n ' }],
  ['isAdmin', { isAdmin: true }],
])('A2: a registration with a bad %s names the field: %j', async (field, changed) => {
  const body = {
    email: `bad-${++count}@example.test`,
    password: PASSWORD,
    name: 'Fan',
    role: 'user',
    ...changed,
  };
  const answer = await call(http.app, 'POST', '/register', { body });
  expect(answer.status).toBe(400);
  expect(answer.body.error).toMatchObject({ code: 'INVALID_REQUEST', details: { field } });
});

test('A4: registration answers nothing secret', async () => {
  const { answer } = await registered();
  expect(answer.text).not.toContain('argon2');
  expect(answer.text).not.toContain(PASSWORD);
  expect(answer.cookies).toEqual([]);
});

test('A9: log-in answers tokens, life and user, and sets both cookies; the bearer opens /me', async () => {
  const { email, password } = await registered();
  const answer = await call(http.app, 'POST', '/login', { body: { email, password } });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    accessToken: expect.any(String),
    refreshToken: expect.stringMatching(/^hfr_/),
    expiresIn: 600,
    user: { id: expect.any(String), email, name: 'Fan', role: 'user', createdAt: expect.any(String) },
  });
  expect(answer.cookies.map((cookie) => cookie.name).sort()).toEqual([
    '__Host-holdfast-access',
    '__Host-holdfast-refresh',
  ]);
  const me = await call(http.app, 'GET', '/me', {
    headers: { authorization: `Bearer ${answer.body.accessToken}` },
  });
  expect(me.body).toEqual(answer.body.user);
  const byCookie = await call(http.app, 'GET', '/me', {
    headers: { cookie: jar(answer.cookies as Cookie[]) },
  });
  expect(byCookie.body).toEqual(answer.body.user);
});

test.each([
  ['localhost', 'http://localhost:3000', {}, true],
  ['https by a trusted proxy', 'http://tickets.example', { 'x-forwarded-proto': 'https' }, true],
  ['a bare address', 'http://192.168.1.20:3000', {}, false],
])('A17: cookies on %s', async (_where, origin, headers, secure) => {
  const proxied = await httpWorld(world, { env: { HOLDFAST_PROXIES: '127.0.0.1' } });
  const { email, password } = await registered();
  const host = new URL(origin).host;
  const answer = await call(proxied.app, 'POST', '/login', {
    body: { email, password },
    headers: { host, ...headers },
  });
  expect(answer.cookies).toHaveLength(2);
  for (const cookie of answer.cookies as Cookie[]) {
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    expect(cookie.name.startsWith('__Host-')).toBe(secure);
    expect(cookie.secure ?? false).toBe(secure);
    expect(cookie.domain).toBeUndefined();
  }
  await proxied.app.close();
});

test('A17: a plain cookie does not count where a `__Host-` one belongs', async () => {
  const { accessToken } = await signedIn(world, http.accounts);
  const plain = await call(http.app, 'GET', '/me', { headers: { cookie: `holdfast-access=${accessToken}` } });
  expect(plain.status).toBe(401);
});

test('A17: production never sets a plain cookie', async () => {
  const { email, password } = await registered();
  const strict = await httpWorld(world, { accounts: { config: { ...world.config(), production: true } } });
  const answer = await call(strict.app, 'POST', '/login', {
    body: { email, password },
    headers: { host: '192.168.1.20' },
  });
  for (const cookie of answer.cookies as Cookie[])
    expect(cookie).toMatchObject({ secure: true, name: expect.stringMatching(/^__Host-/) });
  await strict.app.close();
});

test('A18: a session is refreshed by body or by cookie, and not without either', async () => {
  const { email, password } = await registered();
  const login = await call(http.app, 'POST', '/login', { body: { email, password } });
  const byBody = await call(http.app, 'POST', '/refresh', {
    body: { refreshToken: login.body.refreshToken },
  });
  expect(byBody.status).toBe(200);
  expect(byBody.body.user).toEqual(login.body.user);
  const byCookie = await call(http.app, 'POST', '/refresh', {
    body: {},
    headers: { cookie: jar(byBody.cookies as Cookie[]), ...OWN },
  });
  expect(byCookie.status).toBe(200);
  expect(byCookie.cookies).toHaveLength(2);
  const bodyless = await call(http.app, 'POST', '/refresh', {
    headers: { cookie: jar(byCookie.cookies as Cookie[]), ...OWN },
  });
  expect(bodyless.status).toBe(200);
  for (const body of [undefined, {}]) {
    const none = await call(http.app, 'POST', '/refresh', { body });
    expect(none.status).toBe(401);
    expect(none.body.error.code).toBe('UNAUTHENTICATED');
  }
});

test('A12: reuse over HTTP is 401 REFRESH_REUSED and clears the cookies', async () => {
  const session = await signedIn(world, http.accounts);
  const first = await call(http.app, 'POST', '/refresh', { body: { refreshToken: session.refreshToken } });
  await world.ledger.reads.raw.query(
    `update accounts.refresh_tokens set used_at = used_at - interval '1 minute'`,
  );
  const reused = await call(http.app, 'POST', '/refresh', { body: { refreshToken: session.refreshToken } });
  expect(reused.status).toBe(401);
  expect(reused.body.error.code).toBe('REFRESH_REUSED');
  for (const cookie of reused.cookies as Cookie[]) expect(cookie.value).toBe('');
  expect(
    (await call(http.app, 'POST', '/refresh', { body: { refreshToken: first.body.refreshToken } })).status,
  ).toBe(401);
});

test('A15: log-out refuses what the session had, clears the cookies, and may be repeated', async () => {
  const { email, password } = await registered();
  const login = await call(http.app, 'POST', '/login', { body: { email, password } });
  const headers = { cookie: jar(login.cookies as Cookie[]), ...OWN };
  const out = await call(http.app, 'POST', '/logout', { body: {}, headers });
  expect(out.status).toBe(204);
  for (const cookie of out.cookies as Cookie[]) expect(cookie.value).toBe('');
  expect(out.cookies).toHaveLength(2);
  expect(
    (await call(http.app, 'GET', '/me', { headers: { authorization: `Bearer ${login.body.accessToken}` } }))
      .status,
  ).toBe(401);
  expect(
    (await call(http.app, 'POST', '/refresh', { body: { refreshToken: login.body.refreshToken } })).status,
  ).toBe(401);
  expect((await call(http.app, 'POST', '/logout', { body: {}, headers })).status).toBe(204);
  expect((await call(http.app, 'POST', '/logout')).status).toBe(204);
});

test('A15: log-out by bearer alone ends the session too', async () => {
  const session = await signedIn(world, http.accounts);
  expect((await call(http.app, 'POST', '/logout', { headers: session.headers })).status).toBe(204);
  expect((await call(http.app, 'GET', '/me', { headers: session.headers })).body.error.code).toBe(
    'TOKEN_EXPIRED',
  );
});

test('A26: the key set is public, whole, and holds no private part', async () => {
  const { body, headers } = await call(http.app, 'GET', '/.well-known/jwks.json');
  expect(headers['cache-control']).toContain('max-age');
  expect(body.keys.map((key: { kid: string }) => key.kid.split('-')[0]).sort()).toEqual([
    'access',
    'oauth',
    'receipt',
    'ticket',
    'turn',
  ]);
  for (const key of body.keys)
    expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
});

test('A30: throttled log-ins are 429 with Retry-After', async () => {
  const { email } = await registered();
  let last = await call(http.app, 'POST', '/login', { body: { email, password: 'wrong wrong wrong' } });
  for (let i = 0; i < 10; i++)
    last = await call(http.app, 'POST', '/login', { body: { email, password: 'wrong wrong wrong' } });
  expect(last.status).toBe(429);
  expect(last.body.error.code).toBe('RATE_LIMITED');
  expect(Number(last.headers['retry-after'])).toBeGreaterThan(1);
});
