/** Links in mails: proving an address, moving to another, and a forgotten password. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHasher } from '../accounts/index.ts';
import { NEW_PASSWORD, PASSWORD, type People, type Person, people } from '../accounts/testing.ts';
import { LIMITS } from '../limits.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { call, type HttpWorld, httpWorld } from './testing.ts';

let world: TestWorld;
let http: HttpWorld;
let it: People;
const hasher = createHasher();
beforeAll(async () => {
  world = await testWorld();
  http = await httpWorld(world, {
    env: { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.1' },
    accounts: { hasher },
  });
  it = people(world, http.accounts);
});
afterAll(async () => {
  await http.app.close();
  await world.close();
});

const post = (url: string, body?: object, headers = {}) =>
  call(http.app, 'POST', url, { ...(body ? { body } : {}), headers });
const verify = (token: string) => post('/email/verify', { token });
const reset = (token: string, password = NEW_PASSWORD) => post('/password/reset', { token, password });
const profileOf = async (who: Person) =>
  (await call(http.app, 'GET', `/users/${who.id}`, { headers: who.headers })).body;
const put = (who: Person, body: object) =>
  call(http.app, 'PUT', `/users/${who.id}`, { headers: who.headers, body });
const refused = (answer: { status: number; body: { error: { code: string } } }) => [
  answer.status,
  answer.body.error.code,
];
const DEAD = [410, 'LINK_NOT_VALID'];

/** Does what the worker does with a forgotten password. */
async function runForgotten(): Promise<number> {
  const rows = await it.sql<{ payload: unknown }>(
    `delete from ticketing.outbox where topic = 'account.forgot' returning payload`,
  );
  for (const { payload } of rows) await http.accounts.jobs['account.forgot']?.(payload);
  return rows.length;
}
/** Lets the time of an account's links run out. */
const outlast = (who: Person, kind: string) =>
  it.sql(
    `update accounts.letters set expires_at = now() - interval '1 second' where user_id = $1 and kind = $2`,
    [who.id, kind],
  );
async function forgotten(who: Person): Promise<string> {
  expect((await post('/password/forgot', { email: who.email })).status).toBe(202);
  await runForgotten();
  return it.secretOf(who, 'reset_password');
}

test('A60: a registration writes one letter to its address, a refused one none, an operator’s none', async () => {
  const who = await it.person();
  expect(await it.lettersTo(who)).toEqual([{ kind: 'verify_email', toAddress: who.email, detail: null }]);
  const again = await post('/register', { email: who.email, password: PASSWORD, name: 'Pat' });
  expect(again.status).toBe(409);
  const made = await http.accounts.ensureOperator();
  const letters = await it.sql('select kind, to_address from accounts.letters');
  expect(letters.filter((letter) => (letter as { to_address: string }).to_address === made.email)).toEqual(
    [],
  );
  expect(await it.lettersTo(who)).toHaveLength(1);
});

test('A61: a link confirms its address once; twenty at once, one succeeds', async () => {
  const who = await it.person();
  expect((await profileOf(who)).emailVerified).toBe(false);
  const secret = await it.secretOf(who, 'verify_email');
  const all = await Promise.all(Array.from({ length: 20 }, () => verify(secret)));
  expect(all.filter((one) => one.status === 200).map((one) => one.body)).toEqual([{ email: who.email }]);
  expect(refused(await verify(secret))).toEqual(DEAD);
  expect((await profileOf(who)).emailVerified).toBe(true);
});

test('A61: a link that is over, made up, for something else or for an address left since is refused alike', async () => {
  const [late, moved, reader] = [await it.person(), await it.person(), await it.person()];
  const secret = await it.secretOf(late, 'verify_email');
  await outlast(late, 'verify_email');
  const old = await it.secretOf(moved, 'verify_email');
  await it.sql('update accounts.users set email = $2 where id = $1', [moved.id, 'elsewhere@example.test']);
  const answers = [
    await verify(secret),
    await verify(old),
    await verify(await forgotten(reader)),
    await verify(`hfl_${'A'.repeat(43)}`),
    await verify('x'),
  ];
  expect(answers.map(refused)).toEqual(answers.map(() => DEAD));
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
  expect((await profileOf(late)).emailVerified).toBe(false);
});

