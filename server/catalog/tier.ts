/** A tier as it is shown, put together from what stays of it and what is live (the order of the columns in events.sql and live.sql). */
import type { TierView } from '../protocol/index.ts';

type Numbers = [
  priceCents: number,
  feeCents: number,
  taxCents: number,
  taxIncludedCents: number,
  rangeMinCents: number | null,
  rangeMaxCents: number | null,
  presaleUntil: string | null,
  quantity: number,
  held: number,
  sold: number,
  kept: number,
];
/** Of live.sql. */
export type LiveTier = [id: string, ...Numbers];
/** Of events.sql. */
export type TierColumns = [id: string, name: string, seated: boolean, ...Numbers];

/** What stays: of a tier of a published event nobody can change it. */
type Staying = Pick<TierView, 'id' | 'name' | 'currency' | 'seated'>;

function shown({ id, name, currency, seated }: Staying, numbers: Numbers): TierView {
  const [
    priceCents,
    feeCents,
    taxCents,
    taxIncludedCents,
    min,
    max,
    presaleUntil,
    quantity,
    held,
    sold,
    kept,
  ] = numbers;
  return {
    id,
    name,
    priceCents,
    feeCents,
    taxCents,
    taxIncludedCents,
    allInCents: priceCents + feeCents + taxCents,
    ...(min === null || max === null ? {} : { priceRange: { minCents: min, maxCents: max } }),
    ...(presaleUntil === null ? {} : { presaleUntil }),
    currency,
    quantity,
    available: quantity - held - sold - kept,
    held,
    sold,
    seated: seated ?? false,
    kept,
  };
}

export const tierOf = ([id, name, seated, ...numbers]: TierColumns, currency: string): TierView =>
  shown({ id, name, seated, currency }, numbers);

/** Null: these are not the tiers that were kept. */
export function tiersNow(kept: readonly TierView[], live: readonly LiveTier[]): TierView[] | null {
  if (kept.length !== live.length) return null;
  const now: TierView[] = [];
  for (const [i, [id, ...numbers]] of live.entries()) {
    const tier = kept[i];
    if (tier?.id !== id) return null;
    now.push(shown(tier, numbers));
  }
  return now;
}
