/** What is held, on the map: where one sits, and the way to other seats. */
import { useState } from 'preact/hooks';
import type { SeatRef } from '../../server/protocol/seating.ts';
import type { DropState, HoldView } from '../../server/protocol/views.ts';
import { type Quantities, quantitiesOf } from '../fan/edit-plan.ts';
import type { DropViewProps } from '../fan/view-props.ts';
import { seatTexts as texts } from '../texts/seats.ts';
import { Button } from '../ui/index.ts';
import { Choice, seatsHeld } from './choice.tsx';
import type { Pick } from './choosing.ts';
import type { SeatHouse } from './house.ts';
import { useFanLook } from './look.ts';
import { linesOf, seatsOf } from './names.ts';
import { SeatMap } from './seat-map.tsx';
import { WithHouse } from './use-house.tsx';

const NOTHING: readonly Pick[] = [];

/** Where one sits, and the way to other seats. */
export function SeatsOfHold(props: DropViewProps & { hold: HoldView; allowance: number }) {
  const [changing, setChanging] = useState(false);
  const { drop, hold } = props;
  if (!drop) return null;
  return (
    <WithHouse open={props.openSeats}>
      {(house) =>
        changing ? (
          <Exchange {...props} house={house} drop={drop} onClose={() => setChanging(false)} />
        ) : (
          <div class="held-map">
            <Excerpt house={house} drop={drop} seats={seatsHeld(hold)} />
            <Button
              kind="quiet"
              small
              busy={props.asking === 'change'}
              disabled={!props.mayAct || drop.phase === 'paused'}
              onClick={() => setChanging(true)}
            >
              {texts.hold.change}
            </Button>
          </div>
        )
      }
    </WithHouse>
  );
}

function Exchange(
  props: Omit<DropViewProps, 'drop'> & {
    house: SeatHouse;
    drop: DropState;
    hold: HoldView;
    allowance: number;
    onClose: () => void;
  },
) {
  const { house, hold } = props;
  const held = seatsHeld(hold);
  const [picks, setPicks] = useState<readonly Pick[]>(() =>
    seatsOf(house.layout, held).map((seat, index) => ({
      seat,
      id: held[index]!.id,
      tierId: house.tiers[house.tierOf[seat]!] ?? '',
    })),
  );
  const [draft, setDraft] = useState<Quantities>(() =>
    quantitiesOf({ ...hold, items: hold.items.filter((item) => !item.seats?.length) }),
  );
  const heldCount = hold.items.reduce((sum, item) => sum + item.quantity, 0);
  return (
    <section class="exchange" aria-label={texts.hold.changeTitle}>
      <h2>{texts.hold.changeTitle}</h2>
      <p class="small muted">{texts.hold.changeText}</p>
      <Button kind="quiet" small onClick={props.onClose}>
        {texts.hold.cancel}
      </Button>
      <Choice
        {...props}
        anonymous={false}
        allowance={props.allowance + heldCount}
        picks={picks}
        onPicks={setPicks}
        draft={draft}
        onDraft={setDraft}
        onAsk={props.act.holdSeats}
        swap={hold}
      />
    </section>
  );
}

function Excerpt(props: { house: SeatHouse; drop: DropState; seats: readonly SeatRef[] }) {
  const { house } = props;
  const [mine] = useState(() => new Set(seatsOf(house.layout, props.seats)));
  const [focus] = useState(() => [...mine]);
  const fan = useFanLook(house, NOTHING, mine);
  return (
    <figure class="excerpt">
      <figcaption class="small muted">
        {texts.hold.where}: <span class="sr">{linesOf(props.seats).join('; ')}</span>
      </figcaption>
      <div class="excerpt-map">
        <SeatMap
          geometry={house.geometry}
          look={fan.look}
          changes={fan.changes}
          label={texts.map.label(house.geometry.name)}
          focus={focus}
          plain
        />
      </div>
    </figure>
  );
}
