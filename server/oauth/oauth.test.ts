/** Another program's journey, from a person's consent to a list of tickets, and what it cannot do on the way. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { allow, authorizeUrl, CALLBACK, createBrowser, exchange, PAGES, tokenRequest } from './testing.ts';
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

test('Z1: from consent to a list of tickets, and no further than was allowed', async () => {
  const client = await all.register();
  const browser = createBrowser(all.app);
  const given = await allow(browser, all.fan.headers, client, { scope: 'openid tickets:read' });
  expect(given.shown).toMatchObject({
    app: { name: 'Calendar' },
    scopes: ['openid', 'tickets:read'],
    returnsTo: 'app.example',
  });
  expect(given.back.location?.searchParams.get('state')).toBe('state-1');
  expect(given.back.location?.searchParams.get('iss')).toBe(`${PAGES}/oauth`);
  const tokens = await exchange(all.app, client, given);
  expect(tokens.status, JSON.stringify(tokens.body)).toBe(200);
  expect(tokens.body).toMatchObject({ token_type: 'Bearer', expires_in: 600 });
  const headers = asApp(tokens.body.access_token);
  expect((await browser.go('/me/tickets', headers)).status).toBe(200);
  const booked = await browser.send('/tickets/book', { requestId: world.ids.next() }, headers);
  expect(booked.status).toBe(403);
  expect(booked.body.error).toMatchObject({ code: 'SCOPE_REQUIRED', details: { scope: 'orders:write' } });
});

test('Z1: with orders:write the same call gets past the door; who one is comes with openid', async () => {
  const client = await all.register({ scopes: ['openid', 'profile', 'email', 'orders:write'] });
  const browser = createBrowser(all.app);
  const given = await allow(browser, all.fan.headers, client, { scope: 'openid profile email orders:write' });
  const { body } = await exchange(all.app, client, given);
  const booked = await browser.send(
    '/tickets/book',
    { requestId: world.ids.next() },
    asApp(body.access_token),
  );
  expect([401, 403]).not.toContain(booked.status);
  expect((await browser.go('/me/tickets', asApp(body.access_token))).status).toBe(403);
  const claims = JSON.parse(Buffer.from(body.id_token.split('.')[1], 'base64url').toString());
  expect(claims).toMatchObject({ sub: all.fan.user.id, email: all.fan.user.email, name: all.fan.user.name });

  const who = await allow(createBrowser(all.app), all.fan.headers, client, { scope: 'openid email' });
  const { access_token: token } = (await exchange(all.app, client, who)).body;
  const me = await browser.go('/oauth/me', asApp(token));
  expect(me.body).toEqual({ sub: all.fan.user.id, email: all.fan.user.email, email_verified: false });
  expect((await browser.go('/me/tickets', asApp(token))).status).toBe(401);
});

test.each([
  ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
  ['a plain one', { code_challenge_method: 'plain' }],
  ['one that does not say how, which means plain', { code_challenge_method: undefined }],
])('Z2: a request with %s gets no code, whatever kind of app', async (_what, more) => {
  for (const kind of ['public', 'confidential']) {
    const client = await all.register({ kind });
    const asked = await createBrowser(all.app).go(authorizeUrl(client, { scope: 'openid', more }).url);
    expect(asked.location?.origin + (asked.location?.pathname ?? '')).toBe(CALLBACK);
    expect(asked.location?.searchParams.get('error')).toBe('invalid_request');
    expect(asked.location?.searchParams.get('code')).toBeNull();
  }
});

test('Z2: an exchange without the verifier, or with another one, gets no token', async () => {
  const client = await all.register();
  const given = await allow(createBrowser(all.app), all.fan.headers, client, { scope: 'tickets:read' });
  const base = { grant_type: 'authorization_code', code: given.code, redirect_uri: CALLBACK };
  for (const more of [{}, { code_verifier: 'x'.repeat(43) }, { code_verifier: '' }]) {
    const answer = await tokenRequest(all.app, client, { ...base, ...more } as Record<string, string>);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toBe('invalid_grant');
  }
});

test.each([
  'https://app.example/callback/',
  'https://app.example/callback/more',
  'https://app.example/callbac',
  'https://app.example/callback?x=1',
  'https://app.example/callback#x',
  'https://app.example.evil.example/callback',
  'https://evil.example/?https://app.example/callback',
  'https://app.example@evil.example/callback',
  'https://APP.example/callback',
  'http://app.example/callback',
  'https://app.example:443/callback',
  'https://app.example/%63allback',
  '//app.example/callback',
])('Z3: %s is not the registered address, and nobody is sent there', async (redirectUri) => {
  const client = await all.register();
  const asked = await createBrowser(all.app).go(authorizeUrl(client, { scope: 'openid', redirectUri }).url);
  expect(asked.location?.origin).toBe(PAGES);
  expect(asked.location?.pathname).toBe('/oauth/problem');
  const again = await createBrowser(all.app).go(
    authorizeUrl(client, { scope: 'openid', more: { redirect_uri: undefined } }).url,
  );
  expect(again.location?.pathname).toBe('/oauth/problem');
});

test('Z3: the exchange names the same address again', async () => {
  const client = await all.register({ redirectUris: [CALLBACK, 'https://app.example/other'] });
  const given = await allow(createBrowser(all.app), all.fan.headers, client, { scope: 'tickets:read' });
  expect((await exchange(all.app, client, given, 'https://app.example/other')).body.error).toBe(
    'invalid_grant',
  );
});

test('Z5: an app with a secret needs it; a public one needs none', async () => {
  const client = await all.register({ kind: 'confidential' });
  for (const clientSecret of [null, 'hfs_wrong', (client.clientSecret ?? '').slice(0, -1)]) {
    const given = await allow(createBrowser(all.app), all.fan.headers, client, { scope: 'tickets:read' });
    const answer = await exchange(all.app, { ...client, clientSecret }, given);
    expect(answer.status).toBe(401);
    expect(answer.body.error).toBe('invalid_client');
    expect((await exchange(all.app, client, given)).status).toBe(200);
  }
});

test('Z7: a person is asked each time, and nothing is allowed silently', async () => {
  const client = await all.register();
  const browser = createBrowser(all.app);
  await allow(browser, all.fan.headers, client, { scope: 'tickets:read' });
  const again = await browser.go(authorizeUrl(client, { scope: 'tickets:read' }).url);
  expect(again.location?.pathname).toBe('/oauth/consent');
  const silent = await browser.go(authorizeUrl(client, { scope: 'openid', more: { prompt: 'none' } }).url);
  expect(silent.location?.searchParams.get('error')).toBe('login_required');
  const nobody = await browser.go('/oauth/consent/request');
  expect(nobody.status).toBe(401);
});

test('Z7: who logs in next on this browser is who is asked and let in', async () => {
  const client = await all.register();
  const browser = createBrowser(all.app);
  await exchange(all.app, client, await allow(browser, all.fan.headers, client, { scope: 'openid' }));
  const given = await allow(browser, all.vendor.headers, client, { scope: 'openid' });
  const { id_token: token } = (await exchange(all.app, client, given)).body;
  expect(JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).sub).toBe(all.vendor.user.id);
});

test('Z8: a request is answered in the browser it began in, and only the one that was shown', async () => {
  const client = await all.register();
  const attacker = createBrowser(all.app);
  const victim = createBrowser(all.app);
  await attacker.go(authorizeUrl(client, { scope: 'tickets:read' }).url);
  const shown = await attacker.go('/oauth/consent/request', all.vendor.headers);
  const { requestId } = shown.body;
  expect((await victim.go('/oauth/consent/request', all.fan.headers)).status).toBe(404);
  const forged = await victim.send('/oauth/consent/answer', { requestId, allow: true }, all.fan.headers);
  expect(forged.status).toBe(404);
  // A cookie that one writes oneself carries no signature of ours.
  victim.cookies.set('holdfast-oauth-consent /oauth/consent', requestId);
  expect((await victim.go('/oauth/consent/request', all.fan.headers)).status).toBe(404);
  // A second tab's request takes the first one's place: an answer to the first is no answer to it.
  await attacker.go(authorizeUrl(client, { scope: 'events:read' }).url);
  const late = await attacker.send('/oauth/consent/answer', { requestId, allow: true }, all.vendor.headers);
  expect(late.status).toBe(404);
});

test('Z8: no other site can send the answer, and the page cannot be framed', async () => {
  const client = await all.register();
  const browser = createBrowser(all.app);
  const toConsent = await browser.go(authorizeUrl(client, { scope: 'tickets:read' }).url);
  expect(toConsent.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(toConsent.headers['x-frame-options']).toBe('DENY');
  const shown = await browser.go('/oauth/consent/request', all.fan.headers);
  const session = `__Host-holdfast-access=${all.fan.accessToken}`;
  const own = [...browser.cookies].map(([key, value]) => `${key.split(' ')[0]}=${value}`);
  const answer = await browser.send(
    '/oauth/consent/answer',
    { requestId: shown.body.requestId, allow: true },
    { cookie: [session, ...own].join('; '), 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  );
  expect(answer.body.error.code).toBe('CSRF_REFUSED');
  const cookie = [toConsent.headers['set-cookie']]
    .flat()
    .find((one) => String(one).startsWith('holdfast-oauth-consent='));
  expect(cookie).toMatch(/httponly/i);
  expect(cookie).toMatch(/samesite=lax/i);
  expect(cookie).toMatch(/secure/i);
});

test('Z9: a no is told, and leaves nothing behind', async () => {
  const client = await all.register();
  const browser = createBrowser(all.app);
  await browser.go(authorizeUrl(client, { scope: 'tickets:read' }).url);
  const shown = await browser.go('/oauth/consent/request', all.fan.headers);
  const { requestId } = shown.body;
  const answered = await browser.send('/oauth/consent/answer', { requestId, allow: false }, all.fan.headers);
  const back = await browser.go(answered.body.redirectTo);
  expect(back.location?.searchParams.get('error')).toBe('access_denied');
  expect(back.location?.searchParams.get('code')).toBeNull();
  const kept = await rows(`select 1 from oauth.artifacts where client_id = $1 and kind = 'Grant'`, [
    client.clientId,
  ]);
  expect(kept).toEqual([]);
});

test('Z9: what goes beyond the registration is neither shown nor given', async () => {
  const client = await all.register({ scopes: ['tickets:read'] });
  const given = await allow(createBrowser(all.app), all.fan.headers, client, {
    scope: 'openid email tickets:read orders:write',
  });
  expect(given.shown.scopes).toEqual(['tickets:read']);
  const { body } = await exchange(all.app, client, given);
  expect(body.scope).toBe('tickets:read');
  expect(body.id_token).toBeUndefined();
});

test.each(['token', 'id_token', 'code token', 'code id_token'])(
  'Z10: response_type=%s is not answered: no token stands in an address',
  async (type) => {
    const client = await all.register();
    const asked = await createBrowser(all.app).go(
      authorizeUrl(client, { scope: 'openid', more: { response_type: type, nonce: 'n' } }).url,
    );
    expect(String(asked.location)).not.toMatch(/access_token|[?#&]id_token=/);
    expect(String(asked.location)).toMatch(
      /error=(unsupported_response_type|unauthorized_client|invalid_request)/,
    );
  },
);
