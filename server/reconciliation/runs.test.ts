/** Runs: one at a time, one per night, resumed after a kill, and what becomes of findings from one to the next. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { CARDS, card } from '../checkout/testing.ts';
import type { Sold } from '../refunds/testing.ts';
import { manualClock } from '../stores/testing.ts';
import { readWindows } from './maintenance.ts';
import { type ReconcileWorld, reconcileWorld } from './testing.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

let w: ReconcileWorld;
beforeAll(async () => {
  w = await reconcileWorld();
});
afterAll(() => w.close());
beforeEach(() => w.sql('truncate reconciliation.runs, reconciliation.findings'));

const runs = () =>
  w.sql<{ trigger: string; night: string | null; ended: boolean; attempts: number; error: string | null }>(
    'select trigger, night::text, ended_at is not null as ended, attempts, error from reconciliation.runs order by id',
  );
const bank = (s: { orderId: string }, text: string) =>
  w.sql(
    `update payments.test_charges c set ${text} from ticketing.payments p where p.id = c.id and p.order_id = $1`,
    [s.orderId],
  );

/** A payment that ended here while the bank took its money. */
async function takenAfterEnd(): Promise<Sold> {
  const b = await w.book();
  await w.checkout.pay(b.userId, { orderId: b.orderId, method: card(CARDS.declined) }, null);
  await bank(b, `status = 'captured', reason = null`);
  return { ...b, ticketIds: [] };
}

test('K2, K3: two runs at once and one after them mend once', async () => {
  const s = await takenAfterEnd();
  const both = await Promise.all([
    w.reconciler.run({ trigger: 'operator', since: 'all' }),
    w.process().run({ trigger: 'operator', since: 'all' }),
    w.process().run({ trigger: 'command', since: 'all' }),
  ]);
  expect(both.filter((r) => r.ok).length).toBeGreaterThanOrEqual(1);
  for (const r of both) if (!r.ok) expect(r.error.code).toBe('REQUEST_IN_PROGRESS');
  await w.compare();
  expect(await w.refundsOf(s)).toMatchObject([{ status: 'sending', amount: 10_000 }]);
  await w.refunds.settle({ all: true });
  expect(await w.returned(s)).toBe(10_000);
  expect((await w.compare()).tally.found).toBe(0);
});

test('K3: runs side by side that know nothing of each other mend once too', async () => {
  const s = await takenAfterEnd();
  // Two processes that each believe to be the one at work.
  const blind = async () => {
    await w.sql('update reconciliation.runs set ended_at = now() where ended_at is null');
    return w.process().run({ trigger: 'operator', since: 'all' });
  };
  await Promise.allSettled([blind(), blind(), blind()]);
  await w.sql('update reconciliation.runs set ended_at = now() where ended_at is null');
  await w.compare();
  expect((await w.refundsOf(s)).length).toBe(1);
  expect((await w.findings()).map((f) => f.kind)).toEqual(['CAPTURED_AFTER_END']);
  await w.refunds.settle({ all: true });
});

test('K3: a run whose process was killed after any of its effects is done over, to the same end', async () => {
  const s = await takenAfterEnd();
  const stop = new AbortController();
  const killed = w.reconciler.run({
    trigger: 'operator',
    since: 'all',
    signal: stop.signal,
    onDifference: () => stop.abort(new Error('killed')),
  });
  // Acted, and then heard of no more.
  await killed.catch(() => undefined);
  await w.compare();
  expect((await w.refundsOf(s)).length).toBe(1);
  await w.refunds.settle({ all: true });
  expect(await w.returned(s)).toBe(10_000);
});

test('K4: a provider that does not answer is not taken for a no: the run says so, and the next looks again', async () => {
  const s = await w.sell();
  await bank(s, `status = 'authorized'`);
  const mute = {
    async get(...asked: Parameters<typeof w.providers.get>) {
      const found = await w.providers.get(...asked);
      if (!found.ok) return found;
      const lookup = async () => ({ state: 'unknown' as const, reason: 'no_answer' });
      return {
        ok: true as const,
        value: { ...found.value, lookup, list: async () => Promise.reject(new Error('away')) },
      };
    },
  };
  const away = await w.compare({ by: w.process({ providers: mute }) });
  expect(away.error).toMatch(/test: away/);
  expect(away.differences).toEqual([]);
  expect((await runs()).at(-1)?.error).toMatch(/not asked/);
  expect((await w.compare()).differences.map((d) => d.kind)).toEqual(['NOT_CAPTURED_AT_PROVIDER']);
  await bank(s, `status = 'captured'`);
});

