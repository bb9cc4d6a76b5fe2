/** Stripe behind the interface of providers: the installation's account, or a vendor's own (rules P60–P70). */
import type { Logger } from '../../kernel/index.ts';
import type { BookedCharge, BookedDispute, Charge, Provider } from '../provider.ts';
import { asking, connectStripe, type StripeAccount } from './api.ts';
import { createCharges } from './charges.ts';
import { type Customers, readInstrument } from './instrument.ts';
import { bookedOf, disputeOf } from './outcome.ts';
import { createRefunds } from './refunds.ts';

export interface StripeProviderDeps extends StripeAccount {
  log: Logger;
  /** Keeps fans' cards; absent for a vendor's own account. */
  customers?: Customers;
  /** Where a bank may send the fan back to; default: anywhere. */
  origins?: readonly string[];
}

export interface StripeProvider extends Provider {
  /** Whether Stripe answers, with these credentials. @throws StripeUnanswered */
  probe(): Promise<void>;
  /** The account these credentials belong to. @throws StripeUnanswered */
  identify(): Promise<{ account: string }>;
}

const PAGE = 100;
const second = (ms: number) => Math.ceil(ms / 1000);

export function createStripeProvider({
  log,
  customers,
  origins = [],
  ...account
}: StripeProviderDeps): StripeProvider {
  const stripe = connectStripe(account);
  const { publishableKey } = account;

  /** In Stripe's own order, newest first. */
  async function list(
    { fromMs, toMs }: { fromMs: number; toMs: number },
    cursor: string | null,
  ): Promise<{ items: BookedCharge[]; nextCursor: string | null }> {
    const page = await asking(() =>
      stripe.paymentIntents.list({
        created: { gte: second(fromMs), lt: second(toMs) },
        limit: PAGE,
        expand: ['data.latest_charge'],
        ...(cursor === null ? {} : { starting_after: cursor }),
      }),
    );
    return {
      items: page.data.map(bookedOf),
      nextCursor: page.has_more ? (page.data.at(-1)?.id ?? null) : null,
    };
  }

  async function disputes({ ref }: Charge): Promise<BookedDispute[]> {
    if (ref === null) return [];
    const { data } = await asking(() => stripe.disputes.list({ payment_intent: ref, limit: PAGE }));
    return data.flatMap((each) => disputeOf(each) ?? []);
  }

  return {
    name: 'stripe',
    money: 'capture',
    instrument: (method, userId, through) =>
      readInstrument({ stripe, customers, origins }, method, userId, through),
    ...createCharges({ stripe, publishableKey, log }),
    ...createRefunds({ stripe, log }),
    list,
    disputes,
    async probe() {
      await asking(() => stripe.balance.retrieve());
    },
    async identify() {
      const { id } = await asking(() => stripe.accounts.retrieveCurrent());
      return { account: id };
    },
  };
}
