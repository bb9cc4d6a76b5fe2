/** A sold ticket to another seat of its tier: the seat is chosen on the map or in the list, then asked about in words. */
import { useState } from 'preact/hooks';
import { type SeatDetail, seatIdOf } from '../../../server/protocol/seating.ts';
import { ApiError } from '../../api.ts';
import type { SeatHouse } from '../../seats/house.ts';
import { nameOf, refOf } from '../../seats/names.ts';
import { api } from '../../session.ts';
import { vendorSeatTexts } from '../../texts/vendor-seats.ts';
import { Button, Dialog, Facts, Field, Notice } from '../../ui/index.ts';
import { problemOf, type SeatProblem } from './refusals.ts';

const { move: texts } = vendorSeatTexts;
const REASON_MAX = 500;

export interface MovePanelProps {
  house: SeatHouse;
  /** Where the ticket sits. */
  detail: SeatDetail;
  /** Where it shall go. */
  to: number | null;
  /** The channel the chosen seat is kept for. */
  keptFor: string | null;
  anyFree: boolean;
  problem: SeatProblem | null;
  onProblem: (problem: SeatProblem) => void;
  onMoved: (said: string, seat: number) => void;
  onCancel: () => void;
}

export function MovePanel(props: MovePanelProps) {
  const { house, detail, to } = props;
  const [reason, setReason] = useState('');
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const { ticket, tier } = detail;
  if (!ticket) return null;
  const from = nameOf(detail.seat);
  const target = to === null ? null : nameOf(refOf(house.layout, to));
  const move = (): void => {
    if (to === null || busy) return;
    setBusy(true);
    const body = {
      seatId: seatIdOf(house.geometry.id, to),
      ...(reason.trim() ? { reason: reason.trim() } : {}),
    };
    api
      .request<SeatDetail>('POST', `/tickets/${ticket.id}/move`, { body })
      .then(
        (moved) => props.onMoved(texts.done(from, nameOf(moved.seat)), to),
        (error: unknown) => {
          if (!(error instanceof ApiError)) throw error;
          props.onProblem(problemOf(error, house.layout, 'move'));
        },
      )
      .finally(() => {
        setBusy(false);
        setAsked(false);
      });
  };
  return (
    <section class="seat-panel" aria-label={texts.title}>
      <h3>{texts.title}</h3>
      <p class="small muted">
        {props.anyFree ? texts.choose(tier?.name ?? '') : texts.none(tier?.name ?? '')}
      </p>
      <Facts
        rows={[
          [texts.from, from],
          [texts.to, target ?? '…'],
        ]}
      />
      {props.problem ? <Notice kind="bad">{props.problem.text}</Notice> : null}
      {props.keptFor === null ? null : <Notice kind="turn">{texts.keptFor(props.keptFor)}</Notice>}
      <Field
        label={texts.reason}
        name="reason"
        hint={texts.reasonHint}
        maxLength={REASON_MAX}
        autocomplete="off"
        value={reason}
        onValue={setReason}
      />
      <div class="cluster">
        <Button small disabled={target === null} onClick={() => setAsked(true)}>
          {target === null ? texts.chooseFirst : texts.go}
        </Button>
        <Button kind="quiet" small onClick={props.onCancel}>
          {texts.cancel}
        </Button>
      </div>
      <Dialog
        open={asked && target !== null}
        title={texts.confirmTitle}
        onClose={() => setAsked(false)}
        actions={
          <>
            <Button kind="quiet" onClick={() => setAsked(false)}>
              {texts.cancel}
            </Button>
            <Button busy={busy} busyLabel={texts.moving} onClick={move}>
              {texts.confirmDo}
            </Button>
          </>
        }
      >
        <p>{texts.confirm(ticket.holderName, ticket.orderReference, from, target ?? '')}</p>
        {props.keptFor === null ? null : <p>{texts.keptFor(props.keptFor)}</p>}
      </Dialog>
    </section>
  );
}