test('K5: what changed a moment ago is in flight', async () => {
  const s = await takenAfterEnd();
  const patient = w.process({ bounds: { graceMs: 60_000 } });
  expect((await w.compare({ by: patient })).tally.found).toBe(0);
  await w.sql(`update ticketing.payments set updated_at = now() - interval '2 minutes' where order_id = $1`, [
    s.orderId,
  ]);
  await w.sql(`update ticketing.orders set updated_at = now() - interval '2 minutes' where id = $1`, [
    s.orderId,
  ]);
  expect((await w.compare({ by: patient })).tally.found).toBe(1);
  await w.refunds.settle({ all: true });
});

test('K7: pages of two and memory for three charges find the same, each once', async () => {
  await Promise.all(Array.from({ length: 9 }, () => w.sell()));
  const s = await takenAfterEnd();
  const missing = await w.sell();
  await bank(missing, 'amount_cents = 1');
  const tiny = w.process({ scan: { pageMax: 2, chargesMax: 3 } });
  const { differences, tally } = await w.compare({ by: tiny, dryRun: true });
  expect(differences.map((d) => d.kind).sort()).toEqual(['AMOUNT_DIFFERS', 'CAPTURED_AFTER_END']);
  const [counted] = await w.sql<{ p: number; c: number; k: number }>(
    `select (select count(*)::int from ticketing.payments) as p, (select count(*)::int from payments.test_charges) as c,
            (select count(*)::int from ticketing.tickets) as k`,
  );
  expect(tally).toMatchObject({ payments: counted?.p, charges: counted?.c, tickets: counted?.k });
  await bank(missing, 'amount_cents = 10000');
  await w.compare();
  await w.refunds.settle({ all: true });
  expect((await w.refundsOf(s)).length).toBe(1);
});

test('K8: a run looks at what happened since the last good one; a failed one moves nothing on', async () => {
  const s = await w.sell();
  const since = async () =>
    (await w.sql<{ since: Date | null }>('select since from reconciliation.runs order by id desc limit 1'))[0]
      ?.since;
  await w.reconciler.run({ trigger: 'operator' });
  expect(await since()).toBeNull();
  await w.sql(`update reconciliation.runs set started_at = now() - interval '30 days'`);
  await w.reconciler.run({ trigger: 'operator' });
  const days = (w.world.clock.now() - Number(await since())) / 86_400_000;
  expect(Math.round(days)).toBe(32);
  await w.sql(
    `update reconciliation.runs set error = 'away' where id = (select id from reconciliation.runs order by id desc limit 1)`,
  );
  await w.reconciler.run({ trigger: 'operator' });
  expect(Math.round((w.world.clock.now() - Number(await since())) / 86_400_000)).toBe(32);
  // By hand: since any moment, which is no step of the chain.
  await bank(s, 'amount_cents = 1');
  const later = await w.reconciler.run({ trigger: 'command', since: w.world.clock.now() + 1_000 });
  expect(later).toMatchObject({ ok: true, value: { tally: { found: 0, payments: 0 } } });
  expect((await w.compare()).differences.map((d) => d.kind)).toEqual(['AMOUNT_DIFFERS']);
  await bank(s, 'amount_cents = 10000');
});

test('K9, K21: seen nightly it is one finding; gone when it is; open again when it is back, or its figures change', async () => {
  const s = await w.sell();
  await bank(s, 'amount_cents = 9000');
  const statuses = async () => (await w.findings()).map((f) => f.status);
  await w.compare();
  await w.compare();
  expect(await statuses()).toEqual(['open']);
  await bank(s, 'amount_cents = 10000');
  // Whatever the window: what was open is looked at again.
  await w.reconciler.run({ trigger: 'command', since: w.world.clock.now() });
  expect(await statuses()).toEqual(['gone']);
  await bank(s, 'amount_cents = 9000');
  await w.compare();
  expect(await statuses()).toEqual(['open']);
  const [finding] = await w.findings();
  const word = { findingId: finding?.id as string, actorId: w.operator, reason: 'agreed with the bank' };
  expect(await w.reconciler.dismiss(word)).toMatchObject({ ok: true });
  expect((await w.compare()).tally.found).toBe(0);
  expect(await statuses()).toEqual(['dismissed']);
  await bank(s, 'amount_cents = 8000');
  expect((await w.compare()).tally.found).toBe(1);
  expect(await statuses()).toEqual(['open']);
  await bank(s, 'amount_cents = 10000');
});

