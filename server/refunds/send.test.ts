/** Money on its way back: killed anywhere, answered late, twice or not at all (rules F30–F36). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CARDS } from '../checkout/testing.ts';
import { LIMITS } from '../limits.ts';
import type { Provider, Providers, Refund, RefundOutcome } from '../payments/index.ts';
import type { Ledger } from '../stores/index.ts';
import { codeOf, type RefundWorld, refundWorld, type Sold, whyOf } from './testing.ts';

let w: RefundWorld;
beforeAll(async () => {
  w = await refundWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

class Killed extends Error {}
type Around = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** A process whose every effect passes by `around`: calls of the ledger, and of the provider about refunds. */
function process(around: Around) {
  const pool = w.world.ledger.payments;
  const ledger: Ledger = {
    ...w.world.ledger,
    payments: {
      ...pool,
      all: (s, v) => around(s.name, () => pool.all(s, v)),
      one: (s, v) => around(s.name, () => pool.one(s, v)),
    },
  };
  return w.anotherRefunds({ ledger, providers: providersWith(around) });
}

function providersWith(around: Around): Providers {
  return {
    async get(name, methodId) {
      const found = await w.providers.get(name, methodId);
      if (!found.ok) return found;
      const { refund, lookupRefund } = found.value as Required<Provider>;
      return {
        ok: true,
        value: {
          ...found.value,
          refund: (r) => around('refund', () => refund(r)),
          lookupRefund: (r) => around('lookupRefund', () => lookupRefund(r)),
        },
      };
    },
  };
}

/** The bank answers about refunds as told. */
const bank = (
  answer: (call: string, real: () => Promise<RefundOutcome>, wanted?: Refund) => Promise<RefundOutcome>,
) => w.anotherRefunds({ providers: providersWith((name, work) => answer(name, work as never) as never) });

const wayOf = (refunds: RefundWorld['refunds'], s: Sold) =>
  refunds
    .giveBack({ ownerId: s.userId, actorId: s.userId, ticketIds: s.ticketIds, reason: null, key: 'way' })
    .then(() => refunds.settle({ all: true }));

const END = {
  order: 'refunded',
  payment: 'refunded',
  captured: 10_000,
  refunded: 10_000,
  issued: 0,
  bought: 0,
  codes: 0,
};
async function expectEnd(s: Sold, at: string): Promise<void> {
  const gate = await w.bothSides(s.event, s.userId);
  expect({ at, ...(await w.stands(s)) }).toMatchObject({ at, ...END });
  expect({ at, refunds: (await w.refundsOf(s)).map((r) => [r.status, r.amount]) }).toEqual({
    at,
    refunds: [['succeeded', 10_000]],
  });
  expect({ at, returned: await w.returned(s) }).toEqual({ at, returned: 10_000 });
  expect(gate.gate).toEqual(gate.ledger);
}

describe('a process that ends', () => {
  test('F30: killed before or after any of its effects, it comes to the same end, and the money goes once', async () => {
    const trace: string[] = [];
    const healthy = await w.sell();
    await wayOf(
      process((name, work) => {
        trace.push(name);
        return work();
      }),
      healthy,
    );
    await expectEnd(healthy, 'untroubled');
    expect(trace).toContain('refund');
    for (let n = 1; n <= trace.length; n++)
      for (const moment of ['before', 'after'] as const) {
        const s = await w.sell();
        let [effects, dead] = [0, false];
        const dying = process(async (_name, work) => {
          const mine = ++effects === n;
          dead ||= mine && moment === 'before';
          if (dead) throw new Killed();
          const value = await work();
          dead ||= mine;
          if (dead) throw new Killed();
          return value;
        });
        await wayOf(dying, s).catch((err: unknown) => {
          if (!(err instanceof Killed)) throw err;
        });
        // the fan asks once more with the same key, and a worker of another process takes up what is left
        await wayOf(w.refunds, s);
        await expectEnd(s, `${moment} ${n} (${trace[n - 1]})`);
      }
  }, 300_000);

  test('F30: every effect carried out twice, it comes to the same end', async () => {
    const s = await w.sell();
    await wayOf(
      process(async (_name, work) => {
        await work();
        return work();
      }),
      s,
    );
    await w.refunds.settle({ all: true });
    await expectEnd(s, 'twice');
  });
});

