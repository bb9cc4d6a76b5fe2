/** Log-in by an account elsewhere, against a provider that really runs. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outsideSettings } from '../config/oidc.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { OUTSIDE_CALLBACK, safePath } from './outside.ts';
import { type Browser, createBrowser, PAGES } from './testing.ts';
import { type OAuthHouse, oauthHouse } from './testing-house.ts';
import { type Elsewhere, OUTSIDE_CLIENT, type Somebody, startElsewhere } from './testing-outside.ts';

let world: TestWorld;
let all: OAuthHouse;
let elsewhere: Elsewhere;

beforeAll(async () => {
  world = await testWorld();
  elsewhere = await startElsewhere(PAGES + OUTSIDE_CALLBACK);
  all = await oauthHouse(world, {
    HOLDFAST_OIDC_ISSUER: elsewhere.issuer,
    HOLDFAST_OIDC_CLIENT_ID: OUTSIDE_CLIENT.id,
    HOLDFAST_OIDC_CLIENT_SECRET: OUTSIDE_CLIENT.secret,
    HOLDFAST_OIDC_NAME: 'Elsewhere',
  });
});
afterAll(async () => {
  await all.app.close();
  await elsewhere.close();
  await world.close();
});

const rows = async (text: string, values: unknown[] = []) =>
  (await world.ledger.payments.raw.query(text, values)).rows;
let count = 0;
const somebody = (more: Partial<Somebody> = {}): Somebody => {
  count++;
  return {
    sub: `there-${count}`,
    email: `there-${count}@example.test`,
    email_verified: true,
    name: 'Tess',
    ...more,
  };
};

/** From our log-in page to the address one comes back by. */
async function away(browser: Browser, person: Somebody, change: (url: URL) => void = () => {}): Promise<URL> {
  elsewhere.person = person;
  const left = await browser.go('/login/outside?to=/my/tickets');
  expect(left.status, left.text).toBe(303);
  const url = left.location as URL;
  change(url);
  return elsewhere.visit(url.href);
}
const came = async (browser: Browser, back: URL) => (await browser.go(back.href)).location as URL;
const whoIs = async (browser: Browser) => (await browser.go('/me')).body;
const accountsWith = async (email: string | undefined) =>
  (await rows('select id from accounts.users where email = $1', [email])).length;

test('Z40: one goes there with state, nonce and S256, and comes back logged in', async () => {
  const browser = createBrowser(all.app);
  const person = somebody();
  let asked: URLSearchParams | undefined;
  const back = await away(browser, person, (url) => {
    asked = url.searchParams;
  });
  expect(asked?.get('code_challenge_method')).toBe('S256');
  for (const name of ['state', 'nonce', 'code_challenge'])
    expect(asked?.get(name)?.length).toBeGreaterThan(20);
  const page = await came(browser, back);
  expect(page.pathname + page.search).toBe('/login?outside=in&to=%2Fmy%2Ftickets');
  expect(await whoIs(browser)).toMatchObject({ email: person.email, name: 'Tess', role: 'user' });
  expect([...browser.cookies.keys()].filter((name) => name.includes('outside'))).toEqual([]);
});

test('Z40: one who was going to the account’s page is taken up by the log-in page too', async () => {
  const browser = createBrowser(all.app);
  elsewhere.person = somebody();
  const left = await browser.go('/login/outside?to=/profile');
  const page = await came(browser, await elsewhere.visit(left.location?.href ?? ''));
  expect(page.pathname + page.search).toBe('/login?outside=in&to=%2Fprofile');
});

test('Z40: the second time it is the same account, whatever the address there is by now', async () => {
  const person = somebody();
  const first = createBrowser(all.app);
  await came(first, await away(first, person));
  const { id } = await whoIs(first);
  const second = createBrowser(all.app);
  await came(second, await away(second, { ...person, email: 'moved@example.test', email_verified: false }));
  expect((await whoIs(second)).id).toBe(id);
  expect(await accountsWith('moved@example.test')).toBe(0);
});

test('Z40: such an account has no password that opens it until its owner sets one', async () => {
  const browser = createBrowser(all.app);
  const person = somebody();
  await came(browser, await away(browser, person));
  for (const password of ['none', '', 'Correct-horse-9-battery']) {
    const tried = await createBrowser(all.app).send('/login', { email: person.email, password });
    expect([400, 401]).toContain(tried.status);
  }
});