test('K20: what was approved before a crash is carried out once by the worker; what is gone is not acted upon', async () => {
  const first = await w.sell();
  const s = await w.sell({ event: first.event, userId: first.userId });
  await w.compare();
  const [finding] = await w.findings();
  // Written down, and then the process was gone.
  await w.sql(`update reconciliation.findings set status = 'approved', decided_by = $1, decided_at = now()`, [
    w.operator,
  ]);
  const quiet = { clock: manualClock(w.world.clock.now()) };
  await Promise.all([w.process(quiet).tick(), w.process(quiet).tick()]);
  await w.process(quiet).tick();
  expect(await w.refundsOf(s)).toMatchObject([{ cause: 'duplicate' }]);
  expect((await w.findings()).map((f) => [f.status, f.done])).toEqual([['approved', true]]);
  await w.refunds.settle({ all: true });
  expect(finding?.kind).toBe('DUPLICATE_CAPTURE');

  const gone = await w.sell();
  await bank(gone, `status = 'authorized'`);
  await w.sql('truncate reconciliation.findings');
  await w.compare();
  const [other] = await w.findings();
  await bank(gone, `status = 'captured'`);
  const word = { findingId: other?.id as string, actorId: w.operator, reason: null };
  expect(await w.reconciler.approve(word)).toMatchObject({ error: { code: 'INVALID_STATE' } });
  expect((await w.findings()).map((f) => f.status)).toEqual(['gone']);
});

test('K33: five workers over four nights leave four runs, one each', async () => {
  const clock = manualClock(Date.UTC(2026, 9, 23, 12));
  const workers = Array.from({ length: 5 }, () =>
    w.process({
      clock,
      timeZone: 'Europe/Berlin',
      maintenance: readWindows('2026-10-24T01:00/2026-10-24T04:00'),
    }),
  );
  const done: string[] = [];
  for (let hour = 0; hour < 84; hour++) {
    const ticks = await Promise.all(workers.map((worker) => worker.tick()));
    for (const { night } of ticks)
      if (night) done.push(`${night} ${new Date(clock.now()).toISOString().slice(0, 13)}`);
    await clock.advance(3_600_000);
  }
  expect(done).toEqual([
    '2026-10-23 2026-10-23T12',
    '2026-10-24 2026-10-24T02',
    '2026-10-25 2026-10-25T00',
    '2026-10-26 2026-10-26T01',
  ]);
  expect((await runs()).map((r) => r.night)).toEqual([
    '2026-10-23',
    '2026-10-24',
    '2026-10-25',
    '2026-10-26',
  ]);
  // Nobody lived for three nights: the last of them is caught up, once.
  await clock.advance(3 * 86_400_000);
  for (const worker of workers) await worker.tick();
  expect((await runs()).length).toBe(5);
});

test('K33: a night whose process was killed is taken up by another, in the same row', async () => {
  const clock = manualClock(Date.UTC(2026, 10, 22, 3));
  await w.sql(
    `insert into reconciliation.runs (id, trigger, night, whole, holder, alive_at) values ($1, 'nightly', '2026-11-22', true, $1, now())`,
    [w.world.ids.next()],
  );
  const worker = w.process({ clock });
  expect((await worker.tick()).night).toBeNull();
  await w.sql(`update reconciliation.runs set alive_at = now() - interval '2 minutes'`);
  expect((await worker.tick()).night).toBe('2026-11-22');
  expect(await runs()).toMatchObject([{ night: '2026-11-22', ended: true, attempts: 2, error: null }]);
  expect((await worker.tick()).night).toBeNull();
});

test('K6: an operator’s dry run leaves its row and nothing else', async () => {
  const s = await takenAfterEnd();
  const before = await w.everything();
  const ran = await w.reconciler.start({ dryRun: true });
  expect(ran).toMatchObject({ ok: true, value: { dryRun: true, trigger: 'operator' } });
  await w.reconciler.idle();
  const after = (await w.everything()) as Record<string, unknown>;
  expect({ ...after, 'reconciliation.runs': [] }).toEqual({
    ...(before as object),
    'reconciliation.runs': [],
  });
  const [row] = await w.reconciler.runs(null, 1);
  expect(row).toMatchObject({ found: 1, mended: 0, queued: 1, dryRun: true, error: null });
  await w.compare();
  expect((await w.refundsOf(s)).length).toBe(1);
});
