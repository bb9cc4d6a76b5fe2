/** One seat: what it is, whom it is kept for, who sits there, and the way to another seat. */
import type { SeatDetail } from '../../../server/protocol/seating.ts';
import { seatIdOf } from '../../../server/protocol/seating.ts';
import type { SeatHouse } from '../../seats/house.ts';
import { nameOf, refOf } from '../../seats/names.ts';
import { api } from '../../session.ts';
import { useLoad } from '../../shell/load.ts';
import { vendorSeatTexts } from '../../texts/vendor-seats.ts';
import { Button, Facts, formatClockSeconds, Notice, Tag } from '../../ui/index.ts';

const { seat: texts, plan } = vendorSeatTexts;

const TAGS = { free: 'good', held: 'warn', sold: 'plain', kept: 'plain' } as const;
/** What can still be moved. */
const LIVE = ['issued', 'transferred'];

export function SeatPanel(props: {
  eventId: string;
  house: SeatHouse;
  seat: number;
  zone: string;
  onMove: (detail: SeatDetail) => void;
  onClose: () => void;
}) {
  const { house, seat } = props;
  const seatId = seatIdOf(house.geometry.id, seat);
  // Asked again when its state changes: who sits there is another then.
  const state = house.states()[seat];
  const { loaded, reload } = useLoad(`seat ${seatId} ${state}`, (signal) =>
    api.request<SeatDetail>('GET', `/events/${props.eventId}/seats/${seatId}`, { signal }),
  );
  const detail = loaded.data;
  return (
    <section class="seat-panel" aria-live="polite" aria-label={nameOf(refOf(house.layout, seat))}>
      <div class="row">
        <h3>{nameOf(refOf(house.layout, seat))}</h3>
        <Button kind="link" small onClick={props.onClose}>
          {texts.close}
        </Button>
      </div>
      {detail ? (
        <Detail detail={detail} zone={props.zone} onMove={props.onMove} />
      ) : loaded.state === 'failed' ? (
        <Notice kind="bad" title={loaded.error.message}>
          <Button small kind="quiet" onClick={reload}>
            {plan.retry}
          </Button>
        </Notice>
      ) : (
        <p class="muted">{texts.loading}</p>
      )}
    </section>
  );
}

function Detail(props: { detail: SeatDetail; zone: string; onMove: (detail: SeatDetail) => void }) {
  const { detail } = props;
  const { ticket } = detail;
  const flags = (['accessible', 'companion', 'restricted'] as const).filter((flag) => detail[flag]);
  return (
    <>
      <p class="cluster">
        <Tag kind={detail.tier ? TAGS[detail.state] : 'plain'}>
          {detail.tier ? texts.states[detail.state] : texts.states.closed}
        </Tag>
        {flags.map((flag) => (
          <Tag kind="plain" key={flag}>
            {texts.flags[flag]}
          </Tag>
        ))}
      </p>
      <Facts
        rows={[
          detail.tier ? [texts.tier, detail.tier.name] : null,
          detail.channel ? [texts.channel, detail.channel.name] : null,
          detail.heldUntil
            ? [texts.state, texts.heldUntil(formatClockSeconds(detail.heldUntil, props.zone))]
            : null,
          ticket ? [texts.holder, ticket.holderName] : null,
          ticket ? [texts.order, ticket.orderReference] : null,
          ticket ? [texts.ticket, texts.statuses[ticket.status] ?? ticket.status] : null,
        ]}
      />
      {ticket && LIVE.includes(ticket.status) ? (
        <Button kind="quiet" small onClick={() => props.onMove(detail)}>
          {texts.move}
        </Button>
      ) : null}
    </>
  );
}
