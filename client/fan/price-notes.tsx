/** What a price may still do, and who may buy at it: said before one joins, while one waits, and where one chooses. */
import type { TierView } from '../../server/protocol/index.ts';
import { formatDateTime, formatMoney } from '../ui/index.ts';
import { allIn } from '../ui/prices.ts';
import { say } from './messages.ts';

export function PriceNotes(props: { tier: TierView; now: number; zone: string }) {
  const { priceRange, presaleUntil, currency } = props.tier;
  const money = (cents: number): string => formatMoney(cents, currency);
  return (
    <>
      {priceRange ? (
        <p class="tiny muted num">
          {say.board.move(money(allIn(props.tier)), money(priceRange.minCents), money(priceRange.maxCents))}
        </p>
      ) : null}
      {presaleUntil && Date.parse(presaleUntil) > props.now ? (
        <p class="tiny muted num">{say.board.presale(formatDateTime(presaleUntil, props.zone))}</p>
      ) : null}
    </>
  );
}
