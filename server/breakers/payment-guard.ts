/**
 * A breaker around money answers with one of three things, and never with "failed" when nobody knows (rule B16): giving
 * the seat away on a guess, while the charge goes through behind the time-out, is how people pay for nothing.
 */
import type { ChargeOutcome, Provider } from '../payments/index.ts';
import { type ServiceBreaker, ServiceUnavailable } from './service-breaker.ts';

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

/**
 * A provider behind its breaker. What was not called or not answered is `unknown`, with the difference in `reason`: the
 * reconciler asks the provider by the payment's id, and learns `none` where nothing had happened.
 */
export function guardProvider(provider: Provider, breaker: ServiceBreaker): Provider {
  const guarded = async (call: () => Promise<ChargeOutcome>): Promise<ChargeOutcome> => {
    const result = await guardPayment(breaker, call);
    if (result.outcome === 'answered') return result.value;
    return {
      state: 'unknown',
      reason: result.outcome === 'not_called' ? 'provider_unavailable' : 'no_answer',
    };
  };
  const { prepare } = provider;
  return {
    ...provider,
    ...(prepare ? { prepare: (charge) => guarded(() => prepare(charge)) } : {}),
    authorise: (charge, instrument) => guarded(() => provider.authorise(charge, instrument)),
    capture: (charge) => guarded(() => provider.capture(charge)),
    void: (charge) => guarded(() => provider.void(charge)),
    lookup: (charge) => guarded(() => provider.lookup(charge)),
  };
}
