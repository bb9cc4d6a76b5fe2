/** Prices' tests stand on checkout's world: real holds, bookings and payments. */
import { type CheckoutWorld, checkoutWorld } from '../checkout/testing.ts';
import type { Result } from '../protocol/index.ts';
import type { EventSeed, MadeEvent } from '../stores/testing.ts';
import type { Account } from '../transport/index.ts';
import type { CodeBody } from './codes.ts';
import { createPricing, type Pricing, type TermsBody, unbounded } from './index.ts';

/** The value; a refusal fails the test with its code. */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code} ${JSON.stringify(result.error.details ?? {})}`);
  return result.value;
}
export const codeOf = (result: Result<unknown>): string =>
  result.ok ? 'OK' : [result.error.code, result.error.details?.why].filter(Boolean).join(' ');

export interface PricingWorld extends CheckoutWorld {
  pricing: Pricing;
  vendorOf(event: MadeEvent): Account;
  /** An event with terms. */
  priced(terms: TermsBody, seed?: EventSeed): Promise<MadeEvent>;
  makeCode(event: MadeEvent, body: Partial<CodeBody>): Promise<{ id: string; code: string }>;
  /** What the ledger has of a tier. */
  tier(tierId: string): Promise<Record<string, number>>;
}

export async function pricingWorld(): Promise<PricingWorld> {
  const w = await checkoutWorld();
  const { world, sql } = w;
  const pricing = createPricing({ ...world, guessing: unbounded });
  const vendorOf = (event: MadeEvent): Account => ({
    id: event.vendorId,
    role: 'vendor',
    name: 'Vendor',
    sessionId: event.vendorId,
  });
  return {
    ...w,
    pricing,
    vendorOf,
    async priced(terms, seed) {
      const event = await w.event(seed);
      value(await pricing.terms.put(vendorOf(event), event.eventId, terms));
      return event;
    },
    async makeCode(event, body) {
      const code = { code: 'SEAWEED', kind: 'percent' as const, ...body };
      return value(
        await pricing.codes.create(vendorOf(event), event.eventId, {
          ...(code.kind === 'presale' ? {} : { value: 1_000 }),
          ...code,
        }),
      );
    },
    async tier(tierId) {
      const [row] = await sql<Record<string, number>>(
        `select price_cents as price, fee_cents as fee, tax_cents as tax, tax_included_cents as contained,
                range_min_cents as low, range_max_cents as high from ticketing.ticket_tiers where id = $1`,
        [tierId],
      );
      return row as Record<string, number>;
    },
  };
}
