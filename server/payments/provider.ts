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

export const PROVIDER_NAMES = ['test', 'cash_on_arrival', 'stripe'] as const;
export type ProviderName = (typeof PROVIDER_NAMES)[number];

export interface Charge {
  /** The payment's id: the provider's idempotency key. */
  id: string;
  /** Minor units. */
  amountCents: number;
  currency: string;
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
  | 'unknown';

export interface ChargeOutcome {
  state: ChargeState;
  /** The provider's own name for the charge. */
  ref?: string;
  /** Why it was declined or failed: a short code, fit for a log. */
  reason?: string;
}

/** What a fan pays with, checked; it lives in memory only. */
export interface Instrument {
  /** All that is ever written down of a card. */
  last4: string | null;
  /** Whatever the provider needs to authorise; never logged, never stored. */
  secret: string;
}

export interface Provider {
  readonly name: ProviderName;
  /** `capture`: money is authorised now and taken once the tickets exist. `later`: it changes hands at the door. */
  readonly money: 'capture' | 'later';
  /** Reads the request's method. Refuses INVALID_REQUEST with the field, or NOT_AVAILABLE. */
  instrument(method: PaymentMethod): Result<Instrument>;
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
}

export interface PaymentMethod {
  provider: ProviderName;
  card?: string;
}
