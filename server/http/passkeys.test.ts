import { afterAll, beforeAll, expect, test } from 'vitest';
import { relyingParty } from '../accounts/relying-party.ts';
import { PASSWORD, type People, type Person, people, SoftAuthenticator } from '../accounts/testing.ts';
import { LIMITS } from '../limits.ts';
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

const ask = (owner: Person, body = {}) =>
  call(http.app, 'POST', '/passkeys/options', { headers: owner.headers, body });
const send = (owner: Person, response: unknown, name = 'Phone') =>
  call(http.app, 'POST', '/passkeys', { headers: owner.headers, body: { response, name } });
const question = async () => (await call(http.app, 'POST', '/passkeys/login/options')).body;
const logIn = (response: unknown, app = http.app) =>
  call(app, 'POST', '/passkeys/login', { body: { response } });

/** Somebody with a passkey. */
async function holder() {
  const owner = await it.person({ verified: true });
  const device = new SoftAuthenticator();
  const options = await ask(owner);
  const added = await send(owner, device.create(options.body));
  expect(added.status).toBe(201);
  return { owner, device, passkeyId: added.body.id as string };
}
const refused = (answer: { status: number; body: { error?: { code?: string } } | null }) => [
  answer.status,
  answer.body?.error?.code,
];
const REFUSED = [403, 'PASSKEY_REFUSED'];

