import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type TestWorld, testWorld } from '../../server/stores/testing.ts';

const PROGRAM = fileURLToPath(new URL('../reconcile.mjs', import.meta.url));

// Each run is a process.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

function reconcile(args: string[], env: Record<string, string> = {}) {
  const done = spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: 'utf8',
    env: {
      ...process.env,
      DATABASE_URL: world.databaseUrl,
      REDIS_URL: world.redisUrl,
      HOLDFAST_DATA: join(world.dir, 'data'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return {
    code: done.status,
    out: done.stdout,
    err: done.stderr,
    last: done.stdout.trim().split('\n').at(-1) ?? '',
  };
}
const rows = async () =>
  (
    await world.ledger.reads.raw.query(
      'select (select count(*)::int from reconciliation.runs) as runs, (select count(*)::int from reconciliation.findings) as findings',
    )
  ).rows[0];

test('K40, K6: clean is 0, differences are 2, and a dry run leaves no trace', async () => {
  expect(reconcile(['payments', '--dry-run'])).toMatchObject({
    code: 0,
    err: '',
    last: 'CLEAN: 0 payments, 0 charges and 0 tickets compared.',
  });
  await world.ledger.payments.raw.query(
    `insert into payments.test_charges (id, amount_cents, currency, status, created_at)
     values (gen_random_uuid(), 4200, 'EUR', 'captured', now() - interval '1 day')`,
  );
  const dry = reconcile(['payments', '--dry-run', '--all']);
  expect(dry.code).toBe(2);
  expect(dry.out).toContain('CAPTURED_UNKNOWN_TO_LEDGER  EUR 42.00  waits for a person');
  expect(dry.last).toMatch(/^DIFFERENCES: 1 found, nothing was changed/);
  expect(await rows()).toEqual({ runs: 0, findings: 0 });

  const wet = reconcile(['payments', '--json']);
  expect(wet.code).toBe(2);
  expect(JSON.parse(wet.out)).toMatchObject({
    verdict: 'differences',
    found: 1,
    queued: 1,
    differences: [{ kind: 'CAPTURED_UNKNOWN_TO_LEDGER', amountCents: 4200, currency: 'EUR', fate: 'queued' }],
  });
  expect(await rows()).toEqual({ runs: 1, findings: 1 });
});

test('K40: what could not be done is 1, said plainly', () => {
  const cases: [string[], RegExp, Record<string, string>?][] = [
    [[], /Usage/],
    [['tickets'], /Usage/],
    [['payments', '--since', 'soon'], /no time/],
    [['payments', '--all', '--since', '2026-01-01'], /not both/],
    [['payments', '--dry-run'], /HOLDFAST_TIME_ZONE/, { HOLDFAST_TIME_ZONE: 'Mars' }],
  ];
  for (const [args, said, env] of cases) {
    const { code, out, err } = reconcile(args, env);
    expect([code, out], args.join(' ')).toEqual([1, '']);
    expect(err).toMatch(said);
  }
});
