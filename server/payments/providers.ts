/** The providers this installation takes money through, by the name the contract gives them (rule P2). */
import type { Clock } from '../kernel/index.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import type { Pool } from '../stores/index.ts';
import { cashOnArrival } from './cash-on-arrival.ts';
import { free } from './free.ts';
import type { Provider, ProviderName } from './provider.ts';
import { createTestProvider } from './test-provider.ts';

export interface ProvidersDeps {
  db: Pool;
  clock: Clock;
  /** Whether cards that are nobody's may buy tickets: never where real money is taken. */
  testCards: boolean;
  /** The installation's own Stripe account, where it has one. */
  stripe?: Provider | undefined;
  /** See test-provider.ts; default 20,000 ms. */
  slowAnswerMs?: number;
}

export interface Providers {
  /**
   * The provider of a payment. `methodId`: through which of a vendor's ways to pay (its own credentials); null: the
   * installation's own. Refuses NOT_AVAILABLE: not offered here.
   */
  get(name: ProviderName, methodId: string | null): Promise<Result<Provider>>;
}

export interface InstalledProviders extends Providers {
  /** Whether the installation itself takes payments this way. */
  offers(name: ProviderName): boolean;
}

export function createProviders({ testCards, stripe, ...deps }: ProvidersDeps): InstalledProviders {
  const offered = new Map<ProviderName, Provider>([
    ['cash_on_arrival', cashOnArrival],
    ['free', free],
  ]);
  if (testCards) offered.set('test', createTestProvider(deps));
  if (stripe) offered.set('stripe', stripe);
  return {
    offers: (name) => offered.has(name),
    async get(name) {
      const provider = offered.get(name);
      return provider
        ? ok(provider)
        : refuse('NOT_AVAILABLE', { provider: name }, 'This way to pay is not available here.');
    },
  };
}