test('A90: a passkey takes a confirmed address and a recent log-in, or the present password; its owner is told', async () => {
  const owner = await it.person();
  expect(refused(await ask(owner))).toEqual([403, 'EMAIL_NOT_VERIFIED']);
  await it.sql('update accounts.users set email_verified_at = now() where id = $1', [owner.id]);
  await it.sql(`update accounts.sessions set proven_at = now() - interval '16 minutes' where id = $1`, [
    owner.sessionId,
  ]);
  expect(refused(await ask(owner))).toEqual([403, 'LOGIN_NOT_RECENT']);
  const wrong = await ask(owner, { currentPassword: 'wrong wrong wrong' });
  expect(wrong.body.error).toMatchObject({ code: 'INVALID_REQUEST', details: { field: 'currentPassword' } });
  const options = await ask(owner, { currentPassword: PASSWORD });
  expect(options.body).toMatchObject({
    rp: { id: 'localhost' },
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  const added = await send(owner, new SoftAuthenticator().create(options.body), '  My\tphone ');
  expect([added.status, added.body.name]).toEqual([201, 'My phone']);
  expect(await it.lettersTo(owner)).toContainEqual({
    kind: 'passkey_added',
    toAddress: owner.email,
    detail: 'My phone',
  });
  // The password counts for its session from then on.
  expect((await ask(owner)).status).toBe(200);
});

test('A64: without a confirmed address no answer of a device is taken either', async () => {
  const owner = await it.person({ verified: true });
  const options = await ask(owner);
  await it.sql('update accounts.users set email_verified_at = null where id = $1', [owner.id]);
  const answer = await send(owner, new SoftAuthenticator().create(options.body));
  expect(refused(answer)).toEqual([403, 'EMAIL_NOT_VERIFIED']);
});

test('A91: a challenge is good once, in time, for its owner and for what it was asked', async () => {
  const [owner, other] = [await it.person({ verified: true }), await it.person({ verified: true })];
  const { body: options } = await ask(owner);
  expect(refused(await send(other, new SoftAuthenticator().create(options)))).toEqual(REFUSED);
  expect((await send(owner, new SoftAuthenticator().create(options))).status).toBe(201);
  expect(refused(await send(owner, new SoftAuthenticator().create(options)))).toEqual(REFUSED);

  const { body: late } = await ask(owner);
  await it.sql(`update accounts.passkey_challenges set expires_at = now() - interval '1 second'`);
  expect(refused(await send(owner, new SoftAuthenticator().create(late)))).toEqual(REFUSED);

  const { body: toLogIn } = await call(http.app, 'POST', '/passkeys/login/options');
  const crossed = new SoftAuthenticator().create({ ...toLogIn, user: { id: 'eA' } });
  expect(refused(await send(owner, crossed))).toEqual(REFUSED);
  expect(
    refused(
      await send(owner, new SoftAuthenticator().create({ challenge: 'bWFkZS11cA', user: { id: 'eA' } })),
    ),
  ).toEqual(REFUSED);
});

test('A91: a replayed log-in is refused, of many at once one succeeds, and any process may answer', async () => {
  const { device } = await holder();
  const elsewhere = await httpWorld(world);
  device.counter = 1;
  const answer = device.get(await question());
  const first = await logIn(answer, elsewhere.app);
  expect([first.status, first.cookies.length]).toEqual([200, 2]);
  expect(refused(await logIn(answer))).toEqual(REFUSED);
  device.counter = 2;
  const again = device.get(await question());
  const all = await Promise.all(Array.from({ length: 10 }, () => logIn(again)));
  expect(all.filter((one) => one.status === 200)).toHaveLength(1);
  await elsewhere.app.close();
});

test.each([
  ['another origin', { origin: 'http://evil.example' }],
  ['an origin that begins like ours', { origin: 'http://localhost.evil.example' }],
  ['another port', { origin: 'http://localhost:8080' }],
  ['another host', { rpId: 'evil.example' }],
  ['nobody in front of it', { userVerified: false }],
  ['a challenge of its own', { challenge: 'b3duLWNoYWxsZW5nZQ' }],
])('A92: an answer with %s is refused, to add and to log in', async (_what, lies) => {
  const owner = await it.person({ verified: true });
  const { body: options } = await ask(owner);
  expect(refused(await send(owner, new SoftAuthenticator().create(options, lies)))).toEqual(REFUSED);
  const { device } = await holder();
  expect(refused(await logIn(device.get(await question(), lies)))).toEqual(REFUSED);
});

test.each<[string, string[], string, { id: string; origins: string[] } | null]>([
  [
    'the host that was asked',
    [],
    'http://localhost:3000',
    { id: 'localhost', origins: ['http://localhost:3000'] },
  ],
  [
    'the first configured',
    ['https://tickets.example', 'https://www.tickets.example', 'https://other.example'],
    'http://x',
    { id: 'tickets.example', origins: ['https://tickets.example', 'https://www.tickets.example'] },
  ],
  [
    'no look-alike',
    ['https://tickets.example', 'https://eviltickets.example'],
    'http://x',
    { id: 'tickets.example', origins: ['https://tickets.example'] },
  ],
  ['no address', [], 'http://192.168.1.20:3000', null],
  ['no address of six groups', [], 'https://[2001:db8::1]', null],
  ['nothing without TLS', ['http://tickets.example'], 'http://x', null],
])('A92: passkeys are for %s', (_what, configured, own, party) => {
  expect(relyingParty(configured, own)).toEqual(party);
});

test('A92: where there is no host name it says so', async () => {
  const answer = await call(http.app, 'POST', '/passkeys/login/options', {
    headers: { host: '192.168.1.20' },
  });
  expect(refused(answer)).toEqual([501, 'NOT_AVAILABLE']);
});

test('A93: a passkey logs in as its owner and nobody else; unknown, removed and disabled ones are refused alike', async () => {
  const { owner, device, passkeyId } = await holder();
  const other = await holder();
  const session = await logIn(device.get(await question()));
  expect([session.status, session.body.user.id]).toEqual([200, owner.id]);
  const handle = Buffer.from(other.owner.id.replaceAll('-', ''), 'hex').toString('base64url');
  const answers = [
    await logIn(new SoftAuthenticator().get(await question())),
    await logIn(device.get(await question(), { userHandle: handle })),
    // Signed by one, under the other's name.
    await logIn({
      ...device.get(await question()),
      id: Buffer.from(other.device.id).toString('base64url'),
      rawId: Buffer.from(other.device.id).toString('base64url'),
    }),
  ];
  await call(http.app, 'DELETE', `/passkeys/${passkeyId}`, { headers: owner.headers });
  answers.push(await logIn(device.get(await question())));
  await it.sql('update accounts.users set disabled_at = now() where id = $1', [other.owner.id]);
  answers.push(await logIn(other.device.get(await question())));
  expect(answers.map(refused)).toEqual(answers.map(() => REFUSED));
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
});

test('A93: somebody else’s credential cannot be added a second time', async () => {
  const { device } = await holder();
  const thief = await it.person({ verified: true });
  const { body: options } = await ask(thief);
  expect(refused(await send(thief, device.create(options)))).toEqual(REFUSED);
});

test('A94: a counter that goes back freezes the passkey, and its owner is told; none that does not count is frozen', async () => {
  const { owner, device } = await holder();
  expect((await logIn(device.get(await question()))).status).toBe(200);
  expect((await logIn(device.get(await question()))).status).toBe(200);
  device.counter = 7;
  expect((await logIn(device.get(await question()))).status).toBe(200);
  expect(refused(await logIn(device.get(await question(), { counter: 7 })))).toEqual(REFUSED);
  device.counter = 8;
  expect(refused(await logIn(device.get(await question())))).toEqual(REFUSED);
  const { body } = await call(http.app, 'GET', '/passkeys', { headers: owner.headers });
  expect(body.items).toMatchObject([{ name: 'Phone', frozen: true }]);
  const told = (await it.lettersTo(owner)).filter((letter) => letter.kind === 'passkey_frozen');
  expect(told).toHaveLength(1);
});

test('A94: two answers with one count, at once, open one session', async () => {
  const { device } = await holder();
  device.counter = 3;
  const answers = [device.get(await question()), device.get(await question())];
  const statuses = (await Promise.all(answers.map((answer) => logIn(answer)))).map(({ status }) => status);
  expect(statuses.sort()).toEqual([200, 403]);
});

test('A95: passkeys are listed, renamed and removed by their owner; another’s does not exist', async () => {
  const { owner, passkeyId } = await holder();
  const other = await it.person();
  const at = (method: 'PUT' | 'DELETE', who: Person, body?: object) =>
    call(http.app, method, `/passkeys/${passkeyId}`, { headers: who.headers, ...(body ? { body } : {}) });
  expect((await at('PUT', other, { name: 'Mine' })).status).toBe(404);
  expect((await at('DELETE', other)).status).toBe(404);
  expect((await at('PUT', owner, { name: ' Old  phone ' })).body.name).toBe('Old phone');
  expect((await at('PUT', owner, { name: '\u200b' })).status).toBe(400);
  const listed = await call(http.app, 'GET', '/passkeys', { headers: owner.headers });
  expect(listed.body.items).toEqual([
    {
      id: passkeyId,
      name: 'Old phone',
      createdAt: expect.any(String),
      lastUsedAt: null,
      backedUp: false,
      frozen: false,
    },
  ]);
  expect((await at('DELETE', owner)).status).toBe(204);
  expect((await at('DELETE', owner)).status).toBe(404);
});

test('A95: an account has so many passkeys and no more, also when added at once', async () => {
  const owner = await it.person({ verified: true });
  const questions = await Promise.all(
    Array.from({ length: LIMITS.passkeysPerAccount + 3 }, () => ask(owner)),
  );
  const added = await Promise.all(
    questions.map(({ body }) => send(owner, new SoftAuthenticator().create(body))),
  );
  expect(added.filter((one) => one.status === 201)).toHaveLength(LIMITS.passkeysPerAccount);
  expect(refused(await ask(owner))).toEqual([409, 'LIMIT_EXCEEDED']);
});

test('A92: what is no answer at all is refused, not an error', async () => {
  const owner = await it.person({ verified: true });
  const { body: options } = await ask(owner);
  const sound = new SoftAuthenticator().create(options);
  for (const part of ['clientDataJSON', 'attestationObject'] as const) {
    const broken = { ...sound, response: { ...sound.response, [part]: 'AAAA' } };
    expect(refused(await send(owner, broken))).toEqual(REFUSED);
  }
  const { device } = await holder();
  const answer = device.get(await question());
  for (const part of ['clientDataJSON', 'authenticatorData', 'signature'] as const) {
    const broken = { ...answer, response: { ...answer.response, [part]: 'AAAA' } };
    expect(refused(await logIn(broken))).toEqual(REFUSED);
  }
});
