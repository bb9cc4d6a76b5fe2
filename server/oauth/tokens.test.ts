/** What was given out: spent once, taken back, refused where it does not belong. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PAGES as HTML_PAGES } from '../http/index.ts';
import { generateKeys, keyRingFrom } from '../keys/index.ts';
import { LIMITS } from '../limits.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import { createOAuth, oauthChore } from './index.ts';
import { ROUTE_SCOPES } from './scopes.ts';
import { type App, allow, authorizeUrl, createBrowser, exchange, PAGES, tokenRequest } from './testing.ts';
import { asApp, type OAuthHouse, oauthHouse } from './testing-house.ts';

let world: TestWorld;
let all: OAuthHouse;

beforeAll(async () => {
  world = await testWorld();
  all = await oauthHouse(world);
});
afterAll(async () => {
  await all.app.close();
  await world.close();
});

const rows = async (text: string, values: unknown[] = []) =>
  (await world.ledger.payments.raw.query(text, values)).rows;
const refresh = (client: App, token: string) =>
  tokenRequest(all.app, client, { grant_type: 'refresh_token', refresh_token: token });
const tickets = async (token: string) =>
  (await createBrowser(all.app).go('/me/tickets', asApp(token))).status;

async function letIn(scope = 'tickets:read', more: Record<string, unknown> = {}) {
  const client = await all.register(more);
  const given = await allow(createBrowser(all.app), all.fan.headers, client, { scope });
  return { client, given };
}
async function tokensOf(scope?: string, more?: Record<string, unknown>) {
  const { client, given } = await letIn(scope, more);
  const { body } = await exchange(all.app, client, given);
  return { client, access: body.access_token as string, refreshToken: body.refresh_token as string };
}

test('Z11: people see the apps they let in and put them out; nobody else’s', async () => {
  const { client } = await tokensOf('tickets:read');
  const browser = createBrowser(all.app);
  const mine = await browser.go('/me/apps', all.fan.headers);
  const entry = mine.body.items.find((one: { clientId: string }) => one.clientId === client.clientId);
  expect(entry).toMatchObject({ name: 'Calendar', scopes: ['tickets:read'] });
  expect((await browser.go('/me/apps', all.vendor.headers)).body.items).toEqual([]);
  const path = `/me/apps/${client.clientId}`;
  const put = (headers: Record<string, string>) => all.app.inject({ method: 'DELETE', url: path, headers });
  expect((await put(all.vendor.headers)).statusCode).toBe(404);
  expect((await put(all.fan.headers)).statusCode).toBe(204);
  expect((await put(all.fan.headers)).statusCode).toBe(404);
});

test('Z12: after putting an app out its tokens are no use: refresh at once, access within seconds', async () => {
  const { client, access, refreshToken } = await tokensOf();
  const { given } = await letIn();
  expect(await tickets(access)).toBe(200);
  const pending = await allow(createBrowser(all.app), all.fan.headers, client, { scope: 'tickets:read' });
  await all.app.inject({ method: 'DELETE', url: `/me/apps/${client.clientId}`, headers: all.fan.headers });
  expect((await refresh(client, refreshToken)).body.error).toBe('invalid_grant');
  expect((await exchange(all.app, client, pending)).body.error).toBe('invalid_grant');
  await until('the access token is refused', async () => (await tickets(access)) === 401, 5_000);
  expect(LIMITS.oauthStandingCacheMs).toBeLessThanOrEqual(2_000);
  expect(given.code).not.toBe(pending.code);
});

test('Z12: an app gives its refresh token back: what hangs on it ends', async () => {
  const { client, access, refreshToken } = await tokensOf();
  const other = await all.register();
  const back = (who: App) => tokenRequest(all.app, who, { token: refreshToken }, '/oauth/token/revocation');
  await back(other);
  expect((await refresh(client, refreshToken)).status).toBe(200);
  const { client: second, access: token, refreshToken: mine } = await tokensOf();
  expect((await tokenRequest(all.app, second, { token: mine }, '/oauth/token/revocation')).status).toBe(200);
  expect((await refresh(second, mine)).body.error).toBe('invalid_grant');
  await until('the access token is refused', async () => (await tickets(token)) === 401, 5_000);
  expect(await tickets(access)).toBe(200);
});

test('Z6: with an app goes all that it was given', async () => {
  const { client, access, refreshToken } = await tokensOf();
  const url = `/oauth/clients/${client.clientId}`;
  const remove = (headers: Record<string, string>) => all.app.inject({ method: 'DELETE', url, headers });
  expect((await remove(all.vendor.headers)).statusCode).toBe(404);
  expect((await remove(all.fan.headers)).statusCode).toBe(403);
  expect((await remove(client.owner.headers)).statusCode).toBe(204);
  expect((await refresh(client, refreshToken)).body.error).toBe('invalid_client');
  expect(await rows('select 1 from oauth.artifacts where client_id = $1', [client.clientId])).toEqual([]);
  await until('the access token is refused', async () => (await tickets(access)) === 401, 5_000);
});

test('Z13: a code is good once; used again, what it got is taken back', async () => {
  const { client, given } = await letIn();
  const first = await exchange(all.app, client, given);
  expect(first.status).toBe(200);
  expect((await exchange(all.app, client, given)).body.error).toBe('invalid_grant');
  expect((await refresh(client, first.body.refresh_token)).body.error).toBe('invalid_grant');
  await until('its access token is refused', async () => (await tickets(first.body.access_token)) === 401);
  const [kept] = await rows(
    `select extract(epoch from max(expires_at - created_at))::int as lives from oauth.artifacts where kind = 'AuthorizationCode'`,
  );
  expect(kept.lives ?? 0).toBeLessThanOrEqual(60);
});

test('Z13: another app’s code is no use, and no harm', async () => {
  const { client, given } = await letIn();
  const other = await all.register();
  expect((await exchange(all.app, other, given)).body.error).toBe('invalid_grant');
  expect((await exchange(all.app, client, given)).status).toBe(200);
});

test('Z13: of many exchanges of one code at once at most one gets tokens', async () => {
  for (let round = 0; round < 5; round++) {
    const { client, given } = await letIn();
    const answers = await Promise.all(Array.from({ length: 8 }, () => exchange(all.app, client, given)));
    const got = answers.filter((answer) => answer.status === 200);
    expect(got.length).toBeLessThanOrEqual(1);
    for (const answer of answers) if (answer.status !== 200) expect(answer.body.error).toBe('invalid_grant');
    for (const { body } of got) expect((await refresh(client, body.refresh_token)).status).toBe(400);
  }
});

test('Z14: a refresh token is good once; used again, all of that consent is taken back', async () => {
  const { client, access, refreshToken } = await tokensOf();
  const second = await refresh(client, refreshToken);
  expect(second.status).toBe(200);
  expect(second.body.refresh_token).not.toBe(refreshToken);
  const third = await refresh(client, second.body.refresh_token);
  expect(third.status).toBe(200);
  expect((await refresh(client, refreshToken)).body.error).toBe('invalid_grant');
  expect((await refresh(client, third.body.refresh_token)).body.error).toBe('invalid_grant');
  await until('access tokens are refused', async () => (await tickets(access)) === 401, 5_000);
});

test('Z14: of many at once at most one gets tokens', async () => {
  for (let round = 0; round < 5; round++) {
    const { client, refreshToken } = await tokensOf();
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(client, refreshToken)));
    expect(answers.filter((answer) => answer.status === 200).length).toBeLessThanOrEqual(1);
  }
});

const partsOf = (token: string) => token.split('.') as [string, string, string];
const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('Z15: an access token is a JWT for our API, for ten minutes', async () => {
  const { client, access } = await tokensOf();
  const [header, claims] = partsOf(access).map((part, at) => (at < 2 ? decoded(part) : part));
  expect(header).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
  expect(header.kid).toMatch(/^oauth-/);
  expect(claims).toMatchObject({ iss: `${PAGES}/oauth`, aud: `${PAGES}/`, client_id: client.clientId });
  expect(claims.exp - claims.iat).toBe(600);
});

test('Z15: changed, foreign and misplaced tokens are refused', async () => {
  const { access } = await tokensOf('openid tickets:read');
  const [header, claims, signature] = partsOf(access);
  const ownKey = generateKeyPairSync('ed25519').privateKey;
  const forge = (head: object, body: object, key = ownKey) => {
    const text = `${encoded(head)}.${encoded(body)}`;
    return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
  };
  const mine = (body: Record<string, unknown>) => {
    // With our own key, as no other program of ours would write it.
    const text = `${header}.${encoded({ ...decoded(claims), ...body })}`;
    return `${text}.${world.keys.sign('oauth', Buffer.from(text)).signature.toString('base64url')}`;
  };
  const bad = {
    none: `${encoded({ ...decoded(header), alg: 'none' })}.${claims}.`,
    'other signature': `${header}.${claims}.${signature.slice(0, -4)}AAAA`,
    'more scopes': `${header}.${encoded({ ...decoded(claims), scope: 'tickets:read orders:write' })}.${signature}`,
    'key of its own': forge(decoded(header), decoded(claims)),
    'other audience': mine({ aud: 'https://other.example/' }),
    'other issuer': mine({ iss: 'https://other.example/oauth' }),
    'somebody else': mine({ sub: all.vendor.user.id }),
    'nobody’s grant': mine({ gid: world.ids.next() }),
    'no grant': mine({ gid: undefined }),
    'out of time': mine({ iat: decoded(claims).iat - 700, exp: decoded(claims).exp - 700 }),
    'too long a life': mine({ exp: decoded(claims).exp + 3_600 }),
    'born tomorrow': mine({ iat: decoded(claims).iat + 86_400, exp: decoded(claims).exp + 86_400 }),
  };
  expect(await tickets(mine({}))).toBe(200);
  for (const [what, token] of Object.entries(bad)) expect(await tickets(token), what).toBe(401);
  const browser = createBrowser(all.app);
  const inCookie = await browser.go('/me/tickets', { cookie: `__Host-holdfast-access=${access}` });
  expect(inCookie.status).toBe(401);
  expect((await browser.go(`/me/tickets?access_token=${access}`)).status).not.toBe(200);
  // An edge asks `authenticate` of accounts, which knows our own log-in's tokens only.
  expect((await all.house.accounts.authenticate(access)).ok).toBe(false);
  // And our own log-in's token is no token for the authorization server.
  expect((await browser.go('/oauth/me', all.fan.headers)).status).toBe(401);
});

test('Z16: every scope’s route exists, and every other one that reads who asks is closed to apps', async () => {
  const { routes } = all.app.routeTable;
  const known = new Set(routes.map((route) => `${route.method} ${route.url}`));
  for (const route of Object.keys(ROUTE_SCOPES)) expect(known.has(route), route).toBe(true);
  const { access } = await tokensOf('openid profile email tickets:read events:read');
  const open: string[] = [];
  for (const route of routes) {
    if (route.access === 'public') continue;
    const url = route.url.replace(/:\w+/g, () => world.ids.next());
    const answer = await all.app.inject({ method: route.method as 'GET', url, headers: asApp(access) });
    if (answer.statusCode !== 403) open.push(`${route.method} ${route.url}`);
    else if (route.method !== 'HEAD') expect(answer.json().error.code, url).toBe('SCOPE_REQUIRED');
  }
  const allowed = Object.entries(ROUTE_SCOPES).filter(([, scope]) => scope === 'tickets:read');
  expect(open.filter((route) => !route.startsWith('HEAD ')).sort()).toEqual(
    allowed.map(([route]) => route).sort(),
  );
  expect(HTML_PAGES).toContain('/oauth/consent');
});

test('Z17: a scope never widens what the person may do', async () => {
  const { access } = await tokensOf('sales:read', { scopes: ['sales:read'] });
  const answer = await createBrowser(all.app).go('/vendors/me/events', asApp(access));
  expect(answer.body.error.code).toBe('FORBIDDEN');
});

test('Z18: in its own name an app reads sales as its vendor, and nothing of fans’', async () => {
  const client = await all.register({
    kind: 'confidential',
    ownName: true,
    redirectUris: [],
    scopes: ['events:read', 'sales:read'],
  });
  const ask = (scope: string, who: App = client) =>
    tokenRequest(all.app, who, { grant_type: 'client_credentials', scope });
  const { body, status } = await ask('sales:read');
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.refresh_token).toBeUndefined();
  const browser = createBrowser(all.app);
  expect((await browser.go('/vendors/me/events', asApp(body.access_token))).status).toBe(200);
  expect((await browser.go(`/vendors/${all.vendor.user.id}/sales`, asApp(body.access_token))).status).toBe(
    404,
  );
  expect(await tickets(body.access_token)).toBe(403);
  const more = await ask('sales:read tickets:read orders:write');
  expect(more.body.scope ?? '').not.toMatch(/tickets|orders/);
  const notForIt = await all.register({ kind: 'confidential' });
  expect((await ask('events:read', notForIt)).body).toMatchObject({ error: 'invalid_request' });
});

test('Z19: when the account or the app’s owner is shut out, tokens end', async () => {
  const { client, access } = await tokensOf();
  expect(await tickets(access)).toBe(200);
  await rows('update accounts.users set disabled_at = now() where id = $1', [client.owner.user.id]);
  await until('the access token is refused', async () => (await tickets(access)) === 401, 5_000);
  await rows('update accounts.users set disabled_at = null where id = $1', [client.owner.user.id]);
  const { client: second, refreshToken } = await tokensOf();
  await rows('update accounts.users set disabled_at = now() where id = $1', [all.fan.user.id]);
  expect((await refresh(second, refreshToken)).body.error).toBe('invalid_grant');
  await rows('update accounts.users set disabled_at = null where id = $1', [all.fan.user.id]);
});

test('Z30: nothing in the tables can be presented', async () => {
  const confidential = await all.register({ kind: 'confidential' });
  const given = await allow(createBrowser(all.app), all.fan.headers, confidential, { scope: 'tickets:read' });
  const pending = await allow(createBrowser(all.app), all.fan.headers, confidential, {
    scope: 'tickets:read',
  });
  const { body } = await exchange(all.app, confidential, given);
  const dump = JSON.stringify([
    await rows('select * from oauth.artifacts'),
    await rows('select * from oauth.clients'),
  ]);
  expect(dump).toContain(confidential.clientId);
  for (const secret of [
    given.code,
    pending.code,
    body.refresh_token,
    confidential.clientSecret,
    pending.verifier,
  ])
    expect(dump).not.toContain(secret);
  // The stored hash is no secret either.
  const [{ secret_hash: hash }] = await rows('select secret_hash from oauth.clients where id = $1', [
    confidential.clientId,
  ]);
  const posing = { ...confidential, clientSecret: hash.toString('hex') };
  expect((await exchange(all.app, posing, pending)).body.error).toBe('invalid_client');
});

test('Z31: what is over is deleted', async () => {
  const { client } = await letIn();
  await rows(`update oauth.artifacts set expires_at = now() - interval '1 second' where client_id = $1`, [
    client.clientId,
  ]);
  const before = await rows('select 1 from oauth.artifacts where expires_at > now()');
  const done = await oauthChore(all.house.oauth).work();
  expect(done.done).toBeGreaterThan(0);
  expect(await rows('select 1 from oauth.artifacts where expires_at <= now()')).toEqual([]);
  expect((await rows('select 1 from oauth.artifacts')).length).toBe(before.length);
});

test('Z32: discovery names what is offered, at addresses of ours whatever Host is asked', async () => {
  const answer = await all.app.inject({
    url: '/oauth/.well-known/openid-configuration',
    headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
  });
  const found = answer.json();
  expect(answer.body).not.toContain('evil');
  expect(found).toMatchObject({
    issuer: `${PAGES}/oauth`,
    authorization_endpoint: `${PAGES}/oauth/auth`,
    token_endpoint: `${PAGES}/oauth/token`,
    jwks_uri: `${PAGES}/oauth/jwks`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  });
  expect([...found.grant_types_supported].sort()).toEqual([
    'authorization_code',
    'client_credentials',
    'refresh_token',
  ]);
  const { keys } = (await all.app.inject('/oauth/jwks')).json();
  expect(keys.length).toBe(1);
  for (const key of keys) {
    expect(key.kid).toMatch(/^oauth-/);
    expect(key.d).toBeUndefined();
  }
});

test('Z32: keys rotate: the newer signs, and what the older signed still stands', async () => {
  const [older, newer] = [generateKeys(), generateKeys()];
  const both = keyRingFrom({ keys: [...newer.keys, ...older.keys] });
  const deps = {
    ...world,
    db: world.ledger.payments,
    pages: PAGES,
    accounts: all.house.accounts,
    outside: undefined,
  };
  const { access } = await tokensOf();
  const text = (ring: ReturnType<typeof keyRingFrom>) => {
    const body = `${encoded({ alg: 'EdDSA', typ: 'at+jwt', kid: ring.sign('oauth', Buffer.from('')).kid })}.${partsOf(access)[1]}`;
    return `${body}.${ring.sign('oauth', Buffer.from(body)).signature.toString('base64url')}`;
  };
  const { door } = createOAuth({ ...deps, keys: both });
  for (const ring of [keyRingFrom(older), keyRingFrom(newer)])
    expect(await door.authenticate(text(ring))).toMatchObject({ ok: true });
  expect(await door.authenticate(access)).toMatchObject({ ok: false });
  expect(both.privateJwks('oauth')[0]?.kid).toBe(newer.keys.find(({ kid }) => kid.startsWith('oauth-'))?.kid);
});

test('Z34: scripts of other sites ask for tokens from a public app’s own address, and from nowhere else', async () => {
  const { client, given } = await letIn();
  const ask = (origin: string) =>
    all.app.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: {
        origin,
        'sec-fetch-site': 'cross-site',
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: client.clientId,
        code: 'x',
      }).toString(),
    });
  const own = await ask('https://app.example');
  expect(own.headers['access-control-allow-origin']).toBe('https://app.example');
  expect(own.headers['access-control-allow-credentials']).toBeUndefined();
  const other = await ask('https://evil.example');
  expect(other.headers['access-control-allow-origin']).toBeUndefined();
  expect((await exchange(all.app, client, given)).status).toBe(200);
  expect(authorizeUrl(client, { scope: 'openid' }).url).toContain('code_challenge');
});
