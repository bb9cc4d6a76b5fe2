/**
 * Ways to pay put together: vendors' own, their sealed credentials, providers made from these, and what providers tell us.
 * What is the installation's own comes in; a vendor's own account stands behind a breaker of its own.
 */
import { createServiceBreaker, guardProvider, type Part } from '../breakers/index.ts';
import type { HouseDeps } from '../compose.ts';
import { LIMITS } from '../limits.ts';
import type { Providers } from '../payments/index.ts';
import {
  type Choose,
  createCardForms,
  createChoose,
  createManage,
  createOwnProviders,
  type Manage,
  type OwnAccount,
  type WayProvider,
} from '../payments/methods/index.ts';
import { createStripeProvider, StripeUnanswered } from '../payments/stripe/index.ts';
import { createVault, loadVaultKeys, type Vault } from '../payments/vault/index.ts';
import { ok, refuse } from '../protocol/index.ts';

export interface WaysDeps extends Pick<HouseDeps, 'config' | 'clock' | 'ids' | 'log' | 'ledger'> {
  /** The installation's own, each behind its breaker. */
  installed: Providers & { offers(provider: WayProvider): boolean };
  /** Where vendors' accounts are asked; undefined: at Stripe. */
  stripeApiBase: string | undefined;
  /** Of the installation's own Stripe account. */
  publishableKey: string | undefined;
}

export interface Ways extends Choose {
  vault: Vault;
  manage: Manage;
  /** Of a payment: the installation's, or its way's own account. */
  providers: Providers;
  /** Vendors' own accounts that this process has asked, as far as they are up. */
  ownAccounts(): readonly Part[];
  cardForms(): Promise<boolean>;
  stop(): void;
}

/** Stripe's answer to a key that opens nothing. */
const NO_SUCH_KEY = [401, 403];

export function composeWays(deps: WaysDeps): Ways {
  const { config, clock, ids, log, ledger, installed, stripeApiBase } = deps;
  const vault = createVault(loadVaultKeys(config));
  const at = stripeApiBase === undefined ? {} : { apiBase: stripeApiBase };
  const stripeOf = (account: { secretKey: string; publishableKey: string }) =>
    createStripeProvider({ ...account, ...at, log, origins: config.origins });

  const ownAccounts = new Set<Part>();

  function make({ methodId, secretKey, publishableKey }: OwnAccount) {
    const bare = stripeOf({ secretKey, publishableKey });
    const breaker = createServiceBreaker({
      name: `stripe account of ${methodId}`,
      clock,
      log,
      timeoutMs: LIMITS.providerTimeoutMs,
      times: config.breaker,
      probe: () => bare.probe(),
    });
    // Whose it is, is between the vendor and Stripe: fans read this.
    const part = { ...breaker, label: 'an organiser’s own card provider' };
    ownAccounts.add(part);
    return {
      provider: guardProvider(bare, breaker),
      stop() {
        ownAccounts.delete(part);
        breaker.stop();
      },
    };
  }

  const own = createOwnProviders({ db: ledger.payments, vault, log, make });
  const providers: Providers = {
    async get(name, methodId) {
      const mine = name === 'stripe' && methodId !== null ? await own.get(methodId) : null;
      return mine ?? installed.get(name, methodId);
    },
  };
  const manage = createManage({
    ledger,
    ids,
    vault,
    testCards: !config.production,
    offers: installed.offers,
    async identify(secretKey) {
      try {
        return ok(await stripeOf({ secretKey, publishableKey: '' }).identify());
      } catch (err) {
        if (!(err instanceof StripeUnanswered)) throw err;
        if (err.status !== null && NO_SUCH_KEY.includes(err.status))
          return refuse(
            'INVALID_REQUEST',
            { field: 'credentials.secretKey' },
            'Stripe does not know this key, or it may not say whose it is.',
          );
        return refuse(
          'TEMPORARILY_UNAVAILABLE',
          { retryAfterMs: LIMITS.breakerBackoffMs },
          'Stripe does not answer just now, so that these keys could not be tried. Nothing was changed.',
        );
      }
    },
  });
  const choose = createChoose({
    db: ledger.payments,
    providers,
    offers: installed.offers,
    publishableKey: deps.publishableKey,
  });
  const cardForms = createCardForms({
    db: ledger.reads,
    clock,
    log,
    installed: deps.publishableKey !== undefined,
  });
  return {
    vault,
    manage,
    providers,
    ...choose,
    ownAccounts: () => [...ownAccounts],
    cardForms,
    stop: own.stop,
  };
}
