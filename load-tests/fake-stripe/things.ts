/** The objects of this Stripe, as its API shows them. Money is integer minor units, times are seconds since 1970. */

export interface Thing {
  id: string;
  object: string;
  created: number;
}
export type Metadata = Record<string, string>;

export interface Card {
  brand: string;
  display_brand: string;
  last4: string;
  exp_month: number;
  exp_year: number;
  country: string;
  funding: string;
  fingerprint: string;
  checks: object;
  networks: { available: string[]; preferred: null };
  three_d_secure_usage: { supported: boolean };
  wallet: { type: string; dynamic_last4: null } | null;
  generated_from: null;
  regulated_status: string;
}

export interface PaymentMethod extends Thing {
  object: 'payment_method';
  type: 'card';
  card: Card;
  billing_details: object;
  customer: string | null;
  customer_account: null;
  allow_redisplay: string;
  livemode: boolean;
  metadata: Metadata;
}

export interface Customer extends Thing {
  object: 'customer';
  email: string | null;
  name: string | null;
  metadata: Metadata;
  livemode: boolean;
}

export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled';

export interface Intent extends Thing {
  object: 'payment_intent';
  amount: number;
  amount_capturable: number;
  amount_received: number;
  currency: string;
  status: IntentStatus;
  client_secret: string;
  capture_method: 'automatic' | 'automatic_async' | 'manual';
  customer: string | null;
  payment_method: string | null;
  payment_method_types: string[];
  setup_future_usage: string | null;
  latest_charge: string | null;
  last_payment_error: object | null;
  next_action: object | null;
  canceled_at: number | null;
  cancellation_reason: string | null;
  metadata: Metadata;
  description: string | null;
  livemode: boolean;
}

export interface SetupIntent extends Thing {
  object: 'setup_intent';
  status: 'requires_payment_method' | 'requires_action' | 'succeeded' | 'canceled';
  client_secret: string;
  customer: string | null;
  payment_method: string | null;
  usage: string;
  next_action: object | null;
  last_setup_error: object | null;
  metadata: Metadata;
}

export interface Charge extends Thing {
  object: 'charge';
  amount: number;
  amount_captured: number;
  amount_refunded: number;
  captured: boolean;
  refunded: boolean;
  disputed: boolean;
  paid: boolean;
  status: 'succeeded' | 'failed';
  currency: string;
  customer: string | null;
  payment_intent: string;
  payment_method: string;
  failure_code: string | null;
  failure_message: string | null;
  outcome: object;
  metadata: Metadata;
}

export interface Refund extends Thing {
  object: 'refund';
  amount: number;
  currency: string;
  charge: string;
  payment_intent: string;
  status: 'succeeded' | 'pending' | 'failed' | 'canceled' | 'requires_action';
  reason: string | null;
  failure_reason?: string;
  metadata: Metadata;
}

export interface Dispute extends Thing {
  object: 'dispute';
  amount: number;
  currency: string;
  charge: string;
  payment_intent: string;
  reason: string;
  status: 'needs_response' | 'under_review' | 'won' | 'lost';
  is_charge_refundable: boolean;
  metadata: Metadata;
}

export interface ConfirmationToken extends Thing {
  object: 'confirmation_token';
  expires_at: number;
  payment_intent: string | null;
  setup_intent: string | null;
  payment_method_preview: object;
  return_url: string | null;
  setup_future_usage: string | null;
  use_stripe_sdk: boolean;
}

export interface StripeEvent extends Thing {
  object: 'event';
  type: string;
  api_version: string;
  livemode: boolean;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  data: { object: object };
}
