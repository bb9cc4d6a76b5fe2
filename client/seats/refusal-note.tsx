/** What the server said no to, which seats it names, and the one tap that helps. */
import type { SeatOffer, SeatRef } from '../../server/protocol/seating.ts';
import { seatTexts as texts } from '../texts/seats.ts';
import { Button, Notice } from '../ui/index.ts';
import type { SeatRefusal } from './choosing.ts';
import { inWords } from './names.ts';

/** An offer as long as there is one to take. */
export function offerOf(refusal: SeatRefusal | null): SeatOffer | null {
  const offer = refusal?.details.offer as SeatOffer | null | undefined;
  return offer && offer.seats.length > 0 ? offer : null;
}

/** Seats to point at on the map: those that went, or those that would be left alone. */
export function namedBy(refusal: SeatRefusal | null): readonly SeatRef[] {
  const named = refusal?.details[refusal.code === 'ORPHAN_SEAT' ? 'orphans' : 'seats'];
  return Array.isArray(named) ? (named as SeatRef[]) : [];
}

export function fixOf(refusal: SeatRefusal | null): readonly SeatRef[] | null {
  const fix = refusal?.details.fix;
  return Array.isArray(fix) && fix.length > 0 ? (fix as SeatRef[]) : null;
}

export function RefusalNote(props: {
  refusal: SeatRefusal;
  /** Server time in ms. */
  now: number;
  /** Something is held already, and stays. */
  holding: boolean;
  busy: boolean;
  onTake: (seats: readonly SeatRef[]) => void;
}) {
  const { refusal } = props;
  const kept = props.holding ? ` ${texts.refusal.takenKept}` : '';
  switch (refusal.code) {
    case 'SEATS_REQUIRED':
      return <Notice kind="turn">{texts.refusal.required}</Notice>;
    case 'ORPHAN_SEAT': {
      const fix = fixOf(refusal);
      return (
        <Notice kind="turn" title={texts.refusal.orphan(inWords(namedBy(refusal))) + kept}>
          {fix ? (
            <Button wide small busy={props.busy} onClick={() => props.onTake(fix)}>
              {texts.refusal.orphanFix(inWords(fix))}
            </Button>
          ) : (
            texts.refusal.orphanNoFix
          )}
        </Notice>
      );
    }
    case 'SEATS_TAKEN':
      return (
        <Notice kind="turn" title={texts.refusal.taken(inWords(namedBy(refusal))) + kept}>
          <Offer {...props} />
        </Notice>
      );
    case 'NOT_TOGETHER':
      return (
        <Notice kind="turn" title={texts.refusal.apart + kept}>
          <Offer {...props} apart />
        </Notice>
      );
  }
}

function Offer(props: {
  refusal: SeatRefusal;
  now: number;
  busy: boolean;
  apart?: boolean;
  onTake: (seats: readonly SeatRef[]) => void;
}) {
  const offer = offerOf(props.refusal);
  if (!offer) return <p>{texts.refusal.noOffer}</p>;
  const left = Math.ceil((Date.parse(offer.expiresAt) - props.now) / 1000);
  if (left <= 0) return <p>{texts.refusal.offerOver}</p>;
  return (
    <div class="offer">
      <p>
        <b>{inWords(offer.seats)}</b>
      </p>
      <p class="small">
        {texts.refusal.offerPlain} <span class="num strong">{left} s</span>
      </p>
      <Button wide small busy={props.busy} onClick={() => props.onTake(offer.seats)}>
        {props.apart ? texts.refusal.takeApart : texts.refusal.take(offer.seats.length)}
      </Button>
    </div>
  );
}
