/** Map and list of seats, fetched when somebody wants to see or choose them: whoever only waits does not load them. */
import { useState } from 'preact/hooks';
import type { HoldView } from '../../server/protocol/index.ts';
import { Button } from '../ui/index.ts';
import { lazyCode } from './lazy-code.tsx';
import { say } from './messages.ts';
import type { Screen } from './screen.ts';
import type { DropViewProps } from './view-props.ts';

const seats = lazyCode(() => import('../seats/parts.ts'));

export const loadSeats = seats.load;

/** The page is left: nobody follows its seats any more. */
export const closeSeats = (): void => seats.peek()?.closeHouses();

export const SeatTurn = seats.part<DropViewProps & { screen: Extract<Screen, { name: 'turn' }> }>('SeatTurn');
export const SeatsOfHold = seats.part<DropViewProps & { hold: HoldView; allowance: number }>('SeatsOfHold');
const PeekSeats = seats.part<DropViewProps>('PeekSeats');

/** While waiting: the seats to look at, loaded only when somebody does. */
export function SeatsPeek(props: DropViewProps) {
  const [open, setOpen] = useState(false);
  return (
    <div class="card flat">
      <Button wide kind="quiet" small onClick={() => setOpen(!open)}>
        {open ? say.seats.close : say.seats.open}
      </Button>
      {open ? <PeekSeats {...props} /> : null}
    </div>
  );
}
