/** Checkout asks before anything freezes: whether a way to pay can be taken now (rules O28, B28). */
import type { Clock } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { ProviderName } from '../payments/index.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import type { Services } from './services.ts';

/** The service a card provider is; cash and orders that cost nothing need none. */
export const paymentsBy = (provider: ProviderName): string => `payments:${provider}`;

export function createReady(services: Services, clock: Clock): (provider: ProviderName) => Result<void> {
  return (provider) => {
    const name = paymentsBy(provider);
    if (!services.names().includes(name)) return ok(undefined);
    const { state, reason, retryAt } = services.note(name);
    // Degraded: calls go through, and one of them succeeding is as good as a retry.
    if (state !== 'unavailable') return ok(undefined);
    const waitMs = retryAt === null ? 0 : Date.parse(retryAt) - clock.now();
    return refuse('PAYMENTS_PAUSED', { retryAfterMs: Math.max(waitMs, LIMITS.pausedRetryMs), reason });
  };
}