test.each([{ email_verified: false }, { email_verified: undefined }, { email: undefined }])(
  'Z41: an address that the provider does not call proven makes no account (%j)',
  async (more) => {
    const browser = createBrowser(all.app);
    const person = somebody(more);
    const page = await came(browser, await away(browser, person));
    expect(page.searchParams.get('outside')).toBe('unverified');
    expect((await browser.go('/me')).status).toBe(401);
    expect(await rows('select 1 from oauth.identities where subject = $1', [person.sub])).toEqual([]);
  },
);

test('Z42: an account that is there already is never taken over by its address', async () => {
  const browser = createBrowser(all.app);
  const person = somebody({ email: all.fan.user.email.toUpperCase() });
  const page = await came(browser, await away(browser, person));
  expect(page.searchParams.get('outside')).toBe('taken');
  expect((await browser.go('/me')).status).toBe(401);
  expect(await rows('select 1 from oauth.identities where subject = $1', [person.sub])).toEqual([]);
});

async function tie(browser: Browser, person: Somebody): Promise<URL> {
  elsewhere.person = person;
  const left = await browser.send('/me/outside', {}, all.fan.headers);
  expect(left.status, left.text).toBe(200);
  return elsewhere.visit(left.body.redirectTo);
}
const asFan = (browser: Browser) => browser.cookies.set('__Host-holdfast-access /', all.fan.accessToken);

test('Z43: its owner, logged in, ties the two; then it opens', async () => {
  const person = somebody({ email: all.fan.user.email });
  const browser = createBrowser(all.app);
  asFan(browser);
  const page = await came(browser, await tie(browser, person));
  expect(page.pathname + page.search).toBe('/profile?outside=tied');
  const other = createBrowser(all.app);
  await came(other, await away(other, person));
  expect((await whoIs(other)).id).toBe(all.fan.user.id);
  expect((await browser.go('/login/ways')).body).toEqual({ name: 'Elsewhere', tied: true });
  const untied = () => all.app.inject({ method: 'DELETE', url: '/me/outside', headers: all.fan.headers });
  expect((await untied()).statusCode).toBe(204);
  expect((await untied()).statusCode).toBe(404);
});

test('Z43: what began as one account’s tie ends in no other’s, and needs its log-in on coming back', async () => {
  const person = somebody();
  const nobody = createBrowser(all.app);
  expect((await came(nobody, await tie(nobody, person))).searchParams.get('outside')).toBe('over');
  const other = createBrowser(all.app);
  const back = await tie(other, person);
  other.cookies.set('__Host-holdfast-access /', all.vendor.accessToken);
  expect((await came(other, back)).searchParams.get('outside')).toBe('over');
  expect(await rows('select 1 from oauth.identities where subject = $1', [person.sub])).toEqual([]);
});

test('Z43: an identity that is another account’s stays there', async () => {
  const person = somebody();
  const first = createBrowser(all.app);
  await came(first, await away(first, person));
  const browser = createBrowser(all.app);
  asFan(browser);
  expect((await came(browser, await tie(browser, person))).searchParams.get('outside')).toBe('others');
  const [row] = await rows('select user_id from oauth.identities where subject = $1', [person.sub]);
  expect(row.user_id).not.toBe(all.fan.user.id);
});

test('Z43: no other site can begin a tie', async () => {
  const browser = createBrowser(all.app);
  asFan(browser);
  const forged = await browser.send(
    '/me/outside',
    {},
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  );
  expect(forged.body.error.code).toBe('CSRF_REFUSED');
  expect((await browser.go('/me/outside')).status).toBe(405);
});

test.each<[string, (url: URL) => void]>([
  ['another state', (url) => url.searchParams.set('state', 'x'.repeat(43))],
  ['no state', (url) => url.searchParams.delete('state')],
  ['another issuer (mix-up)', (url) => url.searchParams.set('iss', 'https://evil.example')],
  ['no issuer', (url) => url.searchParams.delete('iss')],
  ['another code', (url) => url.searchParams.set('code', 'x'.repeat(43))],
  ['no code', (url) => url.searchParams.delete('code')],
])('Z44: an answer with %s is refused', async (_what, change) => {
  const browser = createBrowser(all.app);
  const person = somebody();
  const back = await away(browser, person);
  change(back);
  expect((await came(browser, back)).searchParams.get('outside')).toBe('refused');
  expect((await browser.go('/me')).status).toBe(401);
  expect(await accountsWith(person.email)).toBe(0);
});

test('Z44: an ID token with another nonce is refused', async () => {
  const browser = createBrowser(all.app);
  const back = await away(browser, somebody(), (url) =>
    url.searchParams.set('nonce', 'another-nonce-altogether'),
  );
  expect((await came(browser, back)).searchParams.get('outside')).toBe('refused');
});

