import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../kernel/index.ts';
import { generateKeys, keyRingFrom } from '../keys/index.ts';
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

const here = { host: 'localhost:3000' };

test('X16: a route that does not state its access ends the start', async () => {
  const forgetful = httpWorld(world, { slices: [(app) => void app.get('/t/forgotten', () => ({}))] });
  await expect(forgetful).rejects.toThrow('GET /t/forgotten does not state its access');
});

test.each([
  ['/t/open', [200, 200, 200, 200]],
  ['/t/mine', [401, 200, 200, 200]],
  ['/t/vendor', [401, 403, 200, 200]],
  ['/t/operator', [401, 403, 403, 200]],
] as const)('X17: %s for nobody, user, vendor, operator: %j', async (url, expected) => {
  const got = [(await call(http.app, 'GET', url)).status];
  for (const role of ['user', 'vendor', 'operator'] as const)
    got.push(
      (await call(http.app, 'GET', url, { headers: (await signedIn(world, http.accounts, role)).headers }))
        .status,
    );
  expect(got).toEqual(expected);
});

test('X17: forged, foreign, malformed and expired bearers are 401 everywhere, an old cookie only where it matters', async () => {
  const { accessToken, user } = await signedIn(world, http.accounts);
  const foreign = keyRingFrom(generateKeys()).signToken('access', { sub: user.id });
  const now = Math.floor(world.clock.now() / 1000);
  const sid = world.ids.next();
  const expired = world.keys.signToken('access', {
    iss: 'holdfast',
    aud: 'holdfast',
    sub: user.id,
    sid,
    role: 'user',
    name: 'F',
    iat: now - 700,
    exp: now - 100,
  });
  const cases: [string, string][] = [
    [`Bearer ${foreign}`, 'TOKEN_INVALID'],
    [`Bearer ${accessToken.slice(0, -4)}AAAA`, 'TOKEN_INVALID'],
    ['Bearer x.y.z', 'TOKEN_INVALID'],
    ['Bearer ', 'TOKEN_INVALID'],
    [`Basic ${Buffer.from('a:b').toString('base64')}`, 'TOKEN_INVALID'],
    [`Bearer ${expired}`, 'TOKEN_EXPIRED'],
  ];
  for (const [authorization, code] of cases)
    for (const url of ['/t/mine', '/t/open']) {
      const answer = await call(http.app, 'GET', url, { headers: { authorization } });
      expect([answer.status, answer.body.error.code], authorization).toEqual([401, code]);
    }
  const cookie = `__Host-holdfast-access=${expired}`;
  expect((await call(http.app, 'GET', '/t/open', { headers: { ...here, cookie } })).body.account).toBeNull();
  expect((await call(http.app, 'GET', '/t/mine', { headers: { ...here, cookie } })).body.error.code).toBe(
    'TOKEN_EXPIRED',
  );
  // Spent credentials never bar the way to new ones.
  const login = await call(http.app, 'POST', '/login', {
    body: { email: 'a@b.test', password: 'x' },
    headers: { authorization: `Bearer ${expired}` },
  });
  expect(login.body.error.code).toBe('INVALID_CREDENTIALS');
});

test('X25: no log line holds a password, token, cookie or key, whatever goes wrong', async () => {
  const lines: string[] = [];
  const log = createLog('trace', 'test', { write: (line) => void lines.push(line) });
  const loud = await httpWorld(world, {
    accounts: { log },
    http: { log },
    slices: [testSlice(world.ledger.reads)],
  });
  const password = 'Correct-horse-9-battery';
  const body = { email: 'logged@example.test', password, name: 'L', role: 'user' };
  await call(loud.app, 'POST', '/register', { body });
  const login = await call(loud.app, 'POST', '/login', { body: { email: body.email, password } });
  const wrong = 'a-password-that-is-wrong';
  await call(loud.app, 'POST', '/login', { body: { email: body.email, password: wrong } });
  const { accessToken, refreshToken } = login.body;
  const headers = {
    authorization: `Bearer ${accessToken}`,
    cookie: `__Host-holdfast-refresh=${refreshToken}`,
  };
  for (const url of ['/me', '/t/defect', '/t/refused', `/nothing?token=${accessToken}`])
    await call(loud.app, 'GET', url, { headers });
  await call(loud.app, 'POST', '/t/checked', { body: { password }, headers });
  const next = await call(loud.app, 'POST', '/refresh', { body: { refreshToken } });
  await world.ledger.reads.raw.query(
    `update accounts.refresh_tokens set used_at = used_at - interval '1 minute'`,
  );
  await call(loud.app, 'POST', '/refresh', { body: { refreshToken } });
  log.error(
    {
      err: new Error('x'),
      req: { headers },
      password,
      body: { password, accessToken, refreshToken, token: accessToken },
    },
    'carrying secrets',
  );
  await loud.app.close();
  const text = lines.join('\n');
  expect(lines.length).toBeGreaterThan(2);
  for (const secret of [
    password,
    wrong,
    accessToken,
    refreshToken,
    next.body.refreshToken,
    '$argon2id',
    '"d":"',
  ])
    expect(text.includes(secret), secret.slice(0, 12)).toBe(false);
});
