/** Refunds that are not what was asked for, and refunds that a bank sends back after they were done (rules F37, F38). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Provider, Providers, Refund, RefundOutcome } from '../payments/index.ts';
import { codeOf, type RefundWorld, refundWorld, type Sold } from './testing.ts';

let w: RefundWorld;
beforeAll(async () => {
  w = await refundWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

/** A process whose bank says of refunds what it is told to; `real`: what it would have said. */
function hearing(say: (real: RefundOutcome, wanted: Refund) => RefundOutcome) {
  const providers: Providers = {
    async get(name, methodId) {
      const found = await w.providers.get(name, methodId);
      if (!found.ok) return found;
      const { refund, lookupRefund } = found.value as Required<Provider>;
      return {
        ok: true,
        value: {
          ...found.value,
          refund: async (wanted) => say(await refund(wanted), wanted),
          lookupRefund: async (wanted) => say(await lookupRefund(wanted), wanted),
        },
      };
    },
  };
  return w.anotherRefunds({ providers });
}

const rowOf = async (id: string) =>
  (
    await w.sql<Record<string, unknown>>(
      'select status, failure, settled_at is not null as settled, provider_ref as ref from ticketing.refunds where id = $1',
      [id],
    )
  )[0];
const word = (refundId: string) => ({ refundId, actorId: w.operator, reason: 'looked into it' });
const paymentOf = async (s: Sold) => (await w.stands(s)).payment;

test('F37: a refund of another amount is not done, and nothing is sent beside it', async () => {
  for (const state of ['succeeded', 'pending'] as const) {
    const s = await w.sell();
    const { id } = await w.given(s);
    const asked: string[] = [];
    const odd = hearing((real, wanted) => {
      asked.push(wanted.id);
      return real.state === 'none' ? real : { state, ref: `odd-${id}`, amountCents: 9_999 };
    });
    await odd.settle({ all: true });
    expect(await rowOf(id)).toMatchObject({ status: 'failed', failure: 'amount_differs', settled: false });
    // Asked again, by an operator or by the provider's own word, it is what it was: no second refund sets out.
    const again = await odd.retry(word(id));
    expect(codeOf(again)).toBe(state === 'pending' ? 'TEMPORARILY_UNAVAILABLE' : 'OK');
    await odd.onRefundEvent(`odd-${id}`, id);
    await odd.settle({ all: true });
    expect(await rowOf(id)).toMatchObject({ status: 'failed', failure: 'amount_differs' });
    expect(new Set(asked)).toEqual(new Set([id]));
    expect(await paymentOf(s)).toBe('captured');
    // The provider put it right: it is done after all.
    expect(codeOf(await w.refunds.retry(word(id)))).toBe('OK');
    expect(await rowOf(id)).toMatchObject({ status: 'succeeded', failure: null, settled: true });
  }
});

test('F38: a refund whose money a bank sent back is open again, told, and goes once more on a person’s word', async () => {
  const s = await w.sell();
  const { id } = await w.given(s);
  await w.refunds.settle({ all: true });
  expect(await rowOf(id)).toMatchObject({ status: 'succeeded', settled: true });
  expect(await paymentOf(s)).toBe('refunded');
  // A message that says nothing new, or that nobody can vouch for, changes nothing.
  for (const real of [undefined, { state: 'pending' }, { state: 'none' }, { state: 'unknown' }] as const)
    await hearing((answer) => real ?? answer).onRefundEvent(`test_refund_${id}`);
  expect(await rowOf(id)).toMatchObject({ status: 'succeeded', settled: true });

  // The bank's books say so by now; so says whoever is asked, twice too.
  await w.sql(`update payments.test_refunds set status = 'failed' where id = $1`, [id]);
  w.told.length = 0;
  await w.refunds.onRefundEvent(`test_refund_${id}`);
  await w.refunds.onRefundEvent(`test_refund_${id}`, id);
  expect(await rowOf(id)).toMatchObject({ status: 'failed', failure: 'refused', settled: false });
  expect(await paymentOf(s)).toBe('captured');
  expect(w.told.map(([user, event]) => [user, event])).toEqual([[s.userId, 'order:updated']]);
  expect(await w.broken()).toEqual([]);
  // Nothing goes by itself: a person has to look.
  await w.refunds.settle({ all: true });
  expect(await w.returned(s)).toBe(0);

  expect(codeOf(await w.refunds.retry(word(id)))).toBe('OK');
  await w.refunds.settle({ all: true });
  expect(await rowOf(id)).toMatchObject({ status: 'succeeded', settled: true });
  expect([await w.returned(s), await paymentOf(s)]).toEqual([10_000, 'refunded']);
  const moves = await w.sql<{ move: string }>(
    `select from_status || '>' || to_status as move from ticketing.refund_log where refund_id = $1 and from_status is not null order by id`,
    [id],
  );
  expect(moves.map(({ move }) => move)).toEqual([
    'sending>succeeded',
    'succeeded>failed',
    'failed>sending',
    'sending>succeeded',
  ]);
});
