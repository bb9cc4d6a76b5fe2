import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { createHasher } from './hasher.ts';

let world: TestWorld;
let accounts: Accounts;
const hasher = createHasher({ queueMax: 10_000 });
const PASSWORD = 'Correct-horse-9-battery';
beforeAll(async () => {
  world = await testWorld();
  accounts = createAccounts({
    ...world,
    config: world.config({ HOLDFAST_EXEMPT_NETWORKS: '10.0.0.0/8' }),
    hasher,
  });
});
afterAll(() => world.close());

let count = 0;
async function user(): Promise<string> {
  const email = `throttled-${++count}@example.test`;
  const made = await accounts.register({ email, password: PASSWORD, name: 'T', role: 'user' });
  if (!made.ok) throw new Error(made.error.code);
  return email;
}
const tryIt = async (email: string, password: string, address: string) => {
  const result = await accounts.login({ email, password, address });
  return result.ok ? 'OK' : result.error.code;
};
const guess = (email: string, address: string) => tryIt(email, 'wrong wrong wrong', address);

test('A30: ten failures at one account, then even the right password waits, and no argon2 runs', async () => {
  const email = await user();
  // In parallel: guesses that overlap must not slip past the count.
  const guesses = await Promise.all(Array.from({ length: 15 }, () => guess(email, '192.0.2.30')));
  expect(guesses.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(
    LIMITS.loginFailuresPerAccount,
  );
  const before = hasher.runs;
  const result = await accounts.login({ email, password: PASSWORD, address: '192.0.2.30' });
  expect(result).toMatchObject({
    ok: false,
    error: { code: 'RATE_LIMITED', details: { retryAfterMs: expect.any(Number) } },
  });
  expect(hasher.runs).toBe(before);
  expect(await tryIt(email, PASSWORD, '192.0.2.31')).toBe('OK');
});

test('A31: log-ins that succeed use nothing up', async () => {
  const email = await user();
  for (let i = 0; i < LIMITS.loginFailuresPerAccount + 5; i++)
    expect(await tryIt(email, PASSWORD, '192.0.2.32')).toBe('OK');
  for (let i = 0; i < LIMITS.loginFailuresPerAccount; i++)
    expect(await guess(email, '192.0.2.32')).toBe('INVALID_CREDENTIALS');
});

test('A32: fifty failures from one address stop it, whichever accounts it tries; exempt networks go on', async () => {
  const spray = (address: string) =>
    Promise.all(
      Array.from({ length: LIMITS.loginFailuresPerAddress + 10 }, (_, i) =>
        guess(`nobody-${i}@example.test`, address),
      ),
    );
  const stopped = await spray('192.0.2.33');
  expect(stopped.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(
    LIMITS.loginFailuresPerAddress,
  );
  const exempt = await spray('10.1.2.3');
  expect(new Set(exempt)).toEqual(new Set(['INVALID_CREDENTIALS']));
});

test("A33: a guesser stopped at one address leaves the owner's attempts elsewhere alone", async () => {
  const email = await user();
  await Promise.all(Array.from({ length: 300 }, () => guess(email, '192.0.2.34')));
  expect(await guess(email, '192.0.2.34')).toBe('RATE_LIMITED');
  expect(await guess(email, '192.0.2.35')).toBe('INVALID_CREDENTIALS');
  expect(await tryIt(email, PASSWORD, '192.0.2.35')).toBe('OK');
});

test('A34: registrations are limited per address', async () => {
  const register = async (address: string) => {
    // Refused by the policy: what is counted is asking, not succeeding.
    const result = await accounts.register(
      { email: 'a@b.test', password: 'short', name: 'x', role: 'user' },
      address,
    );
    return result.ok ? 'OK' : result.error.code;
  };
  const codes = [];
  for (let i = 0; i < LIMITS.registrationsPerHourPerAddress + 5; i++)
    codes.push(await register('192.0.2.36'));
  expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(5);
  for (let i = 0; i < LIMITS.registrationsPerHourPerAddress + 5; i++)
    expect(await register('10.9.9.9')).toBe('INVALID_REQUEST');
});
