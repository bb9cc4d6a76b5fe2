/**
 * A charge as a PaymentIntent with manual capture (rules P60–P64). Every call that changes something carries a key made of
 * the payment's id, so that asking twice is asking once; how the charge stands is always read from the intent itself.
 *
 * An error of Stripe's own (500) is remembered under its key and would be answered for ever. Where the intent still stands
 * as before, capture and cancel are asked under the next generation of the key (`<payment>:capture:2`). That is safe for
 * these two and no others: they move the intent by its own state, which admits each once, whole, and their remembered
 * request has come to its end. A confirmation is never asked again (the card is gone with the request that brought it),
 * nor is a creation: a payment without an intent took nothing, and the next try is a payment of its own.
 */
import type Stripe from 'stripe';
import type { Logger } from '../../kernel/index.ts';
import type { Charge, ChargeOutcome, Instrument, NextAction } from '../provider.ts';
import { asking, isRemembered, isReplayed, refusedBy, StripeUnanswered } from './api.ts';
import { countsAlike } from './currencies.ts';
import type { Means } from './instrument.ts';
import { ORDER_ID, outcomeOf, PAYMENT_ID } from './outcome.ts';

export interface ChargesDeps {
  stripe: Stripe;
  publishableKey: string;
  log: Logger;
}

type Verb = 'create' | 'customer' | 'confirm' | 'capture' | 'cancel';
type Change = 'capture' | 'cancel';
type Answered = Stripe.Response<Stripe.PaymentIntent>;

const GENERATIONS_MAX = 5;

export const keyOf = (paymentId: string, verb: Verb, generation = 1): string =>
  generation === 1 ? `${paymentId}:${verb}` : `${paymentId}:${verb}:${generation}`;

const refOf = ({ id, ref }: Charge): string => {
  if (ref === null) throw new Error(`payment ${id} was not prepared`);
  return ref;
};

