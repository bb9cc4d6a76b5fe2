/** One's own profile and sessions over HTTP. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deviceName, networkOf } from '../accounts/device.ts';
import { PASSWORD, type People, type Person, people } from '../accounts/testing.ts';
import type { Preferences } from '../protocol/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { call, type HttpWorld, httpWorld } from './testing.ts';

let world: TestWorld;
let http: HttpWorld;
let it: People;
beforeAll(async () => {
  world = await testWorld();
  http = await httpWorld(world, { env: { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.1' } });
  it = people(world, http.accounts);
});
afterAll(async () => {
  await http.app.close();
  await world.close();
});

const get = (who: Person, id = who.id) => call(http.app, 'GET', `/users/${id}`, { headers: who.headers });
const put = (who: Person, body: object, headers = {}) =>
  call(http.app, 'PUT', `/users/${who.id}`, { headers: { ...who.headers, ...headers }, body });
const NOTHING: Preferences = {
  favouriteTypes: [],
  favouriteCities: [],
  favouriteArtists: [],
  channels: { email: true, push: true },
  quietHours: null,
  timeZone: null,
};

test('A53: a profile is its owner’s; an edit of an older version changes nothing', async () => {
  const [who, other] = [await it.person(), await it.person()];
  const read = await get(who);
  expect(read.body).toMatchObject({ id: who.id, email: who.email, preferences: NOTHING, version: 1 });
  expect((await get(other, who.id)).status).toBe(404);
  const tag = String(read.headers.etag);
  const edits = await Promise.all(
    ['Ann', 'Bea', 'Cleo'].map((name) => put(who, { name }, { 'if-match': tag })),
  );
  expect(edits.map((edit) => edit.status).sort()).toEqual([200, 412, 412]);
  const won = edits.find((edit) => edit.status === 200);
  const now = await get(who);
  expect([now.body.name, now.headers.etag]).toEqual([won?.body.name, won?.headers.etag]);
  expect((await put(who, { name: 'Dora' }, { 'if-match': String(now.headers.etag) })).status).toBe(200);
  expect((await put(who, { name: 'Eve' })).status).toBe(200);
});

test('A54: preferences are read back as they were given, whatever they are', async () => {
  const who = await it.person();
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .map((text) =>
      text
        .normalize('NFC')
        .replace(/[\p{C}\s]+/gu, ' ')
        .trim(),
    )
    .filter((text) => text !== '' && text.length <= 60);
  const names = fc.uniqueArray(name, { maxLength: 8, selector: (text) => text.toLowerCase() });
  const hour = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
  const wanted = fc.record({
    favouriteTypes: names,
    favouriteCities: names,
    favouriteArtists: names,
    channels: fc.record({ email: fc.boolean(), push: fc.boolean() }),
    quietHours: fc.option(fc.record({ from: hour, until: hour })),
    timeZone: fc.constantFrom('Europe/Zurich', 'UTC', 'America/St_Johns'),
    suggestions: fc.boolean(),
    personalised: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(wanted, async (preferences) => {
      const kept = await put(who, { preferences });
      expect([kept.status, kept.body.preferences]).toEqual([200, preferences]);
      expect((await get(who)).body.preferences).toEqual(preferences);
    }),
    { numRuns: 60 },
  );
});

test('A54: names are kept once however they are spelt', async () => {
  const who = await it.person();
  const kept = await put(who, {
    preferences: { ...NOTHING, favouriteCities: ['  Zurich', 'zurich', 'Bad  Ems'] },
  });
  expect(kept.body.preferences.favouriteCities).toEqual(['Zurich', 'Bad Ems']);
});

test.each<[string, object, string]>([
  ['an unknown zone', { timeZone: 'Mars/Olympus' }, 'preferences.timeZone'],
  ['quiet hours without a zone', { quietHours: { from: '22:00', until: '07:00' } }, 'preferences.timeZone'],
  [
    'an hour there is not',
    { quietHours: { from: '24:00', until: '07:00' }, timeZone: 'UTC' },
    'preferences.quietHours',
  ],
  ['a member nobody knows', { newsletter: true }, 'preferences.newsletter'],
  [
    'a channel nobody knows',
    { channels: { email: true, push: true, fax: true } },
    'preferences.channels.fax',
  ],
  [
    'too many',
    { favouriteTypes: Array.from({ length: 51 }, (_, i) => `t${i}`) },
    'preferences.favouriteTypes',
  ],
  ['an empty name', { favouriteArtists: [' '] }, 'preferences.favouriteArtists'],
])('A54: %s is refused by its name, and nothing is kept', async (_what, change, field) => {
  const who = await it.person();
  const answer = await put(who, { name: 'Changed', preferences: { ...NOTHING, ...change } });
  expect(answer.status).toBe(400);
  expect(answer.body.error.details.field).toContain(field);
  expect((await get(who)).body).toMatchObject({ name: 'Pat', preferences: NOTHING, version: 1 });
});

test('A53: with a cookie, an edit must come from a page of ours', async () => {
  const who = await it.person();
  const cookie = `__Host-holdfast-access=${who.accessToken}`;
  const edit = (method: 'PUT' | 'DELETE', url: string, headers: object, body?: object) =>
    call(http.app, method, url, { headers: { cookie, ...headers }, ...(body ? { body } : {}) });
  for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, {}]) {
    expect((await edit('PUT', `/users/${who.id}`, headers, { name: 'Eve' })).body.error.code).toBe(
      'CSRF_REFUSED',
    );
    expect((await edit('DELETE', '/sessions', headers)).body.error.code).toBe('CSRF_REFUSED');
  }
  const own = { 'sec-fetch-site': 'same-origin' };
  expect((await edit('PUT', `/users/${who.id}`, own, { name: 'Pat' })).status).toBe(200);
  for (const url of ['/email/verify', '/password/reset', '/password/forgot', '/passkeys/login'])
    expect(
      (await call(http.app, 'POST', url, { headers: { origin: 'https://evil.example' }, body: {} })).body
        .error.code,
      url,
    ).toBe('CSRF_REFUSED');
});

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';

test('A80: the list has one’s own living sessions, by device and network, and says which one asks', async () => {
  const who = await it.person();
  const [other, stranger] = [await it.person(), await it.person()];
  const login = await call(http.app, 'POST', '/login', {
    body: { email: who.email, password: PASSWORD },
    headers: { 'user-agent': PHONE },
    remoteAddress: '203.0.113.77',
  });
  const [ended] = await it.sql<{ id: string }>(
    `insert into accounts.sessions (id, user_id, expires_at) values ($1, $2, now() - interval '1 second') returning id`,
    [world.ids.next(), who.id],
  );
  const { body, headers } = await call(http.app, 'GET', '/sessions', {
    headers: { authorization: `Bearer ${login.body.accessToken}` },
  });
  expect(headers['cache-control']).toContain('no-store');
  expect(body.items).toMatchObject([
    { device: 'Safari on iPhone', network: '203.0.113.x', current: true },
    { id: who.sessionId, current: false },
  ]);
  const ids = body.items.map((item: { id: string }) => item.id);
  for (const id of [ended?.id, other.sessionId, stranger.sessionId]) expect(ids).not.toContain(id);
  const kept = await it.sql('select * from accounts.sessions where user_id = $1', [who.id]);
  expect(JSON.stringify(kept)).not.toContain('203.0.113.77');
});

test('A80: refreshing moves the last use, the network and the device along', async () => {
  const who = await it.person();
  await it.sql(`update accounts.sessions set last_used_at = now() - interval '1 day' where id = $1`, [
    who.sessionId,
  ]);
  await call(http.app, 'POST', '/refresh', {
    body: { refreshToken: who.refreshToken },
    headers: { 'user-agent': FIREFOX },
    remoteAddress: '198.51.100.9',
  });
  const { body } = await call(http.app, 'GET', '/sessions', { headers: who.headers });
  expect(body.items).toMatchObject([{ device: 'Firefox on Linux', network: '198.51.100.x' }]);
  expect(Date.parse(body.items[0].lastUsedAt)).toBeGreaterThan(Date.parse(body.items[0].createdAt));
});

test.each([
  [undefined, null],
  ['', null],
  ['curl/8.5.0', null],
  [FIREFOX, 'Firefox on Linux'],
  ['<script>alert(1)</script>/1', null],
  ['x'.repeat(5_000), null],
])('A80: a header %j is shown as %j', (header, shown) => {
  const name = deviceName(header);
  if (shown === null) expect(name === null || /^[\w .+-]+$/.test(name)).toBe(true);
  else expect(name).toContain(shown);
});

test.each([
  ['203.0.113.9', '203.0.113.x'],
  ['::ffff:203.0.113.9', '203.0.113.x'],
  ['2001:db8:7:8::1', '2001:db8:7::x'],
  ['', null],
  ['unknown', null],
])('A80: of the address %s the list says %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('A81: one session is ended by its owner, for this and every other process; another’s does not exist', async () => {
  const who = await it.person();
  const other = await it.person();
  const second = await it.logIn(who);
  if (!second.ok) throw new Error(second.error.code);
  const token = http.accounts.verifyAccessToken(second.value.accessToken);
  if (!token.ok) throw new Error('bad token');
  const { sessionId } = token.value.account;
  const bearer = { authorization: `Bearer ${second.value.accessToken}` };
  const end = (by: Person) => call(http.app, 'DELETE', `/sessions/${sessionId}`, { headers: by.headers });
  expect((await call(http.app, 'GET', '/me', { headers: bearer })).status).toBe(200);
  expect((await end(other)).status).toBe(404);
  expect((await end(who)).status).toBe(204);
  expect((await call(http.app, 'GET', '/me', { headers: bearer })).status).toBe(401);
  expect(
    (await call(http.app, 'POST', '/refresh', { body: { refreshToken: second.value.refreshToken } })).status,
  ).toBe(401);
  // What edges ask on their rounds to cut sockets.
  expect(await http.accounts.liveSessions([sessionId, who.sessionId])).toEqual(new Set([who.sessionId]));
  expect((await end(who)).status).toBe(404);
});

test('A81: all others are ended at once, and this one stays; ending this one clears its cookies', async () => {
  const who = await it.person();
  const others = await Promise.all([it.logIn(who), it.logIn(who)]);
  expect((await call(http.app, 'DELETE', '/sessions', { headers: who.headers })).status).toBe(204);
  for (const other of others) {
    if (!other.ok) throw new Error(other.error.code);
    const headers = { authorization: `Bearer ${other.value.accessToken}` };
    expect((await call(http.app, 'GET', '/me', { headers })).status).toBe(401);
  }
  const { body } = await call(http.app, 'GET', '/sessions', { headers: who.headers });
  expect(body.items).toHaveLength(1);
  const out = await call(http.app, 'DELETE', `/sessions/${who.sessionId}`, { headers: who.headers });
  expect([out.status, out.cookies.map((cookie) => cookie.value)]).toEqual([204, ['', '']]);
  expect((await call(http.app, 'GET', '/me', { headers: who.headers })).status).toBe(401);
});

test('A82: a log-in makes a session of its own, whatever was brought along', async () => {
  const [attacker, victim] = [await it.person(), await it.person()];
  const cookie = `__Host-holdfast-access=${attacker.accessToken}; __Host-holdfast-refresh=${attacker.refreshToken}`;
  const login = await call(http.app, 'POST', '/login', {
    body: { email: victim.email, password: PASSWORD },
    headers: { cookie, authorization: `Bearer ${attacker.accessToken}`, 'sec-fetch-site': 'same-origin' },
  });
  const token = http.accounts.verifyAccessToken(login.body.accessToken);
  if (!token.ok) throw new Error('bad token');
  expect(token.value.account.id).toBe(victim.id);
  expect([attacker.sessionId, victim.sessionId]).not.toContain(token.value.account.sessionId);
  const values = login.cookies.map((each) => each.value);
  expect(values).not.toContain(attacker.accessToken);
  expect(values).not.toContain(attacker.refreshToken);
  const theirs = await call(http.app, 'GET', '/me', { headers: attacker.headers });
  expect(theirs.body.id).toBe(attacker.id);
});