test('Z44: a code that another browser was given is refused: its verifier is not here', async () => {
  const [attacker, victim] = [createBrowser(all.app), createBrowser(all.app)];
  const theirs = await away(attacker, somebody());
  const mine = await away(victim, somebody());
  mine.searchParams.set('code', theirs.searchParams.get('code') as string);
  expect((await came(victim, mine)).searchParams.get('outside')).toBe('refused');
  // Without the cookie of the browser it began in it is nothing at all (state fixation).
  expect((await came(createBrowser(all.app), theirs)).searchParams.get('outside')).toBe('over');
});

test('Z45: one comes back once: the same address again, with the same cookie, comes to nothing', async () => {
  const browser = createBrowser(all.app);
  const back = await away(browser, somebody());
  const before = [...browser.cookies];
  expect((await came(browser, back)).searchParams.get('outside')).toBe('in');
  const thief = createBrowser(all.app);
  for (const [name, value] of before) thief.cookies.set(name, value);
  expect((await came(thief, back)).searchParams.get('outside')).toBe('over');
  expect((await thief.go('/me')).status).toBe(401);
});

test('Z45: a changed, foreign or late ticket is none', async () => {
  const key = '__Host-holdfast-outside /';
  for (const forge of [
    (ticket: string) => `${ticket.slice(0, -4)}AAAA`,
    () => world.keys.signToken('oauth', { state: 's', nonce: 'n', verifier: 'v', to: '/', exp: 9e9 }),
    () =>
      world.keys.signToken('access', {
        for: 'outside log-in',
        state: 's',
        nonce: 'n',
        verifier: 'v',
        to: '/',
        exp: 9e9,
      }),
    () =>
      world.keys.signToken('oauth', {
        for: 'outside log-in',
        state: 's',
        nonce: 'n',
        verifier: 'v',
        to: '/',
        exp: 1,
      }),
  ]) {
    const browser = createBrowser(all.app);
    const back = await away(browser, somebody());
    browser.cookies.set(key, forge(browser.cookies.get(key) as string));
    expect((await came(browser, back)).searchParams.get('outside')).toBe('over');
  }
});

test.each([
  '//evil.example',
  '/\\evil.example',
  'https://evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
  '',
])('Z46: nobody is sent to %j afterwards', async (to) => {
  expect(safePath(to)).toBe('/');
  const browser = createBrowser(all.app);
  elsewhere.person = somebody();
  const left = await browser.go(`/login/outside?to=${encodeURIComponent(to)}`);
  const page = await came(browser, await elsewhere.visit(left.location?.href ?? ''));
  expect(page.origin + page.pathname + page.search).toBe(`${PAGES}/login?outside=in`);
});

test('Z47: the provider is the configured one: https, on this machine http, and never what a caller says', async () => {
  const given = { issuer: 'https://id.example', clientId: 'a', clientSecret: 'b', name: undefined };
  expect(outsideSettings(given, true)).toEqual({
    outside: { issuer: 'https://id.example', clientId: 'a', clientSecret: 'b', name: 'id.example' },
  });
  for (const issuer of [
    'http://id.example',
    'http://169.254.169.254',
    'ftp://id.example',
    'id.example',
    'https://u:p@id.example',
  ])
    expect(outsideSettings({ ...given, issuer }, false)).toHaveProperty('problem');
  expect(outsideSettings({ ...given, issuer: 'http://127.0.0.1:1' }, true)).toHaveProperty('problem');
  expect(outsideSettings({ ...given, issuer: 'http://127.0.0.1:1' }, false)).toHaveProperty('outside');
  expect(outsideSettings({ ...given, clientSecret: undefined }, false)).toHaveProperty('problem');
  const left = await createBrowser(all.app).go(
    '/login/outside?iss=https://evil.example&issuer=https://evil.example',
  );
  expect(left.location?.origin).toBe(elsewhere.issuer);
});

test('Z47: a provider that does not answer is a pause, and is asked again next time', async () => {
  const second = await startElsewhere(PAGES + OUTSIDE_CALLBACK);
  const house = await oauthHouse(world, {
    HOLDFAST_OIDC_ISSUER: second.issuer,
    HOLDFAST_OIDC_CLIENT_ID: OUTSIDE_CLIENT.id,
    HOLDFAST_OIDC_CLIENT_SECRET: OUTSIDE_CLIENT.secret,
  });
  await second.close();
  const left = await createBrowser(house.app).go('/login/outside');
  expect(left.status).toBe(503);
  expect(left.body.error.code).toBe('TEMPORARILY_UNAVAILABLE');
  await house.app.close();
});
