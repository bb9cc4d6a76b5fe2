/** What points could do for what is being paid: the most they take off, free tickets, upgrades. The server works it out again. */
import type { PointsWish } from '../../server/protocol/loyalty.ts';
import type { HoldItemView, TierView } from '../../server/protocol/views.ts';

export interface Offer {
  kind: 'free' | 'upgrade';
  wish: PointsWish;
  points: number;
  tickets: number;
  tier: string;
  /** Of an upgrade: whose price it is then. */
  from: string | null;
}

type Items = readonly HoldItemView[];
const left = (item: HoldItemView): number => item.unitPriceCents - (item.unitDiscountCents ?? 0);

/** As a discount: fees are not paid by points. `items` as they are without points. */
export const mostFor = (items: Items, balance: number): number =>
  Math.min(
    balance,
    items.reduce((sum, item) => sum + item.quantity * left(item), 0),
  );

const freeOf = (item: HoldItemView, tier: string): Offer => ({
  kind: 'free',
  wish: { freeTier: item.tierId },
  points: item.quantity * (item.unitAllInCents ?? left(item)),
  tickets: item.quantity,
  tier,
  from: null,
});

/** To what one could buy right now: of those the cheapest, which takes the most off. */
function upgradeOf(item: HoldItemView, tier: string, tiers: readonly TierView[], now: number): Offer | null {
  const [from] = tiers
    .filter((other) => other.available > 0 && other.priceCents > 0 && other.priceCents < left(item))
    .filter((other) => !other.presaleUntil || Date.parse(other.presaleUntil) <= now)
    .sort((a, b) => a.priceCents - b.priceCents);
  return (
    (from && {
      kind: 'upgrade',
      wish: { upgradeTier: item.tierId, fromTier: from.id },
      points: item.quantity * (left(item) - from.priceCents),
      tickets: item.quantity,
      tier,
      from: from.name,
    }) ??
    null
  );
}

/** What the balance covers, largest first. `now`: server time in ms. */
export function offersFor(items: Items, tiers: readonly TierView[], balance: number, now: number): Offer[] {
  return items
    .flatMap((item) => {
      const name = item.tierName ?? tiers.find(({ id }) => id === item.tierId)?.name ?? '';
      return [freeOf(item, name), upgradeOf(item, name, tiers, now)];
    })
    .filter((offer): offer is Offer => offer !== null && offer.points > 0 && offer.points <= balance)
    .sort((a, b) => b.points - a.points);
}

/** What somebody wrote, as a number of points; null: it is none. Groups of digits may stand apart. */
export function readPoints(written: string): number | null {
  const digits = written.replace(/[\s.,'’]/g, '');
  return /^\d{1,9}$/.test(digits) && Number(digits) > 0 ? Number(digits) : null;
}
