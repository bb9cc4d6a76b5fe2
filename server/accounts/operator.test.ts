import { expect, test } from 'vitest';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { createAccounts } from './accounts.ts';

async function inWorld(work: (world: TestWorld) => Promise<void>): Promise<void> {
  const world = await testWorld();
  try {
    await work(world);
  } finally {
    await world.close();
  }
}
const ADMIN = { HOLDFAST_ADMIN_EMAIL: 'Chief@example.test', HOLDFAST_ADMIN_PASSWORD: 'rain on the tin roof' };

test('A40: the environment names the first operator, and the log-in works', () =>
  inWorld(async (world) => {
    const accounts = createAccounts({ ...world, config: world.config(ADMIN) });
    expect(await accounts.ensureOperator()).toEqual({ email: 'chief@example.test', created: true });
    const session = await accounts.login({
      email: 'chief@example.test',
      password: 'rain on the tin roof',
      address: '127.0.0.1',
    });
    expect(session).toMatchObject({ ok: true, value: { user: { role: 'operator' } } });
    expect(await accounts.ensureOperator()).toEqual({ email: 'chief@example.test', created: false });
  }));

test('A41: without them one is made up and told once; processes starting together make one', () =>
  inWorld(async (world) => {
    const start = () => createAccounts({ ...world, config: world.config() }).ensureOperator();
    const starts = await Promise.all([start(), start(), start()]);
    const told = starts.filter((ensured) => ensured.password !== undefined);
    expect(told).toHaveLength(1);
    const { email, password } = told[0] as { email: string; password: string };
    const accounts = createAccounts({ ...world, config: world.config() });
    expect(await accounts.login({ email, password, address: '127.0.0.1' })).toMatchObject({ ok: true });
    expect(await start()).toEqual({ email, created: false });
  }));

test("A42: somebody else's account is never promoted", () =>
  inWorld(async (world) => {
    const accounts = createAccounts({ ...world, config: world.config(ADMIN) });
    await accounts.register({
      email: 'chief@example.test',
      password: 'seven purple kites',
      name: 'Squatter',
      role: 'user',
    });
    await expect(accounts.ensureOperator()).rejects.toThrow(/exists and is a user.*HOLDFAST_ADMIN_EMAIL/);
  }));
