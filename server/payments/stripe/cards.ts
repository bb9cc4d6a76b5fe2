/** Cards kept for next time, at the installation's own Stripe account (rules P72, P73). Here no part of a card is stored. */
import type Stripe from 'stripe';
import type { Ids } from '../../kernel/index.ts';
import { ok, type Result, refuse } from '../../protocol/index.ts';
import { asking, refusedBy, StripeUnanswered } from './api.ts';
import type { Customers } from './instrument.ts';

export interface SavedCard {
  id: string;
  brand: string;
  last4: string;
  expMonth: number;
  expYear: number;
}

export interface Cards {
  mine(userId: string): Promise<Result<SavedCard[]>>;
  /** What Stripe's form needs to take a card and keep it. */
  add(userId: string): Promise<Result<{ clientSecret: string; publishableKey: string }>>;
  /** Refuses NOT_FOUND, also for another fan's card. Twice is once. */
  remove(userId: string, cardId: string): Promise<Result<{ removed: true }>>;
}

const PAGE = 100;
const RETRY_MS = 2_000;

/** What Stripe did not answer is told as such: nothing of ours depends on it. */
async function answered<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (err) {
    if (!(err instanceof StripeUnanswered)) throw err;
    return refuse('TEMPORARILY_UNAVAILABLE', { retryAfterMs: RETRY_MS });
  }
}

function viewOf({ id, card }: Stripe.PaymentMethod): SavedCard[] {
  if (!card) return [];
  return [{ id, brand: card.brand, last4: card.last4, expMonth: card.exp_month, expYear: card.exp_year }];
}

export interface CardsDeps {
  stripe: Stripe;
  publishableKey: string;
  customers: Customers;
  ids: Ids;
}

export function createCards({ stripe, publishableKey, customers, ids }: CardsDeps): Cards {
  return {
    mine: (userId) =>
      answered(async () => {
        const customer = await customers.find(userId);
        if (customer === null) return ok([]);
        const { data } = await asking(() =>
          stripe.customers.listPaymentMethods(customer, { type: 'card', limit: PAGE }),
        );
        return ok(data.flatMap(viewOf));
      }),
    add: (userId) =>
      answered(async () => {
        const customer = await customers.make(userId);
        const { client_secret } = await asking(() =>
          stripe.setupIntents.create(
            { customer, allowed_payment_method_types: ['card'], usage: 'on_session' },
            { idempotencyKey: `${ids.next()}:setup` },
          ),
        );
        if (client_secret === null) throw new Error('Stripe shows no client secret of a new setup intent');
        return ok({ clientSecret: client_secret, publishableKey });
      }),
    remove: (userId, cardId) =>
      answered(async () => {
        const customer = await customers.find(userId);
        if (customer === null) return refuse('NOT_FOUND');
        try {
          const method = await stripe.paymentMethods.retrieve(cardId);
          if (method.customer !== customer) return refuse('NOT_FOUND');
          await stripe.paymentMethods.detach(cardId, {}, { idempotencyKey: `${cardId}:detach` });
          return ok({ removed: true as const });
        } catch (err) {
          // Not there, or taken away by another request meanwhile.
          refusedBy(err);
          return refuse('NOT_FOUND');
        }
      }),
  };
}
