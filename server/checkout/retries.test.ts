/** When an open payment is asked about again: the schedule to the second, and the whole of it run for real in milliseconds. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import type { ChargeOutcome } from '../payments/index.ts';
import { altered, type Booking, CARDS, type CheckoutWorld, card, checkoutWorld, probes } from './testing.ts';

let w: CheckoutWorld;
const { stands } = probes(() => w);
beforeAll(async () => {
  w = await checkoutWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

const FOG: ChargeOutcome = { state: 'unknown', reason: 'no_answer' };

/** A payment whose provider says nothing: asked for, and its outcome open. */
async function open(): Promise<Booking> {
  const b = await w.book();
  const foggy = w.another({
    providers: altered(w.providers, 'authorise', async (real) => {
      await real();
      return FOG;
    }),
  });
  const answer = await foggy.pay(b.userId, { orderId: b.orderId, method: card(CARDS.good) }, null);
  expect(answer).toMatchObject({
    ok: true,
    value: { settled: false, body: { order: { status: 'paying' } } },
  });
  return b;
}

const due = async (b: Booking) =>
  (
    await w.sql<{ checks: number; dueMs: number; nowMs: number }>(
      `select p.checks, extract(epoch from p.check_at) * 1000 as "dueMs", extract(epoch from clock_timestamp()) * 1000 as "nowMs"
         from ticketing.payments p where p.order_id = $1 order by p.created_at desc limit 1`,
      [b.orderId],
    )
  )[0]!;
const ledgerMs = async (): Promise<number> =>
  Number((await w.sql<{ ms: string }>('select extract(epoch from clock_timestamp()) * 1000 as ms'))[0]!.ms);

test('O29: asked about after 5, 10, 20 and 40 s, and every minute from then on', async () => {
  expect(LIMITS.paymentRetryPausesMs).toEqual([5_000, 10_000, 20_000, 40_000, 60_000]);
  const before = await ledgerMs();
  const b = await open();
  const fog = w.another({ providers: altered(w.providers, 'lookup', async () => FOG) });
  const first = await due(b);
  expect(Number(first.dueMs)).toBeGreaterThanOrEqual(before + 5_000);
  expect(Number(first.dueMs)).toBeLessThanOrEqual(Number(first.nowMs) + 5_000);
  // Nothing is due before its time.
  expect(await fog.recover()).toEqual({ looked: 0, settled: 0, failed: 0 });
  for (const pause of [10_000, 20_000, 40_000, 60_000, 60_000]) {
    const asked = await ledgerMs();
    expect(await fog.recover({ all: true })).toEqual({ looked: 1, settled: 0, failed: 0 });
    const { dueMs, nowMs } = await due(b);
    expect(Number(dueMs)).toBeGreaterThanOrEqual(asked + pause);
    expect(Number(dueMs)).toBeLessThanOrEqual(Number(nowMs) + pause);
  }
  expect((await due(b)).checks).toBe(5);
  await w.recoverAll();
  expect(await stands(b)).toMatchObject({ order: 'paid', payment: 'captured' });
});

test('O29: a provider that keeps silent about one payment keeps no other waiting', async () => {
  const some = [await open(), await open(), await open()];
  let asked = 0;
  const all = Promise.withResolvers<void>();
  const patient = w.another({
    answerMs: 600_000,
    providers: altered(w.providers, 'lookup', async (real) => {
      asked++;
      if (asked === some.length) all.resolve();
      // None is answered before all have been asked about.
      await all.promise;
      return real();
    }),
  });
  expect(await patient.recover({ all: true })).toEqual({ looked: 3, settled: 3, failed: 0 });
  for (const b of some) expect(await stands(b)).toMatchObject({ order: 'paid', payment: 'captured' });
});

test('O29: the schedule run for real: two workers share it, each look comes no sooner than its turn, and the first clear answer ends it', async () => {
  const b = await open();
  const looks: number[] = [];
  const pauses = [20, 40, 80, 160, 160];
  const providers = altered(w.providers, 'lookup', async (real) => {
    looks.push(performance.now());
    return looks.length < 6 ? FOG : real();
  });
  const workers = [
    w.another({ providers, retryPausesMs: pauses }),
    w.another({ providers, retryPausesMs: pauses }),
  ];
  await w.sql('update ticketing.payments set check_at = clock_timestamp() where order_id = $1', [b.orderId]);
  while ((await stands(b))?.order !== 'paid') {
    await Promise.all(workers.map((worker) => worker.recover()));
    await w.world.clock.sleep(2);
  }
  expect(looks.length).toBe(6);
  const waited = looks.slice(1).map((at, i) => at - (looks[i] as number));
  // The ledger's clock says when it is due, this process's when it was asked: a millisecond between them is nobody's.
  for (const [i, pause] of [40, 80, 160, 160, 160].entries())
    expect(waited[i]).toBeGreaterThanOrEqual(pause - 20);
  expect(await workers[0]!.recover({ all: true })).toEqual({ looked: 0, settled: 0, failed: 0 });
});
