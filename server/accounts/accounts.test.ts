import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statement } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { createHasher } from './hasher.ts';

let world: TestWorld;
let accounts: Accounts;
const hasher = createHasher();
const PASSWORD = 'Correct-horse-9-battery';
let count = 0;
const email = () => `ann-${++count}@example.test`;

beforeAll(async () => {
  world = await testWorld();
  accounts = createAccounts({
    ...world,
    config: world.config({ HOLDFAST_EXEMPT_NETWORKS: '127.0.0.1' }),
    hasher,
  });
});
afterAll(() => world.close());

const HASH_OF = statement('test_hash_of', 'select password_hash from accounts.users where email = $1');
const SET_HASH = statement('test_set_hash', 'update accounts.users set password_hash = $2 where email = $1');
const DISABLE = statement('test_disable', 'update accounts.users set disabled_at = now() where email = $1');

async function registered(address = email()) {
  const made = await accounts.register({ email: address, password: PASSWORD, name: 'Ann', role: 'user' });
  if (!made.ok) throw new Error(made.error.code);
  return made.value;
}
const attempt = (address: string, password = PASSWORD) =>
  accounts.login({ email: address, password, address: '127.0.0.1' });

test('A1: an address is one account however it is spelt', async () => {
  const made = await accounts.register({
    email: '  Rosa@Example.TEST ',
    password: PASSWORD,
    name: 'Rosa',
    role: 'user',
  });
  expect(made).toMatchObject({ ok: true, value: { email: 'rosa@example.test' } });
  const again = await accounts.register({
    email: 'rosa@example.test',
    password: PASSWORD,
    name: 'Rosa',
    role: 'user',
  });
  expect(again).toMatchObject({ ok: false, error: { code: 'EMAIL_TAKEN' } });
  expect(await attempt('ROSA@example.test')).toMatchObject({ ok: true });
});

test('A1: of twenty registrations of one address at once, one succeeds', async () => {
  const address = email();
  const made = await Promise.all(
    Array.from({ length: 20 }, () =>
      accounts.register({ email: address, password: PASSWORD, name: 'Ann', role: 'user' }),
    ),
  );
  expect(made.filter((result) => result.ok)).toHaveLength(1);
});

test('A4: a view of an account holds no secret, and a taken address costs the same hashing', async () => {
  const address = email();
  let before = hasher.runs;
  const user = await registered(address);
  expect(Object.keys(user).sort()).toEqual(['createdAt', 'email', 'id', 'name', 'role']);
  expect(hasher.runs - before).toBe(1);
  before = hasher.runs;
  await accounts.register({ email: address, password: PASSWORD, name: 'Ann', role: 'user' });
  expect(hasher.runs - before).toBe(1);
});

test('A7: unknown, disabled and wrong-password log-ins cost one argon2 run each and answer the same', async () => {
  const { email: known } = await registered();
  const { email: disabled } = await registered();
  await world.ledger.reads.all(DISABLE, [disabled]);
  const cases: [string, string][] = [
    [known, 'wrong wrong wrong'],
    [email(), PASSWORD],
    [disabled, PASSWORD],
  ];
  for (const [address, password] of cases) {
    const before = hasher.runs;
    expect(await attempt(address, password)).toEqual({ ok: false, error: { code: 'INVALID_CREDENTIALS' } });
    expect(hasher.runs - before, address).toBe(1);
  }
});

test('A8: a right log-in replaces a weaker hash, once; a wrong one leaves it', async () => {
  const { email: address } = await registered();
  const weak = await hash(PASSWORD, { algorithm: 2, memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  await world.ledger.reads.all(SET_HASH, [address, weak]);
  const stored = async () =>
    (await world.ledger.reads.one<{ password_hash: string }>(HASH_OF, [address]))?.password_hash;
  await attempt(address, 'wrong wrong wrong');
  expect(await stored()).toBe(weak);
  expect(await attempt(address)).toMatchObject({ ok: true });
  const stronger = await stored();
  expect(stronger).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await attempt(address)).toMatchObject({ ok: true });
  expect(await stored()).toBe(stronger);
});

test('A6: when too many log in at once, the rest is told to come back and no attempt is counted', async () => {
  const small = createAccounts({
    ...world,
    config: world.config(),
    hasher: createHasher({ concurrency: 1, queueMax: 1 }),
  });
  const { email: address } = await registered();
  const tries = await Promise.all(
    Array.from({ length: 9 }, () =>
      small.login({ email: address, password: PASSWORD, address: '192.0.2.1' }),
    ),
  );
  const refused = tries.filter((result) => !result.ok);
  expect(refused.length).toBeGreaterThan(0);
  for (const result of refused) expect(result).toMatchObject({ error: { code: 'TEMPORARILY_UNAVAILABLE' } });
  // Ten wrong ones are still allowed after that: the busy answers cost nothing.
  for (let i = 0; i < 10; i++)
    expect(
      await small.login({ email: address, password: 'wrong wrong wrong', address: '192.0.2.1' }),
    ).toMatchObject({ error: { code: 'INVALID_CREDENTIALS' } });
});

test('A23: a token whose role the account lost is refused', async () => {
  const user = await registered();
  const session = await attempt(user.email);
  if (!session.ok) throw new Error('no session');
  expect(await accounts.authenticate(session.value.accessToken)).toMatchObject({ ok: true });
  await world.ledger.reads.all(
    statement('test_promote', `update accounts.users set role = 'vendor' where id = $1`),
    [user.id],
  );
  const elsewhere = createAccounts({ ...world, config: world.config(), hasher });
  expect(await elsewhere.authenticate(session.value.accessToken)).toMatchObject({
    error: { code: 'TOKEN_INVALID' },
  });
});
