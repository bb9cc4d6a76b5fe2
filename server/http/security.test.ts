import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../kernel/index.ts';
import { generateKeys, keyRingFrom } from '../keys/index.ts';
import { LIMITS } from '../limits.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
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

describe('origin', () => {
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
});

describe('access', () => {
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
    expect(
      (await call(http.app, 'GET', '/t/open', { headers: { ...here, cookie } })).body.account,
    ).toBeNull();
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
});

describe('rates', () => {
  const from = (address: string, url = '/t/slow-lane', headers: Record<string, string> = {}) =>
    call(http.app, 'GET', url, { remoteAddress: address, headers });

  test('X20: a route lets its burst through, then answers 429 with Retry-After', async () => {
    const codes = (await Promise.all(Array.from({ length: 12 }, () => from('192.0.2.20')))).map(
      (answer) => answer.status,
    );
    expect(codes.filter((status) => status === 200)).toHaveLength(5);
    const refused = await from('192.0.2.20');
    expect(refused.body.error.code).toBe('RATE_LIMITED');
    const wait = Number(refused.headers['retry-after']);
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(12);
  });

  test('X21: accounts are counted apart from each other and from their address; a /64 is one address', async () => {
    const [one, two] = [await signedIn(world, http.accounts), await signedIn(world, http.accounts)];
    const burst = async (headers: Record<string, string>, addresses: string[]) => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          from(addresses[i % addresses.length] as string, '/t/slow-lane', headers),
        ),
      );
      return answers.filter((answer) => answer.status === 200).length;
    };
    expect(await burst(one.headers, ['192.0.2.21', '192.0.2.22', '192.0.2.23'])).toBe(5);
    expect(await burst(two.headers, ['192.0.2.21'])).toBe(5);
    expect(await burst({}, ['192.0.2.21'])).toBe(5);
    expect(await burst({}, ['2001:db8:1:1::1', '2001:db8:1:1:ffff::2', '2001:db8:1:1:1:2:3:4'])).toBe(5);
    expect(await burst({}, ['2001:db8:1:2::1'])).toBe(5);
    expect(await burst({}, ['::ffff:192.0.2.21'])).toBe(0);
  });

  test('X21: guessing tokens counts against the address', async () => {
    const guess = () => from('192.0.2.24', '/t/mine', { authorization: 'Bearer x.y.z' });
    const codes = (
      await Promise.all(Array.from({ length: LIMITS.httpRequestsPerMinutePerAddress + 20 }, guess))
    ).map((answer) => answer.status);
    expect(codes.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(codes.filter((status) => status === 401).length).toBeLessThanOrEqual(
      LIMITS.httpRequestsPerMinutePerAddress + 10,
    );
  });

  test("X22: a spoofed X-Forwarded-For changes nothing; a trusted proxy's counts, and only its last hop", async () => {
    const spoofed = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        from('192.0.2.25', '/t/slow-lane', { 'x-forwarded-for': `198.51.100.${i}` }),
      ),
    );
    expect(spoofed.filter((answer) => answer.status === 200)).toHaveLength(5);
    const proxied = await httpWorld(world, {
      env: { HOLDFAST_PROXIES: '10.0.0.0/8' },
      slices: [testSlice(world.ledger.reads)],
    });
    const ipOf = async (remoteAddress: string, forwarded: string) =>
      (
        await call(proxied.app, 'GET', '/t/open', {
          remoteAddress,
          headers: { 'x-forwarded-for': forwarded },
        })
      ).body.ip;
    expect(await ipOf('10.0.0.1', '198.51.100.7')).toBe('198.51.100.7');
    expect(await ipOf('10.0.0.1', '203.0.113.9, 198.51.100.7')).toBe('198.51.100.7');
    expect(await ipOf('192.0.2.26', '198.51.100.7')).toBe('192.0.2.26');
    await proxied.app.close();
  });

  test('X23: exempt networks are not limited', async () => {
    const exempt = await httpWorld(world, {
      env: { HOLDFAST_EXEMPT_NETWORKS: '192.0.2.0/24,2001:db8::/32' },
      slices: [testSlice(world.ledger.reads)],
    });
    for (const remoteAddress of ['192.0.2.27', '2001:db8::1', '::ffff:192.0.2.28']) {
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => call(exempt.app, 'GET', '/t/slow-lane', { remoteAddress })),
      );
      expect(
        answers.every((answer) => answer.status === 200),
        remoteAddress,
      ).toBe(true);
    }
    await exempt.app.close();
  });

  test('X24: with Redis gone each process goes on limiting, writes too', async () => {
    const own = await testWorld();
    const cut = await httpWorld(own, {
      slices: [
        (app) =>
          void app.post('/t/write', { config: { access: 'public', perMinute: 5 } }, () => ({ ok: true })),
      ],
    });
    own.gate.disconnect();
    await until('the gate is gone', () => own.gate.status === 'end');
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        call(cut.app, 'POST', '/t/write', { body: {}, remoteAddress: '192.0.2.29' }),
      ),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(5);
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(7);
    const ready = await call(cut.app, 'GET', '/readyz');
    expect(ready.status).toBe(503);
    await cut.app.close();
    await own.close();
  });
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
