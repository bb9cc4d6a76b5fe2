/** What tests of the Stripe provider stand on: the fake Stripe in this process, and charges as checkout makes them. */
import { type FakeStripe, startFakeStripe } from '../../../load-tests/fake-stripe/index.ts';
import { createIds, type Logger, systemClock } from '../../kernel/index.ts';
import type { Charge, ChargeOutcome, Instrument } from '../provider.ts';
import { createStripeProvider, type StripeProvider, type StripeProviderDeps } from './index.ts';

export const KEYS = { secretKey: 'sk_test_fake', publishableKey: 'pk_test_fake' };

export interface StripeWorld {
  fake: FakeStripe;
  /** A provider on the fake: a process of its own. */
  provider(other?: Partial<StripeProviderDeps>): StripeProvider;
  charge(amountCents?: number, currency?: string): Charge;
  /** @throws Error where the card is refused */
  instrument(provider: StripeProvider, paymentMethodId: string): Promise<Instrument>;
  /** Prepared and confirmed, with its ref. */
  authorised(
    provider: StripeProvider,
    paymentMethodId: string,
    amountCents?: number,
  ): Promise<{ charge: Charge; outcome: ChargeOutcome }>;
  close(): Promise<void>;
}

export async function stripeWorld(log: Logger): Promise<StripeWorld> {
  const fake = await startFakeStripe();
  const ids = createIds(systemClock.now);
  const charge = (amountCents = 5000, currency = 'EUR'): Charge => ({
    id: ids.next(),
    amountCents,
    currency,
    ref: null,
    orderId: ids.next(),
  });
  async function instrument(provider: StripeProvider, paymentMethodId: string): Promise<Instrument> {
    const read = await provider.instrument({ provider: 'stripe', paymentMethodId }, ids.next());
    if (!read.ok) throw new Error(`${paymentMethodId}: ${read.error.code}`);
    return read.value;
  }
  return {
    fake,
    charge,
    instrument,
    provider: (other = {}) => createStripeProvider({ ...KEYS, apiBase: fake.url, log, ...other }),
    async authorised(provider, paymentMethodId, amountCents) {
      const made = charge(amountCents);
      const means = await instrument(provider, paymentMethodId);
      const { ref } = await provider.prepare!(made);
      const prepared = { ...made, ref: ref ?? null };
      return { charge: prepared, outcome: await provider.authorise(prepared, means) };
    },
    close: () => fake.close(),
  };
}