test('A62: the ledger has hashes only, before the mail is made and after', async () => {
  const who = await it.person();
  const letters = () =>
    it.sql<{ secret_hash: Buffer | null }>('select * from accounts.letters where user_id = $1', [who.id]);
  expect((await letters())[0]?.secret_hash).toBeNull();
  const secret = await it.secretOf(who, 'verify_email');
  expect(await it.secretOf(who, 'verify_email')).toBe(secret);
  const kept = JSON.stringify([await letters(), await it.sql('select * from ticketing.outbox')]);
  expect(kept).not.toContain(secret);
  expect(kept).not.toContain(Buffer.from(secret).toString('hex'));
  expect((await letters())[0]?.secret_hash).toHaveLength(32);
});

test('A63: the mail comes again when asked for, five times an hour; a confirmed address needs none', async () => {
  const who = await it.person();
  const ask = () => post('/email/verification', undefined, who.headers);
  for (let i = 0; i < LIMITS.lettersPerHour; i++) {
    const answer = await ask();
    expect([answer.status, answer.body]).toEqual([202, { email: who.email }]);
  }
  expect((await ask()).status).toBe(429);
  expect(await it.lettersTo(who)).toHaveLength(1 + LIMITS.lettersPerHour);
  await verify(await it.secretOf(who, 'verify_email'));
  const sure = await it.person({ verified: true });
  expect(refused(await post('/email/verification', undefined, sure.headers))).toEqual([409, 'INVALID_STATE']);
});

test('A55: another address is used once it is confirmed there; both are told; links to the old one die', async () => {
  const who = await it.person({ verified: true });
  const wanted = `new-${who.email}`;
  const secretOfReset = await forgotten(who);
  const asked = await put(who, { email: ` ${wanted.toUpperCase()} ` });
  expect(asked.body).toMatchObject({ email: who.email, pendingEmail: wanted, emailVerified: true });
  expect((await it.logIn({ email: wanted })).ok).toBe(false);
  const secret = await it.secretOf(who, 'change_email');
  expect((await verify(secret)).body).toEqual({ email: wanted });
  expect(await profileOf(who)).toMatchObject({ email: wanted, pendingEmail: null, emailVerified: true });
  expect((await it.logIn({ email: wanted })).ok).toBe(true);
  expect((await it.logIn({ email: who.email })).ok).toBe(false);
  expect(refused(await reset(secretOfReset))).toEqual(DEAD);
  const told = (await it.lettersTo(who)).slice(-3).map(({ kind, toAddress }) => `${kind} ${toAddress}`);
  // The first two are written in one moment: which comes first is chance.
  expect(told.slice(0, 2).sort()).toEqual([`change_email ${wanted}`, `email_changing ${who.email}`].sort());
  expect(told.at(-1)).toBe(`email_changed ${who.email}`);
});

test('A55: it takes a recent log-in or the password; the present address withdraws it, a second one replaces it', async () => {
  const who = await it.person();
  await it.sql(`update accounts.sessions set proven_at = now() - interval '1 hour' where user_id = $1`, [
    who.id,
  ]);
  expect(refused(await put(who, { email: 'thief@example.test' }))).toEqual([403, 'LOGIN_NOT_RECENT']);
  const wrong = await put(who, { email: 'thief@example.test', currentPassword: 'wrong wrong wrong' });
  expect(wrong.body.error.details.field).toBe('currentPassword');
  const first = await put(who, { email: `a-${who.email}`, currentPassword: PASSWORD });
  expect(first.body.pendingEmail).toBe(`a-${who.email}`);
  const secret = await it.secretOf(who, 'change_email');
  expect((await put(who, { email: `b-${who.email}` })).body.pendingEmail).toBe(`b-${who.email}`);
  expect(refused(await verify(secret))).toEqual(DEAD);
  expect((await put(who, { email: who.email })).body.pendingEmail).toBeNull();
  await expect(it.secretOf(who, 'change_email')).rejects.toThrow('no link');
});

