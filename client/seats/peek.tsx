/** Seats to look at, nothing to pick: while one waits, and on the event's page. */
import { useEffect } from 'preact/hooks';
import type { TierView } from '../../server/protocol/views.ts';
import type { DropViewProps } from '../fan/view-props.ts';
import { seatTexts as texts } from '../texts/seats.ts';
import { formatMoney } from '../ui/index.ts';
import { allIn } from '../ui/prices.ts';
import type { Pick } from './choosing.ts';
import { closeHouses, houseOf, type SeatHouse } from './house.ts';
import { Legend } from './legend.tsx';
import { useFanLook } from './look.ts';
import { sectionPrices, standingLines } from './prices.ts';
import { SeatMap } from './seat-map.tsx';
import { WithHouse } from './use-house.tsx';

const NOTHING: readonly Pick[] = [];
const NONE: ReadonlySet<number> = new Set();

/** The seats to look at, for whoever has no turn yet. */
export function PeekSeats(props: DropViewProps) {
  const { drop } = props;
  if (!drop) return null;
  return <WithHouse open={props.openSeats}>{(house) => <Peek house={house} sale={drop} />}</WithHouse>;
}

/** A map to look at: prices and what is free, nothing to pick. */
export function Peek(props: { house: SeatHouse; sale: { tiers: readonly TierView[] } }) {
  const { house, sale } = props;
  const fan = useFanLook(house, NOTHING, NONE);
  const prices = sectionPrices(house, sale);
  return (
    <div class="peek">
      <div class="peek-map">
        <SeatMap
          geometry={house.geometry}
          look={fan.look}
          changes={fan.changes}
          label={texts.map.label(house.geometry.name)}
          sectionLines={(section, sum) => [texts.map.free(sum.free), prices[section]!]}
          standingLines={(key) => standingLines(house, sale, key)}
        />
      </div>
      <Legend
        tiers={house.tiers.map((id) => {
          const tier = sale.tiers.find((candidate) => candidate.id === id);
          return {
            name: tier?.name ?? '',
            price: tier ? formatMoney(allIn(tier), tier.currency) : '',
            free: texts.map.free(tier?.available ?? 0),
          };
        })}
      />
    </div>
  );
}

/** On the event's page: its seats as they are now, followed for as long as one looks. */
export function EventSeats(props: { eventId: string; tiers: readonly TierView[] }) {
  useEffect(() => closeHouses, []);
  return (
    <WithHouse open={(again) => houseOf(props.eventId, again)}>
      {(house) => <Peek house={house} sale={props} />}
    </WithHouse>
  );
}
