/** The Stripe provider against the fake Stripe, call by call. */
import { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../kernel/index.ts';
import type { StripeProvider } from './index.ts';
import { type StripeWorld, stripeWorld } from './testing.ts';

let logged = '';
const log = createLog(
  'trace',
  'test',
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString();
      done();
    },
  }),
);
let stripe: StripeWorld;
let provider: StripeProvider;
beforeAll(async () => {
  stripe = await stripeWorld(log);
  provider = stripe.provider();
});
afterEach(() => stripe.fake.control.calm());
afterAll(() => stripe.close());

const intentOf = (ref: string | null) => stripe.fake.control.books().intents.find(({ id }) => id === ref);
const chargesOf = (ref: string | null) =>
  stripe.fake.control.books().charges.filter(({ payment_intent }) => payment_intent === ref);
const refundsOf = (ref: string | null) =>
  stripe.fake.control.books().refunds.filter(({ payment_intent }) => payment_intent === ref);

describe('a charge', () => {
  test('P60: prepared it has a ref and no money; without a ref it was never authorised', async () => {
    const charge = stripe.charge();
    expect(await provider.lookup(charge)).toEqual({ state: 'none' });
    expect(await provider.void(charge)).toEqual({ state: 'voided' });
    const prepared = await provider.prepare!(charge);
    expect(prepared).toMatchObject({ state: 'none', ref: expect.stringMatching(/^pi_/) });
    const again = await stripe.provider().prepare!(charge);
    expect(again.ref).toBe(prepared.ref);
    expect(intentOf(prepared.ref!)).toMatchObject({
      amount: 5000,
      currency: 'eur',
      capture_method: 'manual',
      payment_method: null,
      status: 'requires_payment_method',
      metadata: { payment_id: charge.id, order_id: charge.orderId },
    });
    expect(await provider.lookup({ ...charge, ref: prepared.ref! })).toMatchObject({ state: 'none' });
  });

  test('P60: an amount Stripe does not take is declined before anything exists', async () => {
    expect(await provider.prepare!(stripe.charge(3))).toEqual({
      state: 'declined',
      reason: 'amount_too_small',
    });
  });

  test.each(['ISK', 'UGX'])(
    'P97: %s, which Stripe counts in hundredths, is declined before anything exists',
    async (currency) => {
      const charge = stripe.charge(5_000, currency);
      expect(await provider.prepare!(charge)).toEqual({
        state: 'declined',
        reason: 'currency_not_supported',
      });
      expect(
        stripe.fake.control.books().intents.some(({ metadata }) => metadata.payment_id === charge.id),
      ).toBe(false);
    },
  );

  test.each(['EUR', 'JPY', 'KWD'])('P97: %s is the same number at Stripe', async (currency) => {
    const { ref } = await provider.prepare!(stripe.charge(5_000, currency));
    expect(intentOf(ref!)).toMatchObject({ amount: 5_000, currency: currency.toLowerCase() });
  });

  test('P61: authorised, captured and voided again and again: one charge, and the state of now', async () => {
    const { charge, outcome } = await stripe.authorised(provider, 'pm_card_visa');
    expect(outcome).toEqual({ state: 'authorized', ref: charge.ref });
    const visa = await stripe.instrument(provider, 'pm_card_visa');
    // Another card under the same key is another request: the first one counts.
    expect((await provider.authorise(charge, visa)).state).toBe('authorized');
    const captures = await Promise.all(
      Array.from({ length: 8 }, () =>
        stripe
          .provider()
          .capture(charge)
          .catch((err: Error) => err.name),
      ),
    );
    for (const answer of captures)
      expect(typeof answer === 'string' ? answer : answer.state).toMatch(/^(captured|StripeUnanswered)$/);
    for (let i = 0; i < 3; i++) expect((await provider.capture(charge)).state).toBe('captured');
    expect((await provider.authorise(charge, visa)).state).toBe('captured');
    expect((await provider.void(charge)).state).toBe('captured');
    expect(chargesOf(charge.ref)).toHaveLength(1);
    expect(chargesOf(charge.ref)[0]).toMatchObject({ captured: true, amount_captured: 5000 });

    const other = await stripe.authorised(provider, 'pm_card_mastercard');
    for (let i = 0; i < 3; i++) expect((await provider.void(other.charge)).state).toBe('voided');
    expect((await provider.capture(other.charge)).state).toBe('voided');
    expect((await provider.authorise(other.charge, visa)).state).toBe('voided');
  });

  test.each([
    ['pm_card_visa', 'authorized', undefined],
    ['pm_card_chargeDeclined', 'declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'declined', 'expired_card'],
    ['pm_card_authenticationRequired', 'requires_action', undefined],
  ])('P62: %s is %s', async (card, state, reason) => {
    const { charge, outcome } = await stripe.authorised(provider, card);
    expect(outcome).toEqual({ state, ref: charge.ref, ...(reason ? { reason } : {}) });
    expect(await stripe.provider().lookup(charge)).toMatchObject({ state, ...(reason ? { reason } : {}) });
  });

  test('P62: a token that was used already is declined, and its charge ended', async () => {
    const { charge } = await stripe.authorised(provider, 'pm_card_visa');
    const method = intentOf(charge.ref)!.payment_method as string;
    const second = await stripe.authorised(provider, method);
    expect(second.outcome).toMatchObject({ state: 'declined' });
    expect(intentOf(second.charge.ref)!.status).toBe('canceled');
  });

  test('P69: a step that was refused ends the intent, so that nobody pays past us', async () => {
    const { charge } = await stripe.authorised(provider, 'pm_card_authenticationRequired');
    const action = await provider.nextAction!(charge);
    expect(action).toMatchObject({ type: 'stripe', publishableKey: 'pk_test_fake', url: '/payment/confirm' });
    expect(action.type === 'stripe' && action.clientSecret).toBe(intentOf(charge.ref)!.client_secret);
    stripe.fake.control.step(charge.ref!, false);
    const declined = { state: 'declined', reason: 'payment_intent_authentication_failure' };
    for (let i = 0; i < 2; i++) expect(await provider.lookup(charge)).toMatchObject(declined);
    expect(intentOf(charge.ref)!.status).toBe('canceled');
  });

  test('P62: a step that was approved is authorised; a failed capture lets go of the money first', async () => {
    const { charge } = await stripe.authorised(provider, 'pm_card_authenticationRequired');
    stripe.fake.control.step(charge.ref!, true);
    expect((await provider.lookup(charge)).state).toBe('authorized');
    stripe.fake.control.captureFails(charge.ref!, 'declined');
    for (let i = 0; i < 2; i++)
      expect(await provider.capture(charge)).toMatchObject({
        state: 'capture_failed',
        reason: 'generic_decline',
      });
    expect(intentOf(charge.ref)).toMatchObject({ status: 'canceled', amount_received: 0 });
    const late = await stripe.authorised(provider, 'pm_card_visa');
    stripe.fake.control.captureFails(late.charge.ref!, 'expired');
    expect((await provider.capture(late.charge)).state).toBe('voided');
  });

  test('P68: another amount, currency or payment is a mismatch, with what was taken', async () => {
    const { charge } = await stripe.authorised(provider, 'pm_card_visa');
    for (const other of [{ amountCents: 4999 }, { currency: 'USD' }, { id: stripe.charge().id }])
      expect(await provider.lookup({ ...charge, ...other })).toMatchObject({ state: 'mismatched' });
    expect(await provider.lookup({ ...charge, amountCents: 1 })).not.toHaveProperty('takenCents');
    await provider.capture(charge);
    expect(await provider.lookup({ ...charge, amountCents: 4999 })).toEqual({
      state: 'mismatched',
      ref: charge.ref,
      reason: 'other_amount',
      takenCents: 5000,
    });
    const loose = await stripe.authorised(provider, 'pm_card_visa');
    expect((await provider.void({ ...loose.charge, amountCents: 4999 })).state).toBe('voided');
  });
});

describe('what Stripe does not answer', () => {
  const CALLS = ['payment_intents.confirm', 'payment_intents.capture', 'payment_intents.cancel'] as const;

  test.each([
    ['500', { answer: 500 }],
    ['429', { answer: 429 }],
    ['a cut connection', { answer: 'reset', times: 2 }],
    ['silence', { answer: 'hang' }],
  ] as const)('P63: %s before or after the effect is thrown, and the intent tells', async (_what, fault) => {
    const hasty = stripe.provider({ timeoutMs: 400 });
    for (const when of ['before', 'after'] as const) {
      const charge = stripe.charge();
      const visa = await stripe.instrument(provider, 'pm_card_visa');
      const prepared = { ...charge, ref: (await provider.prepare!(charge)).ref as string };
      stripe.fake.control.fault({ op: 'payment_intents.confirm', when, ...fault });
      const answer = await hasty.authorise(prepared, visa).catch((err: Error) => err.message);
      // The SDK itself asks once more over a cut connection; under the same key that may bring the lost answer.
      const again = fault.answer === 'reset' && when === 'after' && typeof answer !== 'string';
      if (again) expect(answer).toMatchObject({ state: 'authorized' });
      else expect(answer).toContain('Stripe gave no answer');
      expect((await provider.lookup(prepared)).state).toBe(when === 'before' ? 'none' : 'authorized');
    }
  });

  test.each(CALLS.slice(1))('P64: an error remembered for %s is got past, and has one effect', async (op) => {
    for (const when of ['before', 'after'] as const) {
      const { charge } = await stripe.authorised(provider, 'pm_card_visa');
      stripe.fake.control.fault({ op, answer: 500, when });
      const ask = () => (op.endsWith('capture') ? provider.capture(charge) : provider.void(charge));
      await expect(ask()).rejects.toThrow('Stripe gave no answer');
      expect((await ask()).state).toBe(op.endsWith('capture') ? 'captured' : 'voided');
      expect((await ask()).state).toBe(op.endsWith('capture') ? 'captured' : 'voided');
      expect(chargesOf(charge.ref)).toHaveLength(1);
    }
  });

  test('P64: errors under several keys in a row are got past too', async () => {
    const { charge } = await stripe.authorised(provider, 'pm_card_visa');
    stripe.fake.control.fault({ op: 'payment_intents.capture', answer: 500, times: 3 });
    for (let i = 0; i < 3; i++) await expect(provider.capture(charge)).rejects.toThrow();
    expect((await provider.capture(charge)).state).toBe('captured');
  });

  test('P63: a wrong key is no answer either', async () => {
    const wrong = stripe.provider({ secretKey: 'sk_live_wrong' });
    await expect(wrong.prepare!(stripe.charge())).rejects.toMatchObject({
      name: 'StripeUnanswered',
      status: 401,
    });
    await expect(wrong.probe()).rejects.toThrow('Stripe gave no answer');
    await expect(provider.probe()).resolves.toBeUndefined();
  });
});

describe('refunds', () => {
  async function captured(card = 'pm_card_visa') {
    const { charge } = await stripe.authorised(provider, card);
    await provider.capture(charge);
    return charge;
  }
  const refundOf = (charge: Awaited<ReturnType<typeof captured>>, amountCents = 1000) => ({
    id: stripe.charge().id,
    charge,
    amountCents,
  });

  test('P65: once by its id, and never more than was taken', async () => {
    const charge = await captured();
    const refund = refundOf(charge, 2000);
    expect(await provider.lookupRefund!(refund)).toEqual({ state: 'none' });
    await Promise.allSettled(Array.from({ length: 6 }, () => provider.refund!(refund)));
    expect(await provider.refund!(refund)).toMatchObject({ state: 'succeeded' });
    expect(await stripe.provider().lookupRefund!(refund)).toMatchObject({ state: 'succeeded' });
    expect(refundsOf(charge.ref)).toHaveLength(1);
    expect(await provider.refund!(refundOf(charge, 3001))).toMatchObject({ state: 'failed' });
    expect(await provider.refund!(refundOf(charge, 3000))).toMatchObject({ state: 'succeeded' });
    expect(await provider.refund!(refundOf(charge, 1))).toEqual({
      state: 'failed',
      reason: 'charge_already_refunded',
    });
  });

  test('P65: lost answers and remembered errors end in one refund', async () => {
    for (const when of ['before', 'after'] as const) {
      const charge = await captured();
      const refund = refundOf(charge);
      stripe.fake.control.fault({ op: 'refunds.create', answer: 500, when });
      await expect(provider.refund!(refund)).rejects.toThrow('Stripe gave no answer');
      expect(await provider.refund!(refund)).toMatchObject({ state: 'succeeded' });
      expect(refundsOf(charge.ref)).toHaveLength(1);
    }
  });

  test('P65: pending is on its way; failed may be tried again', async () => {
    const slow = refundOf(await captured('pm_card_pendingRefund'));
    const pending = await provider.refund!(slow);
    expect(pending.state).toBe('pending');
    stripe.fake.control.settleRefund(pending.ref!, 'failed', 'lost_or_stolen_card');
    expect(await provider.lookupRefund!(slow)).toMatchObject({
      state: 'failed',
      reason: 'lost_or_stolen_card',
    });
    expect((await provider.refund!(slow)).state).toBe('pending');
    expect(refundsOf(slow.charge.ref).map(({ status }) => status)).toEqual(['failed', 'pending']);
    expect(await provider.refund!({ ...slow, charge: { ...slow.charge, ref: null } })).toMatchObject({
      state: 'failed',
    });
  });
});

describe('what a fan pays with', () => {
  test('P66: cards by method and by token, with brand and last four; anything else is refused by its field', async () => {
    expect(await stripe.instrument(provider, 'pm_card_mastercard')).toMatchObject({
      brand: 'mastercard',
      last4: '4444',
    });
    const token = await fetch(`${stripe.fake.url}/v1/test_helpers/confirmation_tokens`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_fake' },
      body: new URLSearchParams({ payment_method: 'pm_card_amex' }),
    }).then((answer) => answer.json() as Promise<{ id: string }>);
    expect(await stripe.instrument(provider, token.id)).toMatchObject({ brand: 'amex', last4: '8431' });
    expect((await stripe.authorised(provider, token.id)).outcome.state).toBe('authorized');
    for (const paymentMethodId of [
      undefined,
      '',
      'pm',
      '4242424242424242',
      'pm_none',
      'ctoken_none',
      'pm_../v1',
    ])
      expect(await provider.instrument({ provider: 'stripe', paymentMethodId }, 'fan')).toMatchObject({
        ok: false,
        error: { code: 'INVALID_REQUEST', details: { field: 'method.paymentMethodId' } },
      });
    for (const [field, more] of [
      ['method.returnUrl', { returnUrl: 'javascript:alert(1)' }],
      ['method.returnUrl', { returnUrl: 'https://evil.example/' }],
      ['method.saveCard', { saveCard: true }],
    ] as const)
      expect(
        await stripe
          .provider({ origins: ['https://tickets.example'] })
          .instrument({ provider: 'stripe', paymentMethodId: 'pm_card_visa', ...more }, 'fan'),
      ).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST', details: { field } } });
  });

  test('P66: while Stripe does not answer nothing begins', async () => {
    stripe.fake.control.fault({ op: 'payment_methods.retrieve', answer: 500 });
    expect(
      await provider.instrument({ provider: 'stripe', paymentMethodId: 'pm_card_visa' }, 'fan'),
    ).toMatchObject({ ok: false, error: { code: 'TEMPORARILY_UNAVAILABLE' } });
  });
});

