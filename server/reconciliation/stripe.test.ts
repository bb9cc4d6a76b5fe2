/** Differences planted in the books of a (fake) Stripe, by its own means: found, mended or approved, and gone. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Checkout } from '../checkout/index.ts';
import { createLog } from '../kernel/index.ts';
import { type BookedCharge, connectStripe } from '../payments/index.ts';
import { KEYS, type StripeWorld, stripeWorld } from '../payments/stripe/testing.ts';
import { codeOf, type Sold } from '../refunds/testing.ts';
import { judgeStranger } from './judge.ts';
import { KINDS, type KindName } from './kinds.ts';
import { type ReconcileWorld, reconcileWorld } from './testing.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let stripe: StripeWorld;
let w: ReconcileWorld;
let till: Checkout;
/** Stripe's own pages: what somebody does there by hand. */
let dashboard: ReturnType<typeof connectStripe>;
beforeAll(async () => {
  stripe = await stripeWorld(createLog('silent', 'test'));
  w = await reconcileWorld(['stripe'], stripe.provider());
  dashboard = connectStripe({ ...KEYS, apiBase: stripe.fake.url });
  // As patient as production: which answers come in time is not what these tests are about.
  till = w.another({ answerMs: 20_000, waitMs: 30_000 });
});
afterAll(async () => {
  await till.idle();
  await w.close();
  await stripe.close();
});

async function pay(paymentMethodId: string): Promise<Sold & { code: string }> {
  const b = await w.book();
  const paid = await till.pay(
    b.userId,
    { orderId: b.orderId, method: { provider: 'stripe', paymentMethodId } },
    null,
  );
  const tickets = paid.ok ? (paid.value.body.tickets ?? []) : [];
  return { ...b, code: codeOf(paid), ticketIds: tickets.map(({ id }) => id) };
}
const sell = () => pay('pm_card_visa');
const intentOf = (s: Sold) =>
  stripe.fake.control.books().intents.find(({ metadata }) => metadata.order_id === s.orderId)!;
/** What Stripe gave back of an order, less what its bank sent back. */
const returned = (s: Sold) =>
  stripe.fake.control
    .books()
    .refunds.filter((r) => r.payment_intent === intentOf(s).id && r.status === 'succeeded')
    .reduce((cents, { amount }) => cents + amount, 0);
const older = (s: Sold) =>
  w.sql(`update ticketing.payments set created_at = now() - interval '2 hours' where order_id = $1`, [
    s.orderId,
  ]);
const refundOf = async (s: Sold) => {
  const { id } = await w.given(s, s.ticketIds.slice(0, 1));
  await w.refunds.settle({ all: true });
  return id;
};
const refundAtStripe = (refundId: string) =>
  stripe.fake.control.books().refunds.find(({ metadata }) => metadata.refund_id === refundId)!;

/** Compares, and expects this and nothing else; where it waits for a person, approves. Then it must be gone. */
async function expectFound(kind: KindName, explains: RegExp, stays = false): Promise<void> {
  const dry = await w.compare({ dryRun: true });
  expect(dry.error).toBeNull();
  expect(dry.differences.map((d) => d.kind)).toEqual([kind]);
  const mends = KINDS[kind].mend !== null;
  const { differences } = await w.compare();
  expect(differences).toMatchObject([
    { kind, fate: mends ? 'mended' : 'queued', explanation: expect.stringMatching(explains) },
  ]);
  if (!mends) {
    const [row] = (await w.findings()).filter((f) => f.kind === kind && f.status === 'open');
    const said = await w.reconciler.approve({
      findingId: row?.id as string,
      actorId: w.operator,
      reason: 'looked into it',
    });
    expect(said).toMatchObject({ ok: true, value: { status: 'approved' } });
  }
  expect((await w.compare()).differences.map((d) => `${d.kind} ${d.fate}`)).toEqual(
    stays ? [`${kind} decided`] : [],
  );
}
test('K1: sold and refunded through Stripe, the books agree', async () => {
  const s = await sell();
  expect(s.code).toBe('OK');
  await refundOf(s);
  expect(await w.compare()).toMatchObject({
    error: null,
    differences: [],
    tally: { payments: 1, charges: 1 },
  });
});

