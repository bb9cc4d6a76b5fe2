/** What tests of ways to pay stand on: the real vault and ledger, and a Stripe that knows whose a key is by its last letters. */
import { createHash } from 'node:crypto';
import { ok, type Result } from '../../protocol/index.ts';
import type { TestWorld } from '../../stores/testing.ts';
import type { Account } from '../../transport/index.ts';
import { createVault, generateVaultKey, readVaultKeys, type Vault } from '../vault/index.ts';
import { createManage, type Manage } from './index.ts';
import type { WayProvider } from './method.ts';

export const vaultOf = (text = generateVaultKey()): Vault => {
  const keys = readVaultKeys(text);
  if (!Array.isArray(keys)) throw new Error(keys.problem);
  return createVault(keys);
};

/** Keys of one account end alike: `credentials('a', 1)` and `credentials('a', 2)` open the same. */
export function credentials(account: string, roll = 1, mode: 'test' | 'live' = 'test') {
  const digest = createHash('sha256').update(`${account}/${roll}`).digest('hex').slice(0, 20);
  return {
    secretKey: `sk_${mode}_${digest}_${account}`,
    publishableKey: `pk_${mode}_${digest}_${account}`,
    webhookSecret: `whsec_${digest}${account}`,
  };
}

/** Whose a key is; `hidden` accounts do not say. */
export const identify = async (secretKey: string): Promise<Result<{ account: string | null }>> => {
  const account = secretKey.split('_').at(-1) as string;
  return ok({ account: account === 'hidden' ? null : `acct_${account}` });
};

export function manageOver(
  world: TestWorld,
  vault: Vault,
  over: Partial<Parameters<typeof createManage>[0]> = {},
): Manage {
  return createManage({
    ledger: world.ledger,
    ids: world.ids,
    vault,
    testCards: true,
    offers: (provider: WayProvider) => provider !== 'stripe',
    identify,
    ...over,
  });
}

export async function accountOf(world: TestWorld, role: 'vendor' | 'operator' = 'vendor'): Promise<Account> {
  const { id, name } = await world.createUser(role);
  return { id, role, name, sessionId: world.ids.next() };
}

export function granted<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.code} ${JSON.stringify(result.error.details)}`);
}
