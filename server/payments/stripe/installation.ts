/** The installation's own Stripe account: it takes payments, and keeps fans' cards. */
import type { Ids, Logger } from '../../kernel/index.ts';
import type { Db } from '../../stores/index.ts';
import { connectStripe, type StripeAccount } from './api.ts';
import { type Cards, createCards } from './cards.ts';
import { createCustomers } from './customers.ts';
import { createStripeProvider, type StripeProvider } from './provider.ts';

export interface InstallationStripe {
  provider: StripeProvider;
  cards: Cards;
}

export interface InstallationStripeDeps extends StripeAccount {
  db: Db;
  ids: Ids;
  log: Logger;
  origins?: readonly string[];
}

export function createInstallationStripe({
  db,
  ids,
  log,
  origins,
  ...account
}: InstallationStripeDeps): InstallationStripe {
  const stripe = connectStripe(account);
  const customers = createCustomers(db, stripe);
  return {
    provider: createStripeProvider({ ...account, log, customers, ...(origins ? { origins } : {}) }),
    cards: createCards({ stripe, publishableKey: account.publishableKey, customers, ids }),
  };
}