test('P77: its books page by page, each charge once; what was let go of had taken nothing', async () => {
  const own = stripe.provider({ secretKey: 'sk_test_books' });
  for (let i = 0; i < 103; i++) await own.prepare!(stripe.charge());
  const { charge } = await stripe.authorised(own, 'pm_card_visa');
  await own.void(charge);
  const range = { fromMs: 0, toMs: 4e12 };
  const first = await own.list!(range, null);
  const second = await own.list!(range, first.nextCursor);
  const all = [...first.items, ...second.items];
  expect([first.items.length, second.items.length, second.nextCursor]).toEqual([100, 4, null]);
  expect(new Set(all.map(({ ref }) => ref)).size).toBe(104);
  expect(all.find(({ ref }) => ref === charge.ref)).toMatchObject({
    paymentId: charge.id,
    state: 'voided',
    capturedCents: 0,
    refundedCents: 0,
    currency: 'EUR',
  });
  expect((await own.list!({ fromMs: 0, toMs: 1000 }, null)).items).toEqual([]);
});

test('P61: no call was made under a key that is not ours', () => {
  const keys = stripe.fake.control.books().events.map(({ request }) => request.idempotency_key ?? '');
  expect(keys.length).toBeGreaterThan(50);
  expect(keys.filter((key) => key.startsWith('stripe-node'))).toEqual([]);
});

test('P70: logs and errors know no key, no client secret and nothing of a card', async () => {
  stripe.fake.control.fault({ op: 'payment_intents.confirm', answer: 500, when: 'after' });
  const caught: unknown[] = [];
  await stripe.authorised(provider, 'pm_card_visa').catch((err) => caught.push(err));
  await stripe
    .provider({ secretKey: 'sk_live_leaked' })
    .probe()
    .catch((err) => caught.push(err));
  expect(caught).toHaveLength(2);
  for (const err of caught) log.error({ err }, 'as checkout logs it');
  const text = logged + caught.map((err) => JSON.stringify(err) + String(err)).join();
  for (const secret of ['sk_test', 'sk_live', '_secret_', 'client_secret', '4242', 'fingerprint', 'billing'])
    expect(text, secret).not.toContain(secret);
});
