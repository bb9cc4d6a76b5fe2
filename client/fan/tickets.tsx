/** They're yours: codes at full brightness, the calendar, paper, and giving the turn on. */
import { useState } from 'preact/hooks';
import type { TicketView } from '../../server/protocol/index.ts';
import { LazyShare } from '../sharing/lazy-share.tsx';
import { seatNames } from '../texts/seat-names.ts';
import { Button, formatDateTime, Tag } from '../ui/index.ts';
import { SeatFigures } from '../ui/seat.tsx';
import { say } from './messages.ts';
import { shop } from './messages-shop.ts';
import { Petals } from './petals.tsx';
import type { Screen } from './screen.ts';
import { FinishButton } from './turn.tsx';
import type { DropViewProps } from './view-props.ts';

type TicketsScreen = Extract<Screen, { name: 'tickets' }>;

export function Tickets(props: DropViewProps & { screen: TicketsScreen }) {
  const { screen } = props;
  const tickets = screen.tickets ?? [];
  return (
    <>
      <div class="hero yours">
        <Petals />
        <h1 class="mid">{say.done.title}</h1>
        <p class="muted">{summary(tickets, screen.bought)}</p>
      </div>
      {screen.tickets === null ? (
        <p class="muted" role="status">
          {shop.done.loading}
        </p>
      ) : (
        <ul class="ticket-list">
          {tickets.map((ticket, index) => (
            <TicketCard {...props} ticket={ticket} index={index + 1} count={tickets.length} key={ticket.id} />
          ))}
        </ul>
      )}
      <div class="actions pair no-print">
        {tickets[0] ? (
          <a class="button quiet small-button" href={`/tickets/${tickets[0].id}/calendar.ics`} download>
            {shop.done.calendar}
          </a>
        ) : null}
        <Button kind="quiet" small onClick={() => window.print()}>
          {shop.done.print}
        </Button>
      </div>
      <p class="muted small no-print">{shop.done.sent}</p>
      {props.event ? (
        <div class="no-print">
          <LazyShare
            title={props.event.title}
            path={`/e/${props.event.id}`}
            qr={`/events/${props.event.id}/link.svg`}
          />
        </div>
      ) : null}
      <div class="no-print">
        <Button kind="link" small href="/my/tickets">
          {say.myTickets}
        </Button>
      </div>
      {screen.turn ? (
        <div class="actions no-print">
          <Button wide kind="quiet" onClick={props.act.getMore}>
            {shop.done.more(screen.turn.allowance)}
          </Button>
          {screen.turn.leftMs === null ? null : <FinishButton {...props} />}
        </div>
      ) : null}
    </>
  );
}

function summary(tickets: readonly TicketView[], bought: number): string {
  const names = new Map<string, number>();
  for (const ticket of tickets) names.set(ticket.tierName, (names.get(ticket.tierName) ?? 0) + 1);
  const text = [...names].map(([name, count]) => shop.hold.item(count, name)).join(', ');
  const reference = new Set(tickets.map((ticket) => ticket.orderReference));
  const order = reference.size === 1 ? ` · order ${[...reference][0]}` : '';
  return text ? `${text}${order}` : say.tickets(bought);
}

function TicketCard(props: DropViewProps & { ticket: TicketView; index: number; count: number }) {
  const { ticket } = props;
  const [failed, setFailed] = useState(false);
  return (
    <li class="card ticket">
      <div class="qr">
        {ticket.qr === null || failed ? (
          <p class="qr-wait">{failed ? shop.done.codeFailed : shop.done.pending}</p>
        ) : (
          <img
            src={props.codeOf(ticket)}
            alt={shop.done.code(props.index)}
            width="320"
            height="320"
            onError={() => setFailed(true)}
          />
        )}
      </div>
      <div class="row">
        <b class="tier-name">{ticket.tierName}</b>
        <Tag kind="good">{shop.done.of(props.index, props.count)}</Tag>
      </div>
      {ticket.seat ? <SeatFigures seat={ticket.seat} words={seatNames} /> : null}
      <p class="small muted">{formatDateTime(ticket.startsAt, ticket.timeZone)}</p>
      <p class="small muted">
        {ticket.eventTitle} · {ticket.venueName}
      </p>
      <dl class="ticket-facts tiny">
        <div>
          <dt>{shop.done.holder}</dt>
          <dd>{ticket.holderName}</dd>
        </div>
        <div>
          <dt>{shop.done.order}</dt>
          <dd class="num">{ticket.orderReference}</dd>
        </div>
      </dl>
    </li>
  );
}
