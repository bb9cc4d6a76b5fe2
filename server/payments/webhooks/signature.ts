/** Whether Stripe signed what came in: by the SDK, over the bytes as they came (rule P40). */
import Stripe from 'stripe';
import { LIMITS } from '../../limits.ts';
import { disputeStatusOf } from '../stripe/index.ts';

/** An event's members that we read. Everything else is asked for again at Stripe: a payload is only a hint (rule P43). */
export interface SignedEvent {
  id: string;
  type: string;
  /** s since 1970. */
  created: number;
  livemode: boolean;
  /** Of a connected account; ours are never. */
  account: string | null;
  object: EventObject;
}

export interface EventObject {
  id: string | null;
  object: string | null;
  /** `re_…` and `dp_…`: the intent and the charge they belong to. */
  paymentIntent: string | null;
  charge: string | null;
  metadata: Record<string, string>;
  /** Of a dispute. */
  amount: number | null;
  currency: string | null;
  reason: string | null;
  status: string | null;
  created: number | null;
}

/** A chargeback as its event tells it: money a bank took back. */
export interface SignedDispute {
  /** Minor units. */
  amountCents: number;
  currency: string;
  reason: string | null;
  status: 'open' | 'won' | 'lost';
  createdAt: Date;
}

const ID_MAX = 255;
/** The end of the year 9999. */
const SECOND_MAX = 253_402_300_799;

/** Signed by one of the secrets, and lately: Stripe signs each delivery anew, however old its event is. */
export function isSigned(
  body: Buffer,
  header: string | undefined,
  secrets: readonly string[],
  nowMs: number,
) {
  if (header === undefined || body.length === 0) return false;
  const { signature } = Stripe.webhooks;
  return secrets.some((secret) => {
    try {
      return signature?.verifyHeader(body, header, secret, LIMITS.webhookToleranceSeconds, undefined, nowMs);
    } catch (err) {
      // Of another secret, too old, or no signature at all: the next secret is tried.
      if (err instanceof Stripe.errors.StripeSignatureVerificationError) return false;
      throw err;
    }
  });
}

/** Short, and something that the ledger can hold. */
const text = (value: unknown): string | null =>
  typeof value === 'string' && value.length > 0 && value.length <= ID_MAX && !value.includes('\0')
    ? value
    : null;
const whole = (value: unknown): number | null => (Number.isSafeInteger(value) ? (value as number) : null);
/** s since 1970, of a time that a calendar has. */
const second = (value: unknown): number | null => {
  const at = whole(value);
  return at !== null && at >= 0 && at <= SECOND_MAX ? at : null;
};
/** What Stripe names either by its id or, expanded, whole. */
const idOf = (value: unknown): string | null => text(value) ?? text((value as { id?: unknown } | null)?.id);

function objectOf(given: unknown): EventObject {
  const object = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
  const metadata = Object.entries((object.metadata ?? {}) as Record<string, unknown>).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return {
    id: text(object.id),
    object: text(object.object),
    paymentIntent: idOf(object.payment_intent),
    charge: idOf(object.charge),
    metadata: Object.fromEntries(metadata),
    amount: whole(object.amount),
    currency: text(object.currency),
    reason: text(object.reason),
    status: text(object.status),
    created: second(object.created),
  };
}

/** Null: not a chargeback (a bank's inquiry takes no money, `warning_…`), or not all there. */
export function disputeOf({ object }: SignedEvent): SignedDispute | null {
  const { amount, currency, reason, status, created } = object;
  if (amount === null || currency === null || status === null || created === null) return null;
  if (status.startsWith('warning_')) return null;
  return {
    amountCents: amount,
    currency: currency.toUpperCase(),
    reason,
    status: disputeStatusOf(status),
    createdAt: new Date(created * 1_000),
  };
}

/** Null: no event of the kind that this program reads. */
export function readEvent(body: string): SignedEvent | null {
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch (err) {
    if (err instanceof SyntaxError) return null;
    throw err;
  }
  if (typeof given !== 'object' || given === null) return null;
  const event = given as Record<string, unknown>;
  const [id, type] = [text(event.id), text(event.type)];
  const { created, livemode, data } = event;
  if (event.object !== 'event' || !id || !type) return null;
  if (second(created) === null || typeof livemode !== 'boolean') return null;
  return {
    id,
    type,
    created: created as number,
    livemode,
    account: text(event.account),
    object: objectOf((data as { object?: unknown } | null)?.object),
  };
}
