/** The drop page as a picture of its props: no clock, no socket, no storage. The gallery draws every state with it. */
import type { ComponentType } from 'preact';
import { Art, classes, formatClockSeconds, formatDateTime, formatDay, Header, Notice } from '../ui/index.ts';
import { Doors, Drawing, Lobby, Scheduled } from './before.tsx';
import { ConnectionNote, statusOf } from './connection-note.tsx';
import { Called, Late, LineExtras, NumberReveal, Open, Paused, SoldOut, Waiting } from './in-line.tsx';
import { SeatsPeek } from './lazy-seats.tsx';
import { fromShop } from './lazy-shop.tsx';
import { say } from './messages.ts';
import { Over } from './over.tsx';
import type { Screen, ScreenName } from './screen.ts';
import { StockBoard } from './stock-board.tsx';
import type { DropViewProps, Problem } from './view-props.ts';

type PartFor<Name extends ScreenName> = ComponentType<
  DropViewProps & { screen: Extract<Screen, { name: Name }> }
>;

/** A new screen does not compile until somebody draws it. */
const PARTS: { [Name in ScreenName]: PartFor<Name> } = {
  loading: Loading,
  missing: Over,
  scheduled: Scheduled,
  doors: Doors,
  lobby: Lobby,
  drawing: Drawing,
  number: NumberReveal,
  waiting: Waiting,
  late: Late,
  called: Called,
  open: Open,
  turn: fromShop('Turn'),
  hold: fromShop('Hold'),
  paying: fromShop('Paying'),
  step: fromShop('Step'),
  returned: fromShop('Returned'),
  tickets: fromShop('Tickets'),
  paused: Paused,
  sold_out: SoldOut,
  missed: Over,
  left: Over,
  done: Over,
  ended: Over,
  canceled: Over,
};

/** Which of the right-hand pieces a screen has. */
const BOARD: Partial<Record<ScreenName, 'prices' | 'stock'>> = {
  scheduled: 'prices',
  doors: 'prices',
  lobby: 'prices',
  drawing: 'prices',
  number: 'prices',
  waiting: 'stock',
  late: 'stock',
  open: 'stock',
  paused: 'stock',
  sold_out: 'stock',
  missed: 'stock',
  left: 'stock',
  done: 'stock',
};

/** Where a screen shows a problem itself; any other problem stands above it. */
const SHOWS: Partial<Record<ScreenName, readonly Problem['at'][]>> = {
  doors: ['line'],
  drawing: ['line'],
  open: ['line'],
  waiting: ['line'],
  late: ['line'],
  called: ['line'],
  turn: ['board'],
  hold: ['board', 'hold', 'pay', 'card', 'code', 'points'],
  step: ['pay'],
};

const FRONT: readonly ScreenName[] = ['scheduled', 'doors', 'lobby', 'open', 'ended', 'canceled'];

export function DropView(props: DropViewProps) {
  const { screen, drop, event, problem } = props;
  const Part = PARTS[screen.name] as ComponentType<DropViewProps>;
  const board = BOARD[screen.name];
  const zone = event?.venue.timeZone ?? 'UTC';
  const showPause =
    drop?.phase === 'paused' && ['turn', 'hold', 'paying', 'step', 'called'].includes(screen.name);
  return (
    <div
      class={classes(
        'drop',
        `on-${screen.name}`,
        FRONT.includes(screen.name) && 'front',
        drop?.mapId && 'seated',
        `is-${props.freshness.kind}`,
      )}
    >
      <div class="drop-top no-print">
        {event && FRONT.includes(screen.name) ? <Art id={event.id} class="banner" /> : null}
        <Header
          artId={event?.id ?? drop?.eventId ?? 'holdfast'}
          title={event?.title ?? say.appName}
          sub={subOf(props)}
          level={2}
          status={drop ? statusOf(props.freshness, formatClockSeconds(props.confirmedAt, zone)) : undefined}
        />
      </div>
      <section class="drop-state" tabIndex={-1} aria-label={say.aria.state}>
        <ConnectionNote {...props} />
        {showPause ? (
          <Notice
            kind="turn"
            title={drop.pauseReason ? say.paused.title(drop.pauseReason) : say.paused.plain}
          >
            {say.paused.banner}
          </Notice>
        ) : null}
        {problem && !SHOWS[screen.name]?.includes(problem.at) ? (
          <Notice kind={problem.kind}>{problem.text}</Notice>
        ) : null}
        <Part {...props} key={screen.name} />
      </section>
      <aside class="drop-side no-print" aria-label={say.aria.event}>
        {event ? <EventCard {...props} /> : null}
        {drop && board ? (
          <StockBoard
            drop={drop}
            odds={props.odds}
            now={props.now}
            pricesOnly={board === 'prices'}
            aged={props.freshness.kind === 'off'}
            zone={zone}
            getTerms={props.getTerms}
          />
        ) : null}
        {drop?.mapId && board ? <SeatsPeek {...props} /> : null}
        {screen.name === 'waiting' ? <LineExtras receipt={screen.receipt} dropId={drop?.id ?? ''} /> : null}
      </aside>
    </div>
  );
}

function subOf(props: DropViewProps): string {
  const { screen, event, drop } = props;
  if (props.freshness.kind === 'off') return say.connection.short;
  if (screen.name === 'waiting') return say.waiting.sub(screen.number, screen.last);
  if ((screen.name === 'turn' || screen.name === 'hold') && drop) return say.turn.limit(drop.limitPerFan);
  return event ? `${formatDay(event.startsAt, event.venue.timeZone)} · ${event.venue.name}` : '';
}

function EventCard(props: DropViewProps) {
  const { event, drop } = props;
  if (!event) return null;
  return (
    <div class="card event-card">
      <Art id={event.id} />
      <div class="event-text">
        <h2>
          <a href={`/e/${event.id}`}>{event.title}</a>
        </h2>
        <p class="muted small">{formatDateTime(event.startsAt, event.venue.timeZone)}</p>
        <p class="muted small">
          {event.venue.name}
          {event.venue.city ? `, ${event.venue.city}` : ''}
          {drop ? ` · ${say.turn.limit(drop.limitPerFan)}` : ''}
        </p>
      </div>
    </div>
  );
}

function Loading() {
  return (
    <div class="hero" aria-busy="true">
      <h1 class="eyebrow">{say.loading}</h1>
      <span class="ghost-line" style={{ width: '9rem', height: '4.5rem' }} aria-hidden="true" />
      <span class="ghost-line" style={{ width: '14rem' }} aria-hidden="true" />
      <span class="ghost-line" style={{ width: '18rem' }} aria-hidden="true" />
    </div>
  );
}
