/** The seats of a live page as a map or as a list. What a press means there, by what its vendor is doing, is decided here. */
import { useId, useMemo, useState } from 'preact/hooks';
import type { SalesView } from '../../../server/protocol/views.ts';
import type { SeatHouse } from '../../seats/house.ts';
import { SeatMap, type SeatMapHandle } from '../../seats/seat-map.tsx';
import { vendorSeatTexts } from '../../texts/vendor-seats.ts';
import { formatNumber } from '../../ui/index.ts';
import { percentSold } from './counting.ts';
import { tierNamesOf } from './fills.tsx';
import type { Reach } from './keep-panel.tsx';
import { SeatTable } from './seat-table.tsx';
import { seatsOfRow, seatsOfSection, toggled } from './selecting.ts';
import type { Evening } from './use-evening.ts';
import { useVendorLook } from './vendor-look.ts';

const { live: texts } = vendorSeatTexts;

export function SeatsView(props: {
  sales: SalesView;
  house: SeatHouse;
  evening: Evening;
  view: 'map' | 'list';
  reach: Reach;
  onHandle: (handle: SeatMapHandle | null) => void;
}) {
  const { house, evening, sales, reach } = props;
  const { doing, channels, problem } = evening;
  const { layout } = house;
  const hint = useId();
  const [focused, setFocused] = useState<number | null>(null);
  const picked = useMemo(() => pickedOf(evening), [doing, evening.selection]);
  const letterOf = useMemo(
    () => (seat: number) => channels.letters.get(channels.channelOf[seat]!) ?? '',
    [channels],
  );
  const from = doing.kind === 'move' ? doing.from : null;
  const { look, changes } = useVendorLook(house, { picked, from, shows: evening.shows, letterOf });
  const select = (seats: readonly number[]): void => {
    evening.setSaid(null);
    evening.setProblem(null);
    evening.setSelection(toggled(evening.selection, seats, evening.isLoose));
  };
  const press = (seat: number): void => {
    if (doing.kind === 'look') evening.setDoing({ kind: 'look', seat });
    else if (doing.kind === 'keep') select(reach === 'row' ? seatsOfRow(layout, layout.row[seat]!) : [seat]);
    else if (evening.shows(seat)) evening.setDoing({ ...doing, to: seat });
  };
  const marked = useMemo(() => {
    if (focused !== null) return [focused];
    return doing.kind === 'look' && doing.seat !== null ? [doing.seat] : [];
  }, [focused, doing]);
  const names = tierNamesOf(house, sales);
  const { sections } = evening.fills;
  if (props.view === 'list')
    return (
      <SeatTable
        house={house}
        lookOf={look.stateOf}
        wordsOf={(seat) =>
          [names[house.tierOf[seat]!], channelName(evening, seat)].filter(Boolean).join(', ')
        }
        mayPress={(seat) =>
          doing.kind === 'look' || (doing.kind === 'move' ? evening.shows(seat) : evening.isLoose(seat))
        }
        onSeat={(seat) => (doing.kind === 'keep' ? select([seat]) : press(seat))}
        onFocus={setFocused}
        selecting={doing.kind === 'keep' ? { selection: evening.selection, mayBe: evening.isLoose } : null}
        onWhole={select}
      />
    );
  return (
    <div class="seats-view">
      <div class="live-map">
        <SeatMap
          geometry={house.geometry}
          look={look}
          changes={changes}
          label={texts.mapLabel(house.geometry.name)}
          describedBy={hint}
          onSeat={press}
          {...(doing.kind === 'keep' && reach === 'section'
            ? { onArea: (section: number) => select(seatsOfSection(layout, section)) }
            : {})}
          sectionLines={(section) => [texts.sectionSold(percentSold(sections[section]!))]}
          standingLines={(area) => standingLine(house, sales, area)}
          marked={marked}
          {...(problem ? { flash: problem.seats } : {})}
          handle={props.onHandle}
        />
      </div>
      <p class="tiny muted" id={hint}>
        {texts.mapHint}
      </p>
    </div>
  );
}

function pickedOf({ doing, selection }: Evening): ReadonlySet<number> {
  if (doing.kind === 'keep') return selection;
  return new Set(doing.kind === 'move' && doing.to !== null ? [doing.to] : []);
}

const channelName = ({ channels }: Evening, seat: number): string =>
  channels.open.find(({ channel }) => channel === channels.channelOf[seat])?.name ?? '';

function standingLine(house: SeatHouse, sales: SalesView, area: string): readonly string[] {
  const tier = sales.tiers.find(({ id }) => id === house.standing[area]);
  return tier ? [texts.soldOf(formatNumber(tier.sold), formatNumber(tier.quantity))] : [];
}
