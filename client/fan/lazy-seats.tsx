/** Map and list of seats, fetched when somebody wants to see or choose them: whoever only waits does not load them. */
import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useState } from 'preact/hooks';
import type { HoldView } from '../../server/protocol/index.ts';
import { Button } from '../ui/index.ts';
import { say } from './messages.ts';
import type { Screen } from './screen.ts';
import type { DropViewProps } from './view-props.ts';

type Seats = typeof import('../seats/parts.ts');

const loaded = signal<Seats | null>(null);
const failed = signal(false);
let loading: Promise<Seats> | null = null;

/** Fetched once; a fetch that failed is tried again when asked for again. */
export function loadSeats(): Promise<Seats> {
  loading ??= import('../seats/parts.ts').then(
    (seats) => {
      loaded.value = seats;
      failed.value = false;
      return seats;
    },
    (error: unknown) => {
      loading = null;
      failed.value = true;
      throw error;
    },
  );
  return loading;
}

function lazily<Props>(name: keyof Seats): ComponentType<Props> {
  return function Part(props: Props) {
    const Found = loaded.value?.[name] as ComponentType<Props> | undefined;
    if (Found) return <Found {...(props as Props & object)} />;
    // Without a network, or after a newer version went live: the page offers to load itself again.
    loadSeats().catch(() => failed.value);
    if (!failed.value) return <p class="muted">{say.loading}</p>;
    return (
      <Button wide kind="quiet" onClick={() => window.location.reload()}>
        {say.tryAgain}
      </Button>
    );
  };
}

export const SeatTurn = lazily<DropViewProps & { screen: Extract<Screen, { name: 'turn' }> }>('SeatTurn');
export const SeatsOfHold = lazily<DropViewProps & { hold: HoldView; allowance: number }>('SeatsOfHold');
const PeekSeats = lazily<DropViewProps>('PeekSeats');

/** While waiting: the seats to look at, loaded only when somebody does. */
export function SeatsPeek(props: DropViewProps) {
  const [open, setOpen] = useState(false);
  return (
    <section class="card flat" aria-label={say.seats.title}>
      <Button wide kind="quiet" small onClick={() => setOpen(!open)}>
        {open ? say.seats.close : say.seats.open}
      </Button>
      {open ? <PeekSeats {...props} /> : null}
    </section>
  );
}
