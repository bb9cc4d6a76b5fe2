import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { statement } from '../stores/index.ts';
import { manualClock, type TestWorld, testWorld } from '../stores/testing.ts';
import { type Accounts, createAccounts, type SignedIn } from './accounts.ts';
import { createLiveness } from './liveness.ts';

let world: TestWorld;
let accounts: Accounts;
beforeAll(async () => {
  world = await testWorld();
  accounts = createAccounts({ ...world, config: world.config() });
});
afterAll(() => world.close());

async function session(): Promise<SignedIn> {
  const user = await world.createUser();
  const signed = await accounts.signInAs(user.id);
  if (!signed.ok) throw new Error(signed.error.code);
  return signed.value;
}
async function refreshed(token: string): Promise<SignedIn> {
  const result = await accounts.refresh(token);
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
const run = (label: string, text: string, values: unknown[] = []) =>
  world.ledger.reads.all(statement(`test_${label}`, text), values);
/** Moves every spent token's spending into the past, beyond the grace. */
const outlastGrace = () =>
  run(
    'outlast',
    `update accounts.refresh_tokens set used_at = used_at - interval '1 minute' where used_at is not null`,
  );
const sidOf = (signed: SignedIn) => {
  const verified = accounts.verifyAccessToken(signed.accessToken);
  if (!verified.ok) throw new Error('bad token');
  return verified.value.account.sessionId;
};

test('A10: refreshing answers a successor, and a chain of them goes on', async () => {
  let now = await session();
  const seen = new Set([now.refreshToken]);
  for (let i = 0; i < 5; i++) {
    const next = await refreshed(now.refreshToken);
    expect(seen.has(next.refreshToken)).toBe(false);
    expect(sidOf(next)).toBe(sidOf(now));
    expect(await accounts.authenticate(next.accessToken)).toMatchObject({ ok: true });
    seen.add(next.refreshToken);
    now = next;
    await outlastGrace();
  }
});

test('A10: what is no refresh token of ours is invalid', async () => {
  const { accessToken } = await session();
  for (const token of ['', 'x', accessToken, `hfr_${'A'.repeat(43)}`, `hfr_${'A'.repeat(42)}\u0000`])
    expect(await accounts.refresh(token)).toMatchObject({ ok: false, error: { code: 'TOKEN_INVALID' } });
});

test('A11: twenty tabs refreshing at once all get the one successor', async () => {
  // All connections open first: otherwise the first refresh is over before a second one has a connection to race on.
  const warm = statement('test_warm', 'select pg_sleep(0.05)');
  await Promise.all(Array.from({ length: 20 }, () => world.ledger.payments.all(warm)));
  for (let round = 0; round < 10; round++) {
    const { refreshToken } = await session();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refreshed(refreshToken)));
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
    const [stored] = (await run(
      'count',
      'select count(*)::int as n from accounts.refresh_tokens where session_id = $1',
      [sidOf(answers[0] as SignedIn)],
    )) as { n: number }[];
    expect(stored?.n).toBe(2);
  }
});

test('A12: a spent token after its grace revokes the session: the thief and the owner both start over', async () => {
  const first = await session();
  const second = await refreshed(first.refreshToken);
  await outlastGrace();
  expect(await accounts.refresh(first.refreshToken)).toMatchObject({
    ok: false,
    error: { code: 'REFRESH_REUSED' },
  });
  expect(await accounts.refresh(second.refreshToken)).toMatchObject({
    ok: false,
    error: { code: 'TOKEN_EXPIRED' },
  });
  const other = createAccounts({ ...world, config: world.config() });
  expect(await other.authenticate(second.accessToken)).toMatchObject({
    ok: false,
    error: { code: 'TOKEN_EXPIRED' },
  });
});

test('A12: a thief within the grace shares the successor, and whoever spends it second is caught', async () => {
  const first = await session();
  const owner = await refreshed(first.refreshToken);
  const thief = await refreshed(first.refreshToken);
  expect(thief.refreshToken).toBe(owner.refreshToken);
  await refreshed(thief.refreshToken);
  await outlastGrace();
  expect(await accounts.refresh(owner.refreshToken)).toMatchObject({ error: { code: 'REFRESH_REUSED' } });
});

test('A13: a late tab whose successor was spent already gets nothing and harms nobody', async () => {
  const first = await session();
  const second = await refreshed(first.refreshToken);
  const third = await refreshed(second.refreshToken);
  expect(await accounts.refresh(first.refreshToken)).toMatchObject({
    error: { code: 'REQUEST_IN_PROGRESS' },
  });
  expect(await accounts.refresh(third.refreshToken)).toMatchObject({ ok: true });
});

