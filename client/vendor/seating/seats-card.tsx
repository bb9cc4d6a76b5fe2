/** An event's seats on its vendor's live page: the map as it fills, the same as a list, and what can be done with them. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { SalesView } from '../../../server/protocol/views.ts';
import { closeHouses, houseOf, type SeatHouse } from '../../seats/house.ts';
import type { SeatMapHandle } from '../../seats/seat-map.tsx';
import { WithHouse } from '../../seats/use-house.tsx';
import { vendorSeatTexts } from '../../texts/vendor-seats.ts';
import { Button, classes, formatClockSeconds, Notice } from '../../ui/index.ts';
import { ChannelList } from './channel-list.tsx';
import { Fills, Filters, Signs, tierNamesOf } from './fills.tsx';
import { KeepPanel, type Reach } from './keep-panel.tsx';
import { LiveRules } from './live-rules.tsx';
import { MovePanel } from './move-panel.tsx';
import { SeatPanel } from './seat-panel.tsx';
import { SeatsView } from './seats-view.tsx';
import { type Evening, movingOf, useEvening } from './use-evening.ts';
import './seating.css';

const { live: texts } = vendorSeatTexts;

interface Props {
  eventId: string;
  zone: string;
  sales: SalesView;
}

export function SeatsCard(props: Props) {
  // The page's houses end with it; another page opens its own.
  useEffect(() => closeHouses, []);
  return (
    <section class="card seats-card" aria-label={texts.title}>
      <WithHouse key={props.eventId} open={(again) => houseOf(props.eventId, again)}>
        {(house) => <Seats {...props} house={house} />}
      </WithHouse>
    </section>
  );
}

function Seats(props: Props & { house: SeatHouse }) {
  const { house, eventId } = props;
  const evening = useEvening(eventId, house);
  const [view, setView] = useState<'map' | 'list'>('map');
  const [reach, setReach] = useState<Reach>('seat');
  const handle = useRef<SeatMapHandle | null>(null);
  const { doing, channels } = evening;
  const stale = house.staleSince.value;
  return (
    <>
      <div class="seats-head">
        <h2 class="card-title">{texts.title}</h2>
        <Switch
          label={texts.views.label}
          options={[
            ['map', texts.views.map],
            ['list', texts.views.list],
          ]}
          value={view}
          onValue={setView}
        />
      </div>
      {stale === null ? null : (
        <p class="small muted" role="status">
          {texts.stale(formatClockSeconds(stale, props.zone))}
        </p>
      )}
      <Filters
        filter={evening.filter}
        whole={evening.fills.whole}
        tiers={tierNamesOf(house, props.sales)}
        onFilter={evening.setFilter}
      />
      <div class={classes('seats-two', view === 'list' && 'listing')}>
        <SeatsView
          {...props}
          evening={evening}
          view={view}
          reach={reach}
          onHandle={(now) => {
            handle.current = now;
          }}
        />
        <div class="seats-side">
          {doing.kind === 'move' ? null : (
            <Switch
              label={texts.modes.label}
              options={[
                ['look', texts.modes.look],
                ['keep', texts.modes.keep],
              ]}
              value={doing.kind}
              onValue={(kind) => {
                evening.setProblem(null);
                evening.setSaid(null);
                evening.setDoing(kind === 'keep' ? { kind } : { kind: 'look', seat: null });
              }}
            />
          )}
          <div role="status">{evening.said ? <Notice kind="good">{evening.said}</Notice> : null}</div>
          <Panel {...props} evening={evening} view={view} reach={reach} onReach={setReach} />
        </div>
      </div>
      <Signs house={house} sales={props.sales} />
      <div class="seats-two seats-below">
        <Fills
          house={house}
          fills={evening.fills.sections}
          onGo={view === 'map' ? (section) => handle.current?.goToSection(section) : null}
        />
        {channels.failed !== null && channels.all.length === 0 ? (
          <Notice kind="bad" title={channels.failed}>
            <Button small kind="quiet" onClick={channels.reload}>
              {vendorSeatTexts.plan.retry}
            </Button>
          </Notice>
        ) : (
          <ChannelList
            eventId={eventId}
            zone={props.zone}
            channels={channels.all}
            letters={channels.letters}
            left={evening.left}
            onShow={(channel) => {
              setView('map');
              evening.setFilter({ state: 'kept', tier: -1 });
              handle.current?.goTo(seatsIn(channel.runs));
            }}
            onDone={(said) => {
              evening.setSaid(said);
              evening.setDoing({ kind: 'keep' });
              channels.reload();
            }}
          />
        )}
      </div>
      <LiveRules eventId={eventId} />
    </>
  );
}

const seatsIn = (runs: readonly (readonly [number, number])[]): number[] =>
  runs.flatMap(([first, count]) => Array.from({ length: count }, (_, at) => first + at));

function Panel(
  props: Props & {
    house: SeatHouse;
    evening: Evening;
    view: 'map' | 'list';
    reach: Reach;
    onReach: (reach: Reach) => void;
  },
) {
  const { house, evening, eventId, zone } = props;
  const { doing, channels } = evening;
  if (doing.kind === 'look')
    return doing.seat === null ? (
      <p class="muted">{props.view === 'map' ? vendorSeatTexts.seat.none : vendorSeatTexts.seat.noneList}</p>
    ) : (
      <SeatPanel
        eventId={eventId}
        house={house}
        seat={doing.seat}
        zone={zone}
        onMove={(detail) => {
          evening.setProblem(null);
          evening.setSaid(null);
          evening.setDoing(movingOf(house, detail));
        }}
        onClose={() => evening.setDoing({ kind: 'look', seat: null })}
      />
    );
  if (doing.kind === 'keep')
    return (
      <KeepPanel
        eventId={eventId}
        house={house}
        channels={channels.open}
        channelOf={channels.channelOf}
        selection={evening.selection}
        reach={props.view === 'map' ? props.reach : null}
        problem={evening.problem}
        onReach={props.onReach}
        onClear={() => {
          evening.setSelection(new Set());
          evening.setProblem(null);
        }}
        onProblem={evening.setProblem}
        onDone={(said) => {
          evening.setSaid(said);
          evening.setSelection(new Set());
          channels.reload();
        }}
      />
    );
  const kept = doing.to === null ? 0 : channels.channelOf[doing.to]!;
  return (
    <MovePanel
      house={house}
      detail={doing.detail}
      to={doing.to}
      keptFor={channels.open.find(({ channel }) => channel === kept)?.name ?? null}
      anyFree={house.tierOf.some((_, seat) => evening.shows(seat))}
      problem={evening.problem}
      onProblem={evening.setProblem}
      onMoved={(said, seat) => {
        evening.setProblem(null);
        evening.setSaid(said);
        evening.setDoing({ kind: 'look', seat });
      }}
      onCancel={() => {
        evening.setProblem(null);
        evening.setDoing({ kind: 'look', seat: doing.from });
      }}
    />
  );
}

function Switch<T extends string>(props: {
  label: string;
  options: readonly (readonly [T, string])[];
  value: T;
  onValue: (value: T) => void;
}) {
  return (
    <fieldset class="view-switch">
      <legend class="sr">{props.label}</legend>
      {props.options.map(([value, text]) => (
        <button
          type="button"
          key={value}
          aria-pressed={props.value === value}
          onClick={() => props.onValue(value)}
        >
          {text}
        </button>
      ))}
    </fieldset>
  );
}
