/** My turn in a sale with seats. */
import { shop } from '../fan/messages-shop.ts';
import type { Screen } from '../fan/screen.ts';
import { FinishButton, TurnPanel } from '../fan/turn.tsx';
import type { DropViewProps } from '../fan/view-props.ts';
import { Choice } from './choice.tsx';
import { WithHouse } from './use-house.tsx';

export function SeatTurn(props: DropViewProps & { screen: Extract<Screen, { name: 'turn' }> }) {
  const { screen, drop, act } = props;
  if (!drop) return null;
  return (
    <>
      <TurnPanel leftMs={screen.leftMs} />
      {screen.soldOut ? <p class="muted">{shop.turn.soldOut}</p> : null}
      <WithHouse open={props.openSeats}>
        {(house) => (
          <Choice
            {...props}
            house={house}
            drop={drop}
            allowance={screen.allowance}
            anonymous={screen.anonymous}
            picks={props.picks}
            onPicks={act.setPicks}
            draft={props.draft}
            onDraft={act.setDraft}
            onAsk={act.holdSeats}
          />
        )}
      </WithHouse>
      {screen.leftMs === null ? null : <FinishButton {...props} />}
    </>
  );
}
