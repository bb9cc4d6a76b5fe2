/**
 * Stripe's official SDK, and the one place where its errors are read. What Stripe answered is a value; what it did not
 * answer is thrown as `StripeUnanswered`, which carries a code and a request id and nothing of a card: the SDK's own errors
 * hold whole intents, client secrets included, and would take them into the logs (rule P70).
 */
import Stripe from 'stripe';
import { LIMITS } from '../../limits.ts';

/**
 * The version of Stripe's API this program was written against and is tested with. Upgrading: take the SDK that is made for
 * the new one (its `ApiVersion`), read Stripe's changelog between the two, run the tests against stripe-mock and the fake
 * Stripe, then set it here and in load-tests/fake-stripe/house.ts; webhook endpoints are moved to it after the release.
 */
export const STRIPE_API_VERSION = '2026-10-28.endive';

export interface StripeAccount {
  secretKey: string;
  publishableKey: string;
  /** Where the API is; absent: Stripe. Development and tests only. */
  apiBase?: string;
  /** A call that was not answered by then is given up; default limits.ts. */
  timeoutMs?: number;
}

export function connectStripe({
  secretKey,
  apiBase,
  timeoutMs,
}: Omit<StripeAccount, 'publishableKey'>): Stripe {
  const base = apiBase === undefined ? null : new URL(apiBase);
  return new Stripe(secretKey, {
    apiVersion: STRIPE_API_VERSION,
    // Who asks again, and when, is the saga's to say: it knows whether the question still stands. (The SDK repeats a
    // request whose connection was closed all the same; our idempotency keys make that harmless.)
    maxNetworkRetries: 0,
    timeout: timeoutMs ?? LIMITS.stripeTimeoutMs,
    telemetry: false,
    appInfo: { name: 'Holdfast' },
    ...(base
      ? {
          host: base.hostname,
          port: base.port || (base.protocol === 'https:' ? 443 : 80),
          protocol: base.protocol === 'https:' ? 'https' : 'http',
        }
      : {}),
  });
}

/** No answer that says how things stand: a cut connection, a time-out, an error of Stripe's, too many requests. */
export class StripeUnanswered extends Error {
  override readonly name = 'StripeUnanswered';
  readonly code: string;
  readonly status: number | null;
  readonly requestId: string | null;
  constructor(code: string, status: number | null, requestId: string | null) {
    super(`Stripe gave no answer: ${code}${status === null ? '' : ` (${status})`}`);
    this.code = code;
    this.status = status;
    this.requestId = requestId;
  }
}

/** What Stripe said no to. */
export interface Refused {
  /** `declined`: the card's bank. `state`: the object is past it: read it again. `invalid`: the request itself. */
  kind: 'declined' | 'state' | 'invalid' | 'missing';
  /** A short code, fit for a log. */
  reason: string;
}

/** Codes of a 400 that mean: the object has moved, what is true now stands in it. */
const MOVED: readonly string[] = [
  'payment_intent_unexpected_state',
  'charge_expired_for_capture',
  'charge_already_captured',
];
/** Refused for now, not for good. */
const LATER: readonly string[] = ['balance_insufficient', 'lock_timeout', 'rate_limit'];

/** An error Stripe remembers under the idempotency key and will answer for ever. */
export const isRemembered = (err: unknown): boolean =>
  err instanceof Stripe.errors.StripeError &&
  ((err.statusCode ?? 0) >= 500 || err.statusCode === 429) &&
  err.headers?.['idempotent-replayed'] === 'true';

/** An answer given before under the same key: true then, perhaps not now. */
export const isReplayed = (answer: { lastResponse: { headers: Record<string, string> } }): boolean =>
  answer.lastResponse.headers['idempotent-replayed'] === 'true';

/** @throws StripeUnanswered where Stripe's error is no answer; what is not Stripe's is thrown on */
export function refusedBy(err: unknown): Refused {
  const { errors } = Stripe;
  if (!(err instanceof errors.StripeError)) throw err;
  const reason = err.decline_code ?? err.code ?? err.rawType ?? 'error';
  if (err instanceof errors.StripeCardError) return { kind: 'declined', reason };
  // Other parameters under a key of ours: the first request counts, and the object says what came of it.
  if (err instanceof errors.StripeIdempotencyError) return { kind: 'state', reason: 'idempotency' };
  if (err instanceof errors.StripeInvalidRequestError && !LATER.includes(reason)) {
    if (MOVED.includes(reason)) return { kind: 'state', reason };
    return { kind: reason === 'resource_missing' ? 'missing' : 'invalid', reason };
  }
  throw new StripeUnanswered(err.code ?? err.type, err.statusCode ?? null, err.requestId ?? null);
}

/** Asks, and keeps the SDK's errors from leaving. @throws StripeUnanswered, also where Stripe refused */
export async function asking<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (err) {
    const { reason } = refusedBy(err);
    throw new StripeUnanswered(reason, 400, null);
  }
}
