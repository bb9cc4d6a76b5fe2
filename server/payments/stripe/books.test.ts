/** What Stripe's books say of refunds, chargebacks and charges that are not there. */
import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../../kernel/index.ts';
import type { StripeProvider } from './index.ts';
import { disputeOf } from './outcome.ts';
import { type StripeWorld, stripeWorld } from './testing.ts';

let stripe: StripeWorld;
let provider: StripeProvider;
beforeAll(async () => {
  stripe = await stripeWorld(createLog('silent', 'test'));
  provider = stripe.provider();
});
afterAll(() => stripe.close());

async function captured(paymentMethodId = 'pm_card_visa') {
  const { charge } = await stripe.authorised(provider, paymentMethodId);
  await provider.capture(charge);
  return charge;
}

test('P94: a refund is told with its amount, as it is made, asked about, on its way and failed', async () => {
  for (const [card, state] of [
    ['pm_card_visa', 'succeeded'],
    ['pm_card_pendingRefund', 'pending'],
    ['pm_card_refundFail', 'failed'],
  ] as const) {
    const charge = await captured(card);
    const wanted = { id: `refund-${card}`, charge, amountCents: 1_234 };
    const made = await provider.refund!(wanted);
    expect(made).toMatchObject({ amountCents: 1_234 });
    expect(await provider.lookupRefund!(wanted)).toMatchObject({ state, amountCents: 1_234 });
    expect(await provider.lookupRefund!({ ...wanted, id: 'another' })).toEqual({ state: 'none' });
  }
});

test('P95: an intent nobody has heard of is none; what Stripe does not answer is not', async () => {
  const gone = { ...stripe.charge(), ref: 'pi_gone' };
  expect(await provider.lookup(gone)).toMatchObject({ state: 'none' });
  stripe.fake.control.fault({ op: 'payment_intents.retrieve', answer: 503 });
  await expect(provider.lookup(gone)).rejects.toThrow('no answer');
  // Nobody can say that no money will follow: it is not let go of.
  await expect(provider.void(gone)).rejects.toThrow('no answer');
});

test('P96: chargebacks of a charge are listed with their state; its books say that there are any', async () => {
  const [quiet, charge] = [await captured(), await captured()];
  const { id } = stripe.fake.control.dispute({ intent: charge.ref as string }, 'duplicate', 700);
  const open = { ref: id, amountCents: 700, currency: 'EUR', reason: 'duplicate', status: 'open' };
  expect(await provider.disputes!(charge)).toMatchObject([open]);
  stripe.fake.control.closeDispute(id, 'lost');
  expect(await provider.disputes!(charge)).toMatchObject([{ ...open, status: 'lost' }]);
  expect(await provider.disputes!(quiet)).toEqual([]);
  expect(await provider.disputes!({ ...quiet, ref: null })).toEqual([]);
  const { items } = await provider.list!({ fromMs: 0, toMs: 4e12 }, null);
  expect(items.filter(({ disputed }) => disputed).map(({ ref }) => ref)).toEqual([charge.ref]);
});

test('P96: a bank’s inquiry takes no money and is no chargeback', () => {
  const inquiry = { id: 'dp_1', amount: 1, currency: 'eur', reason: 'general', created: 1 };
  for (const status of ['warning_needs_response', 'warning_under_review', 'warning_closed'] as const)
    expect(disputeOf({ ...inquiry, status } as Stripe.Dispute)).toBeNull();
  expect(disputeOf({ ...inquiry, status: 'under_review' } as Stripe.Dispute)).toMatchObject({
    status: 'open',
  });
});
