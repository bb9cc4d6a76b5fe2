/**
 * A breaker around money answers with one of three things, and never with "failed" when nobody knows (rule B16): giving
 * the seat away on a guess, while the charge goes through behind the time-out, is how people pay for nothing.
 */
import { LIMITS } from '../limits.ts';
import type { ChargeOutcome, Provider, RefundOutcome } from '../payments/index.ts';
import { refuse } from '../protocol/index.ts';
import { type ServiceBreaker, ServiceTimeout, ServiceUnavailable } from './service-breaker.ts';

export type Guarded<T> =
  | { outcome: 'answered'; value: T }
  /** Not called: nothing can have happened; the fan may try again. */
  | { outcome: 'not_called' }
  /** Called, and no answer that can be trusted: keep the hold frozen, ask the provider later (reconcile). */
  | { outcome: 'unknown'; cause: unknown };

/** Runs one call to a payment provider. Never rejects: what the provider throws is an unknown outcome. */
export async function guardPayment<T>(breaker: ServiceBreaker, call: () => Promise<T>): Promise<Guarded<T>> {
  try {
    return { outcome: 'answered', value: await breaker.run(call) };
  } catch (err) {
    return err instanceof ServiceUnavailable ? { outcome: 'not_called' } : { outcome: 'unknown', cause: err };
  }
}

/** A provider that caught its own failure and answered `unknown`: to the breaker a failure, to its caller an answer. */
class NoAnswer<T> extends Error {
  readonly answer: T;
  constructor(answer: T & { reason?: string }) {
    super(`the provider gave no answer: ${answer.reason ?? 'unknown'}`);
    this.answer = answer;
  }
}

/**
 * A provider behind its breaker. What was not called or not answered is `unknown`, with the difference in `reason`: the
 * reconciler asks the provider by the payment's id, and learns `none` where nothing had happened.
 */
export function guardProvider(provider: Provider, breaker: ServiceBreaker): Provider {
  async function guarded<T extends ChargeOutcome | RefundOutcome>(call: () => Promise<T>) {
    const result = await guardPayment(breaker, async () => {
      const answer = await call();
      if (answer.state === 'unknown') throw new NoAnswer(answer);
      return answer;
    });
    if (result.outcome === 'answered') return result.value;
    if (result.outcome === 'unknown' && result.cause instanceof NoAnswer) return result.cause.answer as T;
    const reason = result.outcome === 'not_called' ? 'provider_unavailable' : 'no_answer';
    return { state: 'unknown' as const, reason };
  }
  const { prepare, nextAction, refund, lookupRefund, list, disputes } = provider;
  return {
    ...provider,
    // What a fan pays with is looked at before anything begins: unanswered, they may simply try again.
    async instrument(method, userId) {
      try {
        return await provider.instrument(method, userId, (call) => breaker.run(call));
      } catch (err) {
        if (!(err instanceof ServiceUnavailable || err instanceof ServiceTimeout)) throw err;
        return refuse('TEMPORARILY_UNAVAILABLE', { retryAfterMs: LIMITS.breakerBackoffMs });
      }
    },
    ...(prepare ? { prepare: (charge) => guarded(() => prepare(charge)) } : {}),
    authorise: (charge, instrument) => guarded(() => provider.authorise(charge, instrument)),
    capture: (charge) => guarded(() => provider.capture(charge)),
    void: (charge) => guarded(() => provider.void(charge)),
    lookup: (charge) => guarded(() => provider.lookup(charge)),
    ...(nextAction ? { nextAction: (charge) => breaker.run(() => nextAction(charge)) } : {}),
    ...(refund ? { refund: (wanted) => guarded(() => refund(wanted)) } : {}),
    ...(lookupRefund ? { lookupRefund: (wanted) => guarded(() => lookupRefund(wanted)) } : {}),
    // Reading its books has no outcome to be unsure of: whoever reads hears that it could not be.
    ...(list ? { list: (range, cursor) => breaker.run(() => list(range, cursor)) } : {}),
    ...(disputes ? { disputes: (charge) => breaker.run(() => disputes(charge)) } : {}),
  };
}