test('A56: asking for a taken address tells nothing; of two who confirm one, one has it', async () => {
  const [one, two, owner] = [await it.person(), await it.person(), await it.person()];
  const free = `free-${one.email}`;
  const asked = [await put(one, { email: owner.email }), await put(two, { email: free })];
  expect(asked.map((answer) => answer.status)).toEqual([200, 200]);
  expect(refused(await verify(await it.secretOf(one, 'change_email')))).toEqual([409, 'EMAIL_TAKEN']);
  expect((await profileOf(one)).email).toBe(one.email);
  await put(one, { email: free });
  const secrets = [await it.secretOf(one, 'change_email'), await it.secretOf(two, 'change_email')];
  const statuses = (await Promise.all(secrets.map(verify))).map((answer) => answer.status);
  expect(statuses.sort()).toEqual([200, 409]);
});

test('A64: without a confirmed address a fan is served like everybody', async () => {
  const who = await it.person();
  for (const path of ['/me', '/sessions', '/passkeys', `/users/${who.id}`])
    expect((await call(http.app, 'GET', path, { headers: who.headers })).status, path).toBe(200);
});

test('A70: a forgotten password is answered alike, with the same work, whether the account exists or not', async () => {
  const who = await it.person();
  const before = hasher.runs;
  const [known, unknown] = [
    await post('/password/forgot', { email: who.email }),
    await post('/password/forgot', { email: 'nobody@example.test' }),
  ];
  const seen = ({ status, text, headers }: typeof known) => ({
    status,
    text,
    names: Object.keys(headers).sort(),
  });
  expect(seen(known)).toEqual(seen(unknown));
  expect(known.status).toBe(202);
  const rows = await it.sql<{ payload: object }>(
    `select payload from ticketing.outbox where topic = 'account.forgot'`,
  );
  expect(rows.map(({ payload }) => Object.keys(payload))).toEqual([
    ['email', 'letterId'],
    ['email', 'letterId'],
  ]);
  expect(hasher.runs).toBe(before);
  expect(await runForgotten()).toBe(2);
  expect((await it.lettersTo(who)).map(({ kind }) => kind)).toEqual(['verify_email', 'reset_password']);
});

test('A70: the job may run again: one letter; a disabled account gets none', async () => {
  const [who, gone] = [await it.person(), await it.person()];
  const payload = { email: who.email, letterId: world.ids.next() };
  for (let i = 0; i < 3; i++) await http.accounts.jobs['account.forgot']?.(payload);
  expect((await it.lettersTo(who)).filter(({ kind }) => kind === 'reset_password')).toHaveLength(1);
  await it.sql('update accounts.users set disabled_at = now() where id = $1', [gone.id]);
  await http.accounts.jobs['account.forgot']?.({ email: gone.email, letterId: world.ids.next() });
  expect((await it.lettersTo(gone)).filter(({ kind }) => kind === 'reset_password')).toEqual([]);
});

test('A71: forgotten passwords are limited per account asked for, existing or not, and per address', async () => {
  const strict = await httpWorld(world);
  const ask = (email: string, remoteAddress: string) =>
    call(strict.app, 'POST', '/password/forgot', { body: { email }, remoteAddress });
  const who = await it.person();
  for (const email of [who.email, 'never-was@example.test']) {
    const statuses: number[] = [];
    for (let i = 0; i <= LIMITS.lettersPerHour; i++) statuses.push((await ask(email, `10.1.${i}.1`)).status);
    expect(statuses).toEqual([...Array<number>(LIMITS.lettersPerHour).fill(202), 429]);
  }
  const many: number[] = [];
  for (let i = 0; i <= LIMITS.forgottenPerHourPerAddress; i++)
    many.push((await ask(`somebody-${i}@example.test`, '10.9.9.9')).status);
  expect(many.filter((status) => status === 202)).toHaveLength(LIMITS.forgottenPerHourPerAddress);
  expect(many.at(-1)).toBe(429);
  await strict.app.close();
});

test('A71: links cannot be tried without end, and a made-up one costs no hashing', async () => {
  const strict = await httpWorld(world, { accounts: { hasher } });
  const before = hasher.runs;
  const statuses: number[] = [];
  for (let i = 0; i <= LIMITS.linksPerMinute; i++) {
    const body = { token: `hfl_${String(i).padStart(43, 'A')}`, password: NEW_PASSWORD };
    const answer = await call(strict.app, 'POST', '/password/reset', { body, remoteAddress: '10.8.8.8' });
    statuses.push(answer.status);
  }
  expect(statuses).toEqual([...Array<number>(LIMITS.linksPerMinute).fill(410), 429]);
  expect(hasher.runs).toBe(before);
  await strict.app.close();
});