test('A14: refreshing does not lengthen a session beyond its days', async () => {
  const first = await session();
  const id = sidOf(first);
  const [row] = (await run(
    'life',
    'select extract(epoch from expires_at - created_at) / 86400 as days from accounts.sessions where id = $1',
    [id],
  )) as { days: string }[];
  expect(Number(row?.days)).toBeCloseTo(LIMITS.refreshTokenDays, 3);
  await refreshed(first.refreshToken);
  const [same] = (await run(
    'bound',
    'select bool_and(t.expires_at = s.expires_at) as same from accounts.refresh_tokens t join accounts.sessions s on s.id = t.session_id where s.id = $1',
    [id],
  )) as { same: boolean }[];
  expect(same?.same).toBe(true);
  await run('age', 'update accounts.sessions set expires_at = now() where id = $1', [id]);
  expect(await accounts.refresh((await session()).refreshToken)).toMatchObject({ ok: true });
  expect(await accounts.refresh(first.refreshToken)).toMatchObject({ error: { code: 'TOKEN_EXPIRED' } });
});

test('A15: a refresh racing a log-out never survives it', async () => {
  for (let i = 0; i < 20; i++) {
    const signed = await session();
    const [result] = await Promise.all([
      accounts.refresh(signed.refreshToken),
      accounts.logout({ sessionId: sidOf(signed) }),
    ]);
    expect(await accounts.isSessionLive(sidOf(signed))).toBe(false);
    if (result.ok)
      expect(await accounts.refresh(result.value.refreshToken)).toMatchObject({
        error: { code: 'TOKEN_EXPIRED' },
      });
  }
});

test('A16: the ledger holds no refresh token, only hashes', async () => {
  const { refreshToken } = await session();
  const rows = (await run('dump', 'select to_jsonb(t) as row from accounts.refresh_tokens t')) as {
    row: unknown;
  }[];
  const dump = JSON.stringify(rows);
  expect(dump).not.toContain(refreshToken);
  expect(dump).not.toContain(Buffer.from(refreshToken).toString('hex'));
});

test('A16: tidying deletes what ended long ago and keeps what lives', async () => {
  const [old, live] = [await session(), await session()];
  await run('old', `update accounts.sessions set revoked_at = now() - interval '8 days' where id = $1`, [
    sidOf(old),
  ]);
  expect(await accounts.tidySessions()).toBe(1);
  const kept = (await run('kept', 'select id from accounts.sessions')) as { id: string }[];
  expect(kept.map((row) => row.id)).toContain(sidOf(live));
  expect(kept.map((row) => row.id)).not.toContain(sidOf(old));
});

test('A24: a revoked session is refused at once here and within five seconds elsewhere', async () => {
  const clock = manualClock(world.clock.now());
  const elsewhere = createAccounts({ ...world, clock, config: world.config() });
  const signed = await session();
  expect(await accounts.authenticate(signed.accessToken)).toMatchObject({ ok: true });
  expect(await elsewhere.authenticate(signed.accessToken)).toMatchObject({ ok: true });
  await accounts.logout({ refreshToken: signed.refreshToken });
  expect(await accounts.authenticate(signed.accessToken)).toMatchObject({ error: { code: 'TOKEN_EXPIRED' } });
  expect(await elsewhere.isSessionLive(sidOf(signed))).toBe(true);
  await clock.advance(LIMITS.sessionCacheMs);
  expect(await elsewhere.isSessionLive(sidOf(signed))).toBe(false);
  expect(LIMITS.sessionCacheMs).toBeLessThan(5_000);
});

test('A24: disabling an account ends its sessions', async () => {
  const signed = await session();
  await run('disable', 'update accounts.users set disabled_at = now() where id = $1', [signed.user.id]);
  expect(await accounts.isSessionLive(sidOf(signed))).toBe(false);
  expect(await accounts.refresh(signed.refreshToken)).toMatchObject({ error: { code: 'TOKEN_EXPIRED' } });
});

test('A25: look-ups asked together are one statement, and kept', async () => {
  const signed = await Promise.all(Array.from({ length: 30 }, session));
  const ids = signed.map(sidOf);
  let statements = 0;
  const db = world.ledger.reads;
  const counting = {
    all: <Row>(...args: Parameters<typeof db.all>) => {
      statements++;
      return db.all<Row>(...args);
    },
    one: db.one,
  };
  const liveness = createLiveness(counting, manualClock());
  const roles = await Promise.all([...ids, ...ids].map((id) => liveness.roleOf(id)));
  expect(new Set(roles)).toEqual(new Set(['user']));
  expect(statements).toBe(1);
  await liveness.roleOf(ids[0] as string);
  expect(statements).toBe(1);
  expect(await accounts.liveSessions([...ids, world.ids.next()])).toEqual(new Set(ids));
});
