import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { createAccounts } from './accounts.ts';
import { NEW_PASSWORD, people } from './testing.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

const accountsOf = () => createAccounts({ ...world, config: world.config() });

test('A105: a vouched-for address is proven; one that is somebody’s already is refused, whoever comes at once', async () => {
  const accounts = accountsOf();
  const vouched = { email: 'Tess@Example.test', name: ' Tess \u0000 T. ' };
  const made = await Promise.all(Array.from({ length: 5 }, () => accounts.admit(vouched, async () => {})));
  const [first] = made.filter((one) => one.ok);
  expect(made.filter((one) => one.ok).length).toBe(1);
  if (!first?.ok) throw new Error('none');
  expect(await accounts.profile.read(first.value.id)).toMatchObject({
    value: { email: 'tess@example.test', name: 'Tess T.', emailVerified: true },
  });
  expect(made.find((one) => !one.ok)).toMatchObject({ error: { code: 'EMAIL_TAKEN' } });
});

test('A105: what belongs to it fails with it: no account is left', async () => {
  const accounts = accountsOf();
  const failing = accounts.admit({ email: 'undone@example.test', name: 'U' }, async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect((await accounts.admit({ email: 'undone@example.test', name: '' }, async () => {})).ok).toBe(true);
});

test('A106: no password opens it until its owner set one by a mailed link', async () => {
  const accounts = accountsOf();
  const email = 'later@example.test';
  const made = await accounts.admit({ email, name: 'L' }, async () => {});
  if (!made.ok) throw new Error('none');
  const tried = await accounts.login({ email, password: 'none', address: '127.0.0.1' });
  expect(tried).toMatchObject({ error: { code: 'INVALID_CREDENTIALS' } });
  await accounts.password.forgot({ email, address: '127.0.0.1' });
  await accounts.jobs['account.forgot']?.({ email, letterId: world.ids.next() });
  const secret = await people(world, accounts).secretOf(made.value, 'reset_password');
  expect((await accounts.password.reset({ secret, password: NEW_PASSWORD })).ok).toBe(true);
  expect((await accounts.login({ email, password: NEW_PASSWORD, address: '127.0.0.1' })).ok).toBe(true);
});