export function createCharges({ stripe, publishableKey, log }: ChargesDeps) {
  const intents = stripe.paymentIntents;
  const read = (charge: Charge): Promise<Stripe.PaymentIntent> =>
    asking(() => intents.retrieve(refOf(charge)));

  /** Null: this account has no such intent. */
  async function found(charge: Charge): Promise<Stripe.PaymentIntent | null> {
    try {
      return await intents.retrieve(refOf(charge));
    } catch (err) {
      const { kind, reason } = refusedBy(err);
      if (kind === 'missing') return null;
      throw new StripeUnanswered(reason, 400, null);
    }
  }

  /** The intent after `call`; whatever its state refused, and what was answered before, is read afresh. */
  async function changed(
    charge: Charge,
    verb: Change,
    done: readonly Stripe.PaymentIntent.Status[],
    call: (options: Stripe.RequestOptions) => Promise<Answered>,
  ): Promise<Stripe.PaymentIntent> {
    for (let generation = 1; ; generation++) {
      try {
        const answer = await call({ idempotencyKey: keyOf(charge.id, verb, generation) });
        return isReplayed(answer) ? await read(charge) : answer;
      } catch (err) {
        if (isRemembered(err) && generation < GENERATIONS_MAX) {
          const now = await read(charge);
          if (done.includes(now.status)) return now;
          log.warn({ paymentId: charge.id, verb, generation }, 'asking Stripe under the next key');
          continue;
        }
        if (refusedBy(err).kind === 'declined') throw err;
        return await read(charge);
      }
    }
  }

  const cancel = (charge: Charge): Promise<Stripe.PaymentIntent> =>
    changed(charge, 'cancel', ['canceled', 'succeeded'], (options) =>
      intents.cancel(refOf(charge), { cancellation_reason: 'abandoned' }, options),
    );

  async function prepare(charge: Charge): Promise<ChargeOutcome> {
    if (!countsAlike(charge.currency)) {
      log.error({ paymentId: charge.id, currency: charge.currency }, 'Stripe counts this currency otherwise');
      return { state: 'declined', reason: 'currency_not_supported' };
    }
    try {
      // Nothing here that the ledger could not say again: the same key needs the same parameters.
      const intent = await intents.create(
        {
          amount: charge.amountCents,
          currency: charge.currency.toLowerCase(),
          capture_method: 'manual',
          // What `payment_method_types` was until the version of 2026: wallets are cards, redirects are none.
          allowed_payment_method_types: ['card'],
          metadata: { [PAYMENT_ID]: charge.id, [ORDER_ID]: charge.orderId },
        },
        { idempotencyKey: keyOf(charge.id, 'create') },
      );
      return { state: 'none', ref: intent.id };
    } catch (err) {
      // An amount or currency Stripe does not take: no other answer will come.
      return { state: 'declined', reason: refusedBy(err).reason };
    }
  }

  async function confirm(charge: Charge, means: Means): Promise<Answered> {
    const ref = refOf(charge);
    const { paymentMethod, confirmationToken, customer, save, returnUrl } = means;
    if (customer !== undefined)
      await intents.update(ref, { customer }, { idempotencyKey: keyOf(charge.id, 'customer') });
    return intents.confirm(
      ref,
      {
        ...(paymentMethod === undefined ? {} : { payment_method: paymentMethod }),
        ...(confirmationToken === undefined ? {} : { confirmation_token: confirmationToken }),
        ...(returnUrl === undefined ? {} : { return_url: returnUrl }),
        ...(save ? { setup_future_usage: 'on_session' as const } : {}),
        // Stripe.js takes the bank's step on our page; the way back is for banks that insist on theirs.
        use_stripe_sdk: true,
      },
      { idempotencyKey: keyOf(charge.id, 'confirm') },
    );
  }

  async function authorise(charge: Charge, instrument: Instrument): Promise<ChargeOutcome> {
    try {
      const answer = await confirm(charge, JSON.parse(instrument.secret) as Means);
      return outcomeOf(charge, isReplayed(answer) ? await read(charge) : answer);
    } catch (err) {
      const { kind, reason } = refusedBy(err);
      // Nobody has this intent's client secret yet, so that after a declined card nothing can follow.
      if (kind === 'declined') return { state: 'declined', ref: refOf(charge), reason };
      if (kind === 'state') return lookup(charge);
      // The card cannot be used at all (a token used twice, a card taken away meanwhile).
      const after = await voidCharge(charge);
      return after.state === 'voided' ? { state: 'declined', ref: refOf(charge), reason } : after;
    }
  }

  async function capture(charge: Charge): Promise<ChargeOutcome> {
    try {
      const amount_to_capture = charge.amountCents;
      const after = await changed(charge, 'capture', ['succeeded', 'canceled'], (options) =>
        intents.capture(refOf(charge), { amount_to_capture }, options),
      );
      return outcomeOf(charge, after);
    } catch (err) {
      const { reason } = refusedBy(err);
      // The order is about to be canceled: what is held of the fan's money is let go of first.
      const after = outcomeOf(charge, await cancel(charge));
      return after.state === 'voided' ? { state: 'capture_failed', ref: refOf(charge), reason } : after;
    }
  }

  async function voidCharge(charge: Charge): Promise<ChargeOutcome> {
    // Its ref is written down before anything is authorised: without one there is nothing to end.
    if (charge.ref === null) return { state: 'voided' };
    return outcomeOf(charge, await cancel(charge));
  }

  /** Declined for good, even for a fan who holds the client secret and might try another card past us: canceled. */
  async function lookup(charge: Charge): Promise<ChargeOutcome> {
    if (charge.ref === null) return { state: 'none' };
    const intent = await found(charge);
    if (intent === null) return { state: 'none', reason: 'resource_missing' };
    let outcome = outcomeOf(charge, intent);
    if (outcome.state === 'declined') outcome = await voidCharge(charge);
    const { state, ref, reason } = outcome;
    return state === 'voided' && reason !== undefined ? { state: 'declined', ref, reason } : outcome;
  }

  return {
    prepare,
    authorise,
    capture,
    void: voidCharge,
    lookup,
    async nextAction(charge: Charge): Promise<NextAction> {
      const { client_secret } = await read(charge);
      if (client_secret === null) throw new Error(`Stripe shows no client secret of payment ${charge.id}`);
      return { type: 'stripe', url: '/payment/confirm', clientSecret: client_secret, publishableKey };
    },
  };
}