describe('a bank that does not say', () => {
  test.each([true, false])(
    'F31: fails on the way, with effect (%s): asked again, and sent once',
    async (effective) => {
      const s = await w.sell();
      await w.given(s);
      let failed = false;
      const flaky = bank(async (_call, real) => {
        if (failed) return real();
        failed = true;
        if (effective) await real();
        throw new Error('connection reset by the provider');
      });
      expect(await flaky.settle({ all: true })).toMatchObject({ settled: 0, failed: 0 });
      expect((await w.stands(s)).payment).toBe('captured');
      expect(await flaky.settle({ all: true })).toMatchObject({ settled: 1 });
      await expectEnd(s, `effective ${effective}`);
    },
  );

  test('F31: pending and unknown are asked about after 5, 10, 20, 40 s and every minute, and never sent again', async () => {
    const s = await w.sell();
    const { id } = await w.given(s);
    const calls: string[] = [];
    let sent = false;
    // the same steps, a thousand times as long: nothing here depends on how busy the machine is
    const slowly = LIMITS.refundRetryPausesMs.map((ms) => ms * 1_000);
    const foggy = w.anotherRefunds({
      retryPausesMs: slowly,
      providers: providersWith(async (call, real) => {
        calls.push(call);
        if (!sent) {
          sent = true;
          await real();
        }
        return (calls.length % 2 ? { state: 'pending', ref: 'r-1' } : { state: 'unknown' }) as never;
      }),
    });
    expect(LIMITS.refundRetryPausesMs).toEqual([5_000, 10_000, 20_000, 40_000, 60_000]);
    for (const seconds of [5, 10, 20, 40, 60, 60]) {
      await foggy.settle({ all: true });
      const [row] = await w.sql<{ thousands: number }>(
        'select round(extract(epoch from try_at - now()) / 1000)::int as thousands from ticketing.refunds where id = $1',
        [id],
      );
      expect(row?.thousands).toBe(seconds);
      // not due: nobody asks
      expect((await foggy.settle()).looked).toBe(0);
    }
    expect(calls).toEqual(['refund', ...Array(5).fill('lookupRefund')]);
    await w.sql('update ticketing.refunds set try_at = now() where id = $1', [id]);
    expect(await w.refunds.settle()).toMatchObject({ looked: 1, settled: 1 });
    await expectEnd(s, 'after the fog');
  });

  test('F31: what hangs is let go of in time', async () => {
    const s = await w.sell();
    await w.given(s);
    const hanging = w.anotherRefunds({
      answerMs: 20,
      providers: providersWith(() => new Promise(() => undefined)),
    });
    expect(await hanging.settle({ all: true })).toEqual({ looked: 1, settled: 0, failed: 0 });
    await w.refunds.settle({ all: true });
    await expectEnd(s, 'hung');
  });
});

describe('a bank that will not', () => {
  const refusing = () =>
    bank(async (call) =>
      call === 'refund' ? { state: 'failed', reason: 'card_closed' } : { state: 'failed' },
    );

  test('F32: it waits for a person; tried again, it goes under a new id once the old one had no effect', async () => {
    const s = await w.sell();
    const { id } = await w.given(s);
    await refusing().settle({ all: true });
    expect(await w.refundsOf(s)).toMatchObject([{ status: 'failed' }]);
    expect((await w.stands(s)).refunded).toBe(10_000);
    // nobody sends it by itself
    expect((await w.refunds.settle({ all: true })).looked).toBe(0);
    const word = { refundId: id, actorId: w.operator, reason: 'new account' };
    const unsure = bank(async () => ({ state: 'unknown' }));
    expect(codeOf(await unsure.retry(word))).toBe('TEMPORARILY_UNAVAILABLE');
    const twice = await Promise.all([w.refunds.retry(word), w.refunds.retry(word)]);
    expect(twice.map(codeOf).sort()).toEqual(['INVALID_STATE', 'OK']);
    const ids: string[] = [];
    const watching = w.anotherRefunds({
      providers: {
        async get(name, methodId) {
          const found = await w.providers.get(name, methodId);
          if (!found.ok) return found;
          const { refund } = found.value as Required<Provider>;
          return {
            ok: true,
            value: {
              ...found.value,
              refund(r) {
                ids.push(r.id);
                return refund(r);
              },
            },
          };
        },
      },
    });
    await watching.settle({ all: true });
    await expectEnd(s, 'tried again');
    expect(ids).toHaveLength(1);
    expect(ids[0]).not.toBe(id);
    const log = await w.sql(
      'select from_status, to_status, actor_user_id, detail from ticketing.refund_log where refund_id = $1 order by id',
      [id],
    );
    expect(log.slice(1)).toMatchObject([
      { from_status: 'sending', to_status: 'failed', detail: { failure: 'card_closed' } },
      { to_status: 'sending', actor_user_id: w.operator, detail: { reason: 'new account' } },
      { from_status: 'sending', to_status: 'succeeded' },
    ]);
  });

  test('F45: what a bank took back meanwhile is not sent as well', async () => {
    const s = await w.sell();
    const { id } = await w.given(s);
    await refusing().settle({ all: true });
    const [payment] = await w.sql<{ ref: string }>(
      'select provider_ref as ref from ticketing.payments where order_id = $1',
      [s.orderId],
    );
    const told = (status: 'open' | 'lost') =>
      w.refunds.onDispute({
        provider: 'test',
        ref: `dp_${s.orderId}`,
        paymentRef: payment?.ref as string,
        amountCents: 10_000,
        currency: 'EUR',
        reason: 'fraudulent',
        status,
        createdAt: new Date(w.world.clock.now()),
      });
    for (const status of ['open', 'lost'] as const) {
      await told(status);
      const refused = await w.refunds.retry({ refundId: id, actorId: w.operator, reason: null });
      expect([codeOf(refused), whyOf(refused)]).toEqual(['REFUND_REFUSED', 'disputed']);
    }
    expect(await w.refundsOf(s)).toMatchObject([{ status: 'failed' }]);
    expect(await w.returned(s)).toBe(0);
  });

  test('F32: where the old one went after all, trying again finds that and sends nothing', async () => {
    const s = await w.sell();
    const { id } = await w.given(s);
    const lying = bank(async (_call, real) => {
      await real();
      return { state: 'failed', reason: 'mistaken' };
    });
    await lying.settle({ all: true });
    const again = await w.refunds.retry({ refundId: id, actorId: w.operator, reason: null });
    expect(again.ok && again.value.status).toBe('succeeded');
    await expectEnd(s, 'went after all');
  });
});

