/** One ticket: on the screen a stub with its code, at the door the code alone, on paper a page. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { RefundView } from '../../server/protocol/money.ts';
import type { TicketView } from '../../server/protocol/views.ts';
import { seatNames } from '../texts/seat-names.ts';
import { ticketTexts as texts } from '../texts/tickets.ts';
import { Art, Button, classes, Dialog, formatDateTime, Tag } from '../ui/index.ts';
import { SeatFigures } from '../ui/seat.tsx';
import { saveCalendarEntry } from './calendar.ts';
import { saysOf } from './give-back.ts';
import { QrCode } from './qr.tsx';

/** What it is a ticket of: its tier, and its seat where it has one. */
const named = (ticket: TicketView): string =>
  ticket.seat ? `${ticket.tierName}, ${seatNames.full(ticket.seat)}` : ticket.tierName;
const place = (ticket: TicketView): string => [ticket.venueName, ticket.venueCity].filter(Boolean).join(', ');

export function Ticket(props: {
  ticket: TicketView;
  index: number;
  count: number;
  large: boolean;
  onLarge: (show: boolean) => void;
  /** What became of giving it back. */
  refund: RefundView | null;
  giveBack: ComponentChildren;
}) {
  const { ticket } = props;
  const valid = ticket.status === 'issued';
  const label = texts.qrLabel(ticket.eventTitle, named(ticket));
  return (
    <article
      class={classes('ticket', !valid && 'spent')}
      aria-label={`${ticket.eventTitle}, ${named(ticket)}`}
    >
      <div class="ticket-top">
        <Art id={ticket.eventId} class="ticket-art" />
        <div class="ticket-title">
          <h2>{ticket.eventTitle}</h2>
          <p>{formatDateTime(ticket.startsAt, ticket.timeZone)}</p>
          <p class="muted">{place(ticket)}</p>
        </div>
      </div>
      <div class="ticket-code">
        {valid && ticket.qr ? (
          <QrCode ticketId={ticket.id} label={label} />
        ) : (
          <div class="qr qr-empty">
            <p>{valid ? texts.qrPending : texts.qrGone(texts.ticketStates[ticket.status])}</p>
          </div>
        )}
      </div>
      <div class="ticket-foot">
        {ticket.seat ? <SeatFigures seat={ticket.seat} words={seatNames} /> : null}
        <div class="row ticket-tier">
          <b>{ticket.tierName}</b>
          <Tag kind={valid ? 'good' : 'plain'}>
            {valid && props.count > 1
              ? texts.of(props.index, props.count)
              : texts.ticketStates[ticket.status]}
          </Tag>
        </div>
        <dl class="ticket-facts">
          <div>
            <dt>{texts.holder}</dt>
            <dd>{ticket.holderName}</dd>
          </div>
          <div>
            <dt>{texts.order}</dt>
            <dd class="num">{ticket.orderReference}</dd>
          </div>
          <div class="print-only">
            <dt>{texts.number}</dt>
            <dd class="num">{ticket.id}</dd>
          </div>
        </dl>
        {props.refund ? <RefundState refund={props.refund} /> : null}
        {valid ? (
          <div class="ticket-actions no-print">
            {ticket.qr ? (
              <Button kind="primary" small onClick={() => props.onLarge(true)}>
                {texts.large}
              </Button>
            ) : null}
            <Calendar ticket={ticket} />
            {props.giveBack}
          </div>
        ) : null}
      </div>
      <Dialog
        open={props.large}
        title={`${ticket.tierName}, ${texts.of(props.index, props.count)}`}
        onClose={() => props.onLarge(false)}
      >
        <div class="ticket-large">
          <QrCode ticketId={ticket.id} label={label} />
          {ticket.seat ? <SeatFigures seat={ticket.seat} words={seatNames} /> : null}
          <p class="small muted">
            {ticket.eventTitle} · {ticket.holderName} · {texts.orderOf(ticket.orderReference)}
          </p>
          <Button kind="quiet" wide onClick={() => props.onLarge(false)}>
            {texts.close}
          </Button>
        </div>
      </Dialog>
    </article>
  );
}

function RefundState({ refund }: { refund: RefundView }) {
  const says = saysOf(refund);
  return (
    <p class="no-print">
      <Tag kind={says.kind}>{says.text}</Tag>
    </p>
  );
}

/** The calendar entry comes from the server: without a network it says so beside the button. */
function Calendar({ ticket }: { ticket: TicketView }) {
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const save = (): void => {
    setState('busy');
    saveCalendarEntry(ticket).then(
      () => setState('idle'),
      () => setState('failed'),
    );
  };
  return (
    <>
      <Button kind="quiet" small busy={state === 'busy'} onClick={save}>
        {texts.calendar}
      </Button>
      {state === 'failed' ? (
        <p class="small muted" role="status">
          {texts.calendarFailed}
        </p>
      ) : null}
    </>
  );
}