test('A72: a link sets a password once; all sessions end, other links die, the owner is told, the address is proven', async () => {
  const who = await it.person();
  const other = await it.logIn(who);
  if (!other.ok) throw new Error(other.error.code);
  const [first, second] = [await forgotten(who), await forgotten(who)];
  const weak = await reset(first, 'password123');
  expect(weak.body.error).toMatchObject({ code: 'INVALID_REQUEST', details: { field: 'password' } });
  const answers = await Promise.all([reset(first), reset(first), reset(second)]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([204, 410, 410]);
  for (const { accessToken } of [who, other.value])
    expect(
      (await call(http.app, 'GET', '/me', { headers: { authorization: `Bearer ${accessToken}` } })).status,
    ).toBe(401);
  expect((await post('/refresh', { refreshToken: other.value.refreshToken })).status).toBe(401);
  expect((await it.logIn(who)).ok).toBe(false);
  const again = await it.logIn(who, NEW_PASSWORD);
  if (!again.ok) throw new Error(again.error.code);
  const headers = { authorization: `Bearer ${again.value.accessToken}` };
  expect((await profileOf({ ...who, headers })).emailVerified).toBe(true);
  expect((await it.lettersTo(who)).at(-1)).toMatchObject({ kind: 'password_changed', toAddress: who.email });
});

test('A72: after half an hour, or for a disabled account, it sets nothing', async () => {
  const [late, gone] = [await it.person(), await it.person()];
  const [secret, other] = [await forgotten(late), await forgotten(gone)];
  const [row] = await it.sql<{ minutes: number }>(
    `select extract(epoch from expires_at - created_at)::int / 60 as minutes from accounts.letters where user_id = $1 and kind = 'reset_password'`,
    [late.id],
  );
  expect(row?.minutes).toBe(30);
  await outlast(late, 'reset_password');
  await it.sql('update accounts.users set disabled_at = now() where id = $1', [gone.id]);
  expect([refused(await reset(secret)), refused(await reset(other))]).toEqual([DEAD, DEAD]);
  expect((await it.logIn(late)).ok).toBe(true);
});

test('A72: a change of address that waits dies with the password of whoever asked for it', async () => {
  const who = await it.person();
  await put(who, { email: `thief-${who.email}` });
  const secret = await it.secretOf(who, 'change_email');
  expect((await reset(await forgotten(who))).status).toBe(204);
  expect(refused(await verify(secret))).toEqual(DEAD);
});

test('A73: a changed password is told, and links to reset it open nothing', async () => {
  const who = await it.person();
  const secret = await forgotten(who);
  const change = (body: object) =>
    call(http.app, 'PUT', `/users/${who.id}/password`, { headers: who.headers, body });
  const wrong = await change({ current: 'wrong wrong wrong', new: NEW_PASSWORD });
  expect(wrong.body.error.details.field).toBe('current');
  expect((await change({ current: PASSWORD, new: 'short' })).body.error.details.field).toBe('new');
  expect((await change({ current: PASSWORD, new: NEW_PASSWORD })).status).toBe(204);
  expect(refused(await reset(secret))).toEqual(DEAD);
  expect((await it.lettersTo(who)).at(-1)?.kind).toBe('password_changed');
  expect((await call(http.app, 'GET', '/me', { headers: who.headers })).status).toBe(200);
  expect((await it.logIn(who, NEW_PASSWORD)).ok).toBe(true);
  const stranger = await it.person();
  const theirs = await call(http.app, 'PUT', `/users/${who.id}/password`, {
    headers: stranger.headers,
    body: { current: NEW_PASSWORD, new: PASSWORD },
  });
  expect(theirs.status).toBe(404);
});

test('A73: guessing the present password there is throttled', async () => {
  const who = await it.person();
  let last = 0;
  for (let i = 0; i <= LIMITS.loginFailuresPerAccount; i++)
    last = (
      await call(http.app, 'PUT', `/users/${who.id}/password`, {
        headers: who.headers,
        body: { current: `wrong wrong ${i}`, new: NEW_PASSWORD },
      })
    ).status;
  expect(last).toBe(429);
});
