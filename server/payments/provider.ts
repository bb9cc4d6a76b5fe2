/**
 * What a payment provider is to this program. Every call carries the payment's id, which is the provider's
 * idempotency key: the same call again has no further effect and answers how things stand (rule P1).
 *
 *   none ─▶ pending ─▶ authorized ─▶ captured
 *     │   ╲ requires_action ╱ │    ╲▶ capture_failed
 *     ▼          ▼            ▼
 *   voided ◀─────┴────────────┘        declined
 *
 * An outcome nobody knows yet is `unknown`: it is asked for later (`lookup`), never guessed (rule P3).
 */
import type { Result } from '../protocol/index.ts';

/** What a fan may ask for. */
export const PROVIDER_NAMES = ['test', 'cash_on_arrival', 'stripe'] as const;
/** `free`: what an order that costs nothing is settled by, whatever was asked for. */
export type ProviderName = (typeof PROVIDER_NAMES)[number] | 'free';

export interface Charge {
  /** The payment's id: the provider's idempotency key. */
  id: string;
  /** Minor units. */
  amountCents: number;
  /** ISO 4217, upper case. */
  currency: string;
  /** The provider's own name for the charge, once it was prepared or answered. */
  ref: string | null;
  /** What the provider may show its account holder beside the charge. */
  orderId: string;
}

export type ChargeState =
  | 'none'
  | 'pending'
  | 'requires_action'
  | 'authorized'
  | 'declined'
  | 'captured'
  | 'capture_failed'
  | 'voided'
  /** Amount or currency are not what was asked for: nothing may be built on it. */
  | 'mismatched'
  | 'unknown';

export interface ChargeOutcome {
  state: ChargeState;
  /** The provider's own name for the charge. */
  ref?: string;
  /** Why it was declined or failed: a short code, fit for a log. */
  reason?: string;
  /** Of a `mismatched` charge: what was taken, minor units. */
  takenCents?: number;
}

/** A step the fan owes before the bank decides; the page takes it, then posts `{orderId}` to `/payment/confirm`. */
export type NextAction =
  /** Approve or refuse here: `POST /payment/confirm {orderId, approve}`. */
  | { type: 'confirm'; url: '/payment/confirm' }
  /** Stripe.js takes it (`stripe.handleNextAction({clientSecret})`). */
  | { type: 'stripe'; url: '/payment/confirm'; clientSecret: string; publishableKey: string };

export interface Refund {
  /** The refund's id: the provider's idempotency key. */
  id: string;
  charge: Charge;
  /** Minor units, of the charge's currency. */
  amountCents: number;
}

export interface RefundOutcome {
  /** `pending`: on its way, ask again. `failed`: for good. `none`: never heard of it. */
  state: 'succeeded' | 'pending' | 'failed' | 'none' | 'unknown';
  ref?: string;
  reason?: string;
  /** What goes back by it, minor units, where the provider says. */
  amountCents?: number;
}

/** A charge as the provider's books have it, for the reconciler. */
export interface BookedCharge {
  ref: string;
  /** The payment it was made for; null: it does not say. */
  paymentId: string | null;
  amountCents: number;
  capturedCents: number;
  refundedCents: number;
  currency: string;
  state: ChargeState;
  /** Whether its bank has ever been asked for the money back (`disputes` tells). */
  disputed?: boolean;
  /** ms since 1970. */
  createdAtMs: number;
}

/** A chargeback as the provider's books have it. */
export interface BookedDispute {
  ref: string;
  /** Minor units. */
  amountCents: number;
  currency: string;
  reason: string | null;
  status: 'open' | 'won' | 'lost';
  createdAtMs: number;
}

/** What a fan pays with, checked; it lives in memory only. */
export interface Instrument {
  /** All that is ever written down of a card. */
  last4: string | null;
  /** `visa`, `mastercard`, …: what a way to pay may be restricted to; null: no card, or not known. */
  brand: string | null;
  /** Whatever the provider needs to authorise; never logged, never stored. */
  secret: string;
}

/** What a provider's network is asked through: its breaker (rule P93). It rejects as the call does, or without making it. */
export type Through = <T>(call: () => Promise<T>) => Promise<T>;

export interface Provider {
  readonly name: ProviderName;
  /** `capture`: money is authorised now and taken once the tickets exist. `later`: it changes hands at the door. */
  readonly money: 'capture' | 'later';
  /**
   * Reads the request's method. Refuses INVALID_REQUEST with the field, TEMPORARILY_UNAVAILABLE where that takes an answer
   * that did not come. `through`: around every call of its network, and around nothing else: what was only read here shows
   * nobody to be up. Default: directly. `userId`: whose kept cards may be used; null: nobody's.
   */
  instrument(method: PaymentMethod, userId: string | null, through?: Through): Promise<Result<Instrument>>;
  /**
   * Makes the charge known to the provider without any money: its answer's `ref` is written down before `authorise`
   * is called, so that a charge without a ref has never been authorised (rule P60).
   */
  prepare?(charge: Charge): Promise<ChargeOutcome>;
  authorise(charge: Charge, instrument: Instrument): Promise<ChargeOutcome>;
  capture(charge: Charge): Promise<ChargeOutcome>;
  /**
   * Ends an authorisation. Answers `voided` only when it is certain that no money can follow, whatever is still on
   * its way; when the charge had been captured, says so.
   */
  void(charge: Charge): Promise<ChargeOutcome>;
  lookup(charge: Charge): Promise<ChargeOutcome>;
  /** The step the fan owes (`requires_action`), where this provider's step can be taken here. */
  approve?(charge: Charge, approved: boolean): Promise<ChargeOutcome>;
  /** What the fan has to do, while `requires_action`; without it: `confirm`. */
  nextAction?(charge: Charge): Promise<NextAction>;
  /** Gives captured money back; by its id, once. Without it: nothing was taken, nothing can be given back. */
  refund?(refund: Refund): Promise<RefundOutcome>;
  lookupRefund?(refund: Refund): Promise<RefundOutcome>;
  /** Its books between two moments (ms since 1970), page by page in the provider's own order, each charge once. */
  list?(
    range: { fromMs: number; toMs: number },
    cursor: string | null,
  ): Promise<{ items: BookedCharge[]; nextCursor: string | null }>;
  /** Chargebacks of one charge, inquiries that take no money left out; for the reconciler. */
  disputes?(charge: Charge): Promise<BookedDispute[]>;
  /** Rejects when it does not answer; without it a lookup tells as much. */
  probe?(): Promise<void>;
}

/** What a fan pays with, as the request says it. */
export interface PaymentMethod {
  provider: ProviderName;
  /** One of the event's ways to pay (`GET /events/{id}/payment-methods`); null or absent: the installation's own. */
  methodId?: string | null;
  card?: string;
  /** Stripe: what its form or its vault handed over (`pm_…`, `ctoken_…`). */
  paymentMethodId?: string;
  /** Stripe: where a bank's own page sends the fan back to. */
  returnUrl?: string;
  /** Stripe: keep the card for next time. */
  saveCard?: boolean;
}