test('K2: captured there, declined here: written down with its refund, which is sent', async () => {
  const s = await pay('pm_card_chargeDeclined');
  expect(s.code).toBe('PAYMENT_DECLINED');
  const { id } = intentOf(s);
  await dashboard.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
  await expectFound('AUTHORISED_LEFT_OPEN', /has EUR 100\.00 authorised/);
  expect(intentOf(s).status).toBe('canceled');

  const t = await pay('pm_card_chargeDeclined');
  await dashboard.paymentIntents.confirm(intentOf(t).id, { payment_method: 'pm_card_visa' });
  await dashboard.paymentIntents.capture(intentOf(t).id);
  await expectFound('CAPTURED_AFTER_END', /has EUR 100\.00 of it/);
  expect(await w.refundsOf(t)).toMatchObject([{ status: 'sending', cause: 'late_payment', amount: 10_000 }]);
  await w.refunds.settle({ all: true });
  expect(returned(t)).toBe(10_000);
  expect((await w.compare()).differences).toEqual([]);
});

test('K2: captured there, and nobody here heard it: driven to its end, tickets and all', async () => {
  stripe.fake.control.fault({ op: 'payment_intents.capture', answer: 'reset', when: 'after' });
  stripe.fake.control.fault({ op: 'payment_intents.retrieve', answer: 500, remember: false });
  const s = await sell();
  stripe.fake.control.calm();
  expect([intentOf(s).status, (await w.stands(s)).payment]).toEqual(['succeeded', 'authorized']);
  await older(s);
  await expectFound('PAYMENT_STUCK', /is authorized/);
  expect(await w.stands(s)).toMatchObject({ order: 'paid', payment: 'captured', captured: 10_000, codes: 2 });
});

test('K2: refunded there only: written down on a person’s word', async () => {
  const s = await sell();
  await dashboard.refunds.create({ payment_intent: intentOf(s).id, amount: 700 });
  await expectFound('REFUND_UNKNOWN_TO_LEDGER', /EUR 7\.00 are in no refund here/);
  expect(await w.refundsOf(s)).toMatchObject([{ status: 'succeeded', amount: 700 }]);
  expect(returned(s)).toBe(700);
});

test('K2: another amount than there: a person settles it, and nothing moves by itself', async () => {
  const s = await sell();
  await w.sql(
    'update ticketing.payments set amount_cents = 9900, captured_cents = 9900 where order_id = $1',
    [s.orderId],
  );
  await expectFound('AMOUNT_DIFFERS', /EUR 99\.00 taken here, EUR 100\.00 at the provider/, true);
  expect([returned(s), await w.refundsOf(s)]).toEqual([0, []]);
  await w.sql(
    'update ticketing.payments set amount_cents = 10000, captured_cents = 10000 where order_id = $1',
    [s.orderId],
  );
});

test('K2: a charge of no payment here goes back on a person’s word, once', async () => {
  const { id } = await dashboard.paymentIntents.create({
    amount: 4_200,
    currency: 'eur',
    confirm: true,
    capture_method: 'automatic',
    payment_method: 'pm_card_visa',
  });
  await expectFound('CAPTURED_UNKNOWN_TO_LEDGER', /EUR 42\.00 captured as pi_.*names no payment/);
  const refunds = stripe.fake.control.books().refunds.filter((r) => r.payment_intent === id);
  expect(refunds).toMatchObject([{ amount: 4_200, status: 'succeeded' }]);
});

test('K1: what a vendor’s own account took for something else is no matter of ours', () => {
  const methodId = w.world.ids.next();
  const charge: BookedCharge = {
    ref: 'pi_shop',
    paymentId: null,
    amountCents: 900,
    capturedCents: 900,
    refundedCents: 0,
    currency: 'EUR',
    state: 'captured',
    createdAtMs: 0,
  };
  const bounds = { graceMs: 0, paymentStuckMs: 0, refundStuckMs: 0 };
  const kinds = (of: BookedCharge, owner: string | null) =>
    judgeStranger(of, { provider: 'stripe', methodId: owner }, null, 1, bounds).map(({ kind }) => kind);
  expect(kinds(charge, methodId)).toEqual([]);
  expect(kinds({ ...charge, paymentId: w.world.ids.next() }, methodId)).toEqual([
    'CAPTURED_UNKNOWN_TO_LEDGER',
  ]);
  expect(kinds(charge, null)).toEqual(['CAPTURED_UNKNOWN_TO_LEDGER']);
});

