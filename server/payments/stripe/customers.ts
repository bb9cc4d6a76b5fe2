/**
 * Fans as customers of the installation's own Stripe account (rule P72). A fan becomes one when a card is first kept; Stripe
 * is told our account id and nothing else of them.
 */
import type Stripe from 'stripe';
import { type Db, statement } from '../../stores/index.ts';
import type { Through } from '../provider.ts';
import { asking } from './api.ts';
import { type Customers, directly } from './instrument.ts';

const find = statement(
  'stripe_customer_find',
  'select customer_ref as ref from payments.customers where user_id = $1 and account_ref = $2',
);
const keep = statement(
  'stripe_customer_keep',
  `insert into payments.customers (user_id, account_ref, customer_ref) values ($1, $2, $3)
   on conflict (user_id, account_ref) do nothing`,
);

export function createCustomers(db: Db, stripe: Stripe): Customers {
  let known: string | undefined;
  /** Asked once: what account a key opens does not change. */
  async function account(through: Through): Promise<string> {
    known ??= (await through(() => asking(() => stripe.accounts.retrieveCurrent()))).id;
    return known;
  }

  async function found(userId: string, through: Through = directly): Promise<string | null> {
    return (await db.one<{ ref: string }>(find, [userId, await account(through)]))?.ref ?? null;
  }

  return {
    find: found,
    async make(userId, through = directly) {
      const before = await found(userId, through);
      if (before !== null) return before;
      const { id } = await through(() =>
        asking(() =>
          stripe.customers.create(
            { metadata: { user_id: userId } },
            { idempotencyKey: `${userId}:customer` },
          ),
        ),
      );
      // Two requests at once have one key and so one customer; whoever wrote it down first is right in any case.
      await db.all(keep, [userId, await account(through), id]);
      return (await found(userId, through)) as string;
    },
  };
}
