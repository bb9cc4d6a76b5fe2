/** What sections and standing areas cost, in a word or two for the map. */
import type { DropState } from '../../server/protocol/views.ts';
import { seatTexts as texts } from '../texts/seats.ts';
import { formatMoney } from '../ui/index.ts';
import { allIn } from '../ui/prices.ts';
import type { SeatHouse } from './house.ts';

const indexes = new WeakMap<SeatHouse, readonly (readonly number[])[]>();

/** The tiers each section has seats of. */
function tiersBySection(house: SeatHouse): readonly (readonly number[])[] {
  const known = indexes.get(house);
  if (known) return known;
  const found = house.geometry.sections.map(({ first, count }) => [
    ...new Set(house.tierOf.subarray(first, first + count)),
  ]);
  indexes.set(house, found);
  return found;
}

type Priced = Pick<DropState['tiers'][number], 'id' | 'priceCents' | 'allInCents' | 'currency' | 'available'>;

/** By section: the price, "from" the lowest where there are several, nothing where none is on sale. */
export function sectionPrices(house: SeatHouse, sale: { tiers: readonly Priced[] }): string[] {
  return tiersBySection(house).map((tiers) => {
    const priced = tiers
      .filter((tier) => tier >= 0)
      .map((tier) => sale.tiers.find(({ id }) => id === house.tiers[tier]))
      .filter((tier) => tier !== undefined)
      .sort((a, b) => allIn(a) - allIn(b));
    const [lowest] = priced;
    if (!lowest) return '';
    const price = formatMoney(allIn(lowest), lowest.currency);
    return priced.some((tier) => allIn(tier) !== allIn(lowest)) ? texts.map.from(price) : price;
  });
}

export function standingLines(
  house: SeatHouse,
  sale: { tiers: readonly Priced[] },
  key: string,
): readonly string[] {
  const tier = sale.tiers.find(({ id }) => id === house.standing[key]);
  return tier ? [texts.map.free(tier.available), formatMoney(allIn(tier), tier.currency)] : [];
}