test('K2: a chargeback nobody told of, and its end: written down as its webhook would have', async () => {
  const s = await sell();
  const dispute = stripe.fake.control.dispute({ intent: intentOf(s).id });
  await expectFound('DISPUTE_UNTOLD', /EUR 100\.00 back: dp_\w+ is open/);
  const rows = () =>
    w.sql(
      'select provider_ref as ref, status, amount_cents as cents from ticketing.disputes where order_id = $1',
      [s.orderId],
    );
  expect(await rows()).toEqual([{ ref: dispute.id, status: 'open', cents: 10_000 }]);
  const suspended =
    'select count(*)::int as n from ticketing.tickets where order_id = $1 and suspended_at is not null';
  expect(await w.sql(suspended, [s.orderId])).toEqual([{ n: 2 }]);
  stripe.fake.control.closeDispute(dispute.id, 'won');
  await expectFound('DISPUTE_UNTOLD', /is won/);
  expect(await rows()).toMatchObject([{ status: 'won' }]);
  expect(await w.sql(suspended, [s.orderId])).toEqual([{ n: 0 }]);
});

test('K2, P95: taken here, and Stripe has never heard of it: a person', async () => {
  const s = await sell();
  await w.sql(`update ticketing.payments set provider_ref = 'pi_gone' where order_id = $1`, [s.orderId]);
  const { differences, error } = await w.compare();
  expect(error).toBeNull();
  // What it was really taken by is one charge too many for its order.
  const kinds = differences.map((d) => `${d.kind} ${d.fate}`).sort();
  expect(kinds).toEqual(['CHARGE_MISSING queued', 'DUPLICATE_CAPTURE queued']);
  await w.sql('update ticketing.payments set provider_ref = $2 where order_id = $1', [
    s.orderId,
    intentOf(s).id,
  ]);
  expect((await w.compare()).differences).toEqual([]);
});

test('K2, F38: a refund that a bank sent back: told of, it waits under Refunds; untold, the run finds it', async () => {
  const told = await sell();
  const id = await refundOf(told);
  stripe.fake.control.settleRefund(refundAtStripe(id).id, 'failed', 'declined');
  expect(await w.refunds.onRefundEvent(refundAtStripe(id).id, id)).toBe('known');
  expect(await w.refundsOf(told)).toMatchObject([{ status: 'failed' }]);
  // Failed on both sides is no difference: it waits for a person already.
  expect((await w.compare()).differences).toEqual([]);
  expect(
    codeOf(await w.refunds.retry({ refundId: id, actorId: w.operator, reason: 'another account' })),
  ).toBe('OK');
  await w.refunds.settle({ all: true });
  expect(await w.refundsOf(told)).toMatchObject([{ status: 'succeeded' }]);
  expect(returned(told)).toBe(5_000);

  const untold = await sell();
  const other = await refundOf(untold);
  stripe.fake.control.settleRefund(refundAtStripe(other).id, 'failed', 'declined');
  await expectFound('REFUND_NOT_AT_PROVIDER', /the provider says it failed/);
  expect(returned(untold)).toBe(5_000);
});

test('K2, F37: a refund made there for another amount is not taken for the one that failed here', async () => {
  const s = await sell();
  const id = await refundOf(s);
  await w.sql('alter table ticketing.refunds disable trigger user');
  await w.sql(
    `update ticketing.refunds set status = 'failed', failure = 'amount_differs', amount_cents = 4000, settled_at = null where id = $1`,
    [id],
  );
  await w.sql('alter table ticketing.refunds enable trigger user');
  await expectFound('REFUND_AMOUNT_DIFFERS', /EUR 40\.00 here and EUR 50\.00 at the provider/, true);
  expect(await w.refundsOf(s)).toMatchObject([{ status: 'failed', amount: 4_000 }]);
});
