/** Whose books there are: the installation's at each provider, and those of vendors with credentials of their own. */
import type { Provider, ProviderName, Providers } from '../payments/index.ts';
import { type Db, statement } from '../stores/index.ts';

export interface AccountName {
  provider: ProviderName;
  /** A vendor's way to pay with credentials of its own; null: the installation's account. */
  methodId: string | null;
}

/** One account's books could not be read: nothing is said about what stands in them. */
export class BooksAway extends Error {
  readonly account: string;
  constructor(account: string, cause: unknown) {
    super(`${account}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.account = account;
  }
}

const own = statement(
  'reconcile_own_accounts',
  'select id, provider from payments.methods where publishable_key is not null order by id',
);

export const nameOf = ({ provider, methodId }: AccountName): string =>
  methodId === null ? provider : `${provider} (way to pay ${methodId})`;

export interface Accounts {
  /** All there are. */
  readonly all: readonly AccountName[];
  /** Whose books a payment stands in. */
  of(payment: { provider: ProviderName; methodId: string | null }): AccountName;
  /** @throws BooksAway */
  provider(name: AccountName): Promise<Provider>;
}

/** `installed`: the providers that the installation itself may take payments through. */
export async function readAccounts(
  db: Db,
  providers: Providers,
  installed: readonly ProviderName[],
): Promise<Accounts> {
  const owned = await db.all<{ id: string; provider: ProviderName }>(own);
  const vendors = new Map(owned.map((row) => [row.id, row.provider]));
  const offered: AccountName[] = [];
  for (const provider of installed)
    if ((await providers.get(provider, null)).ok) offered.push({ provider, methodId: null });
  return {
    all: [...offered, ...owned.map(({ id, provider }) => ({ provider, methodId: id }))],
    of: ({ provider, methodId }) =>
      methodId !== null && vendors.has(methodId) ? { provider, methodId } : { provider, methodId: null },
    async provider(name) {
      const found = await providers.get(name.provider, name.methodId);
      if (!found.ok) throw new BooksAway(nameOf(name), found.error.code);
      return found.value;
    },
  };
}