test('F33: money without a use goes back the same way and stays marked', async () => {
  const b = await w.book();
  await w.checkout.pay(
    b.userId,
    { orderId: b.orderId, method: { provider: 'test', card: CARDS.step } },
    null,
  );
  const [p] = await w.sql<{ id: string }>('select id from ticketing.payments where order_id = $1', [
    b.orderId,
  ]);
  await w.sql(`update payments.test_charges set status = 'captured' where id = $1`, [p?.id]);
  await w.sql(`select ticketing.stray_payment($1, $2, null, 10000, 'late_no_stock')`, [
    p?.id,
    w.world.ids.next(),
  ]);
  await w.refunds.settle({ all: true });
  const s = { ...b, ticketIds: [] };
  expect(await w.refundsOf(s)).toMatchObject([
    { status: 'succeeded', amount: 10_000, cause: 'late_payment' },
  ]);
  expect([await w.returned(s), (await w.stands(s)).payment]).toEqual([10_000, 'stray']);
});

test('F34: settled: the payment says so once all went back, pages are told, an outbox row is written', async () => {
  const s = await w.sell();
  const first = await w.given(s, s.ticketIds.slice(0, 1));
  w.told.length = 0;
  await w.refunds.settle({ all: true });
  expect(await w.stands(s)).toMatchObject({ order: 'partially_refunded', payment: 'captured' });
  expect(w.told.map(([user, event]) => [user, event])).toContainEqual([s.userId, 'order:updated']);
  await w.given(s, s.ticketIds.slice(1));
  expect((await w.stands(s)).payment).toBe('captured');
  await w.refunds.settle({ all: true });
  expect(await w.stands(s)).toMatchObject({ order: 'refunded', payment: 'refunded' });
  const rows = await w.sql(
    `select payload ->> 'orderId' as "orderId" from ticketing.outbox where topic = 'refund.settled' and payload ->> 'refundId' = $1`,
    [first.id],
  );
  expect(rows).toEqual([{ orderId: s.orderId }]);
});

test('F35: a message before our own write, twice, or about nothing of ours', async () => {
  const s = await w.sell();
  const { id } = await w.given(s);
  const ref = `test_refund_${id}`;
  const told = { before: '', after: '' };
  // the bank tells before our call has returned
  const early = bank(async (call, real) => {
    const outcome = await real();
    if (call === 'refund') told.before = await w.refunds.onRefundEvent(ref);
    return outcome;
  });
  await early.settle({ all: true });
  told.after = await w.refunds.onRefundEvent(ref);
  expect(told).toEqual({ before: 'unknown', after: 'known' });
  await expectEnd(s, 'told early');
  const kept = () =>
    w.sql<{ provider_ref: string }>('select provider_ref from ticketing.unknown_reports order by 1');
  // explained by now
  expect(await kept()).toEqual([]);

  const named = await w.sell();
  const second = await w.given(named);
  const quick = bank(async (call, real) => {
    const outcome = await real();
    if (call === 'refund') await w.refunds.onRefundEvent(`test_refund_${second.id}`, second.id);
    return outcome;
  });
  await quick.settle({ all: true });
  await expectEnd(named, 'named by the bank');
  for (let again = 0; again < 2; again++)
    expect(await w.refunds.onRefundEvent('re_dashboard')).toBe('unknown');
  expect(await kept()).toEqual([{ provider_ref: 're_dashboard' }]);
  expect(await w.sql(`select 1 from ticketing.refunds where provider_ref = 're_dashboard'`)).toEqual([]);
});

test('F36: two workers share what is due, and each refund is sent by one of them', async () => {
  const sold = await Promise.all(Array.from({ length: 6 }, () => w.sell()));
  for (const s of sold) await w.given(s);
  let sends = 0;
  const counting = bank((call, real) => {
    if (call === 'refund') sends++;
    return real();
  });
  const done = await Promise.all([1, 2, 3].map(() => counting.settle()));
  expect(done.reduce((sum, d) => sum + d.looked, 0)).toBe(6);
  expect(sends).toBe(6);
  for (const s of sold) await expectEnd(s, 'shared');
});
