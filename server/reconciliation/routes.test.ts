import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { call, signedIn } from '../http/testing.ts';
import { houseOver } from '../http/testing-house.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { KINDS, money } from './kinds.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

let world: TestWorld;
let over: Awaited<ReturnType<typeof houseOver>>;
beforeAll(async () => {
  world = await testWorld();
  over = await houseOver(world);
});
afterAll(async () => {
  await over.house.reconciler.idle();
  await over.app.close();
  await over.house.stop();
  await world.close();
});

test('K1: the page for operators tells of every kind, and of no other', () => {
  const page = readFileSync(new URL('../../docs/reconciliation.md', import.meta.url), 'utf8');
  const named = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, kind]) => kind);
  expect(named.sort()).toEqual(Object.keys(KINDS).sort());
  expect([money(4_900, 'EUR'), money(4_900, 'JPY'), money(4_900, 'KWD')]).toEqual([
    'EUR 49.00',
    'JPY 4900',
    'KWD 4.900',
  ]);
});

test('K23: operators start runs, see findings, decide them once; nobody else does', async () => {
  const { app, house } = over;
  const operator = await signedIn(world, house.accounts, 'operator');
  const vendor = await signedIn(world, house.accounts, 'vendor');
  const ask = (method: 'GET' | 'POST', url: string, body?: unknown, as = operator) =>
    call(app, method, url, { headers: as.headers, ...(body === undefined ? {} : { body }) });

  expect((await ask('GET', '/operations/findings', undefined, vendor)).status).toBe(403);
  await world.ledger.payments.raw.query(
    `insert into payments.test_charges (id, amount_cents, currency, status, created_at)
     values (gen_random_uuid(), 4200, 'EUR', 'captured', now() - interval '1 day')`,
  );
  const started = await ask('POST', '/operations/reconciliations', { dryRun: false });
  expect(started.status).toBe(202);
  expect(started.body).toMatchObject({ trigger: 'operator', dryRun: false, endedAt: null });
  await house.reconciler.idle();
  const runs = await ask('GET', '/operations/reconciliations?limit=5');
  expect(runs.body.items[0]).toMatchObject({
    id: started.body.id,
    found: 1,
    queued: 1,
    mended: 0,
    error: null,
  });

  const open = await ask('GET', '/operations/findings?status=open');
  const [finding] = open.body.items;
  expect(finding).toMatchObject({
    kind: 'CAPTURED_UNKNOWN_TO_LEDGER',
    amountCents: 4_200,
    currency: 'EUR',
    status: 'open',
  });
  const url = `/operations/findings/${finding.id}`;
  expect((await ask('POST', `${url}/approve`, {}, vendor)).status).toBe(403);
  expect((await ask('POST', `${url}/dismiss`, { reason: 'another shop of ours' })).body).toMatchObject({
    status: 'dismissed',
  });
  expect((await ask('POST', `${url}/approve`, {})).body.error.code).toBe('INVALID_STATE');
  expect((await ask('POST', `/operations/findings/${world.ids.next()}/approve`, {})).status).toBe(404);
  const kept = await world.ledger.reads.raw.query(
    'select decided_by, reason, decided_at is not null as at from reconciliation.findings',
  );
  expect(kept.rows).toEqual([{ decided_by: expect.any(String), reason: 'another shop of ours', at: true }]);
});

test('K22: carts that were paid twice are counted, whoever found them', async () => {
  const { Registry } = await import('prom-client');
  const { createReconciler } = await import('./index.ts');
  const registry = new Registry();
  createReconciler({
    ...world,
    providers: over.house.providers,
    resume: over.house.checkout.resume,
    onDispute: over.house.refunds.onDispute,
    registry,
  });
  const value = async () =>
    (await registry.getMetricsAsJSON()).find((m) => m.name === 'holdfast_duplicate_captures_total')?.values[0]
      ?.value;
  expect(await value()).toBe(0);
  await world.ledger.reads.raw.query(
    `insert into reconciliation.findings (id, kind, subject, explanation, action, figures, status, run_id)
     values ($1, 'DUPLICATE_CAPTURE', 'payment:x', '', '', '', 'open', $1)`,
    [world.ids.next()],
  );
  expect(await value()).toBe(1);
});
