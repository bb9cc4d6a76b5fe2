/** Every change of a price, newest first: what fans paid before and after, why, and when. */
import type { EventView } from '../../../server/protocol/views.ts';
import { More, type Paged } from '../../shell/paged.tsx';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { formatDateTime, formatMoney } from '../../ui/index.ts';
import { Loads, Part } from './part.tsx';

const { changes: texts } = vendorMoneyTexts;

/** One line of `GET /events/{id}/price-changes`. */
export interface PriceChange {
  at: string;
  tierId: string;
  fromCents: number;
  toCents: number;
  fromAllInCents: number;
  toAllInCents: number;
  /** `rule`, `terms`, or what its vendor said. */
  why: string;
  /** Null: a rule. */
  actor: string | null;
}

export function PriceChanges({ event, changes }: { event: EventView; changes: Paged<PriceChange> }) {
  return (
    <Part title={texts.title}>
      <Loads loaded={changes.loaded} onRetry={changes.reload}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{texts.empty}</p>
          ) : (
            <ul class="money-lines">
              {items.map((change, index) => (
                <li key={`${change.at} ${change.tierId} ${index}`}>
                  <Change change={change} event={event} />
                </li>
              ))}
            </ul>
          )
        }
      </Loads>
      <More of={changes} />
    </Part>
  );
}

function Change({ change, event }: { change: PriceChange; event: EventView }) {
  const money = (minor: number): string => formatMoney(minor, event.currency);
  const tier = event.tiers.find(({ id }) => id === change.tierId)?.name ?? texts.gone;
  return (
    <div class="money-line">
      <p class="num long">
        <b>
          {change.fromCents === change.toCents
            ? texts.added(tier)
            : texts.change(tier, money(change.fromCents), money(change.toCents))}
        </b>
      </p>
      {change.fromAllInCents === change.toAllInCents ? null : (
        <p class="small num">{texts.allIn(money(change.fromAllInCents), money(change.toAllInCents))}</p>
      )}
      <p class="small muted num long">
        {texts.why[change.why] ?? change.why} · {formatDateTime(change.at, event.venue.timeZone)}
      </p>
    </div>
  );
}
