/** Waits for the seats: what a part shows while they are fetched and when they cannot be had. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { seatTexts as texts } from '../texts/seats.ts';
import { Button, Notice } from '../ui/index.ts';
import type { SeatHouse } from './house.ts';

export function WithHouse(props: {
  /** The same promise while it is the same house; asked again only when told to. */
  open: (again: boolean) => Promise<SeatHouse | null>;
  children: (house: SeatHouse) => ComponentChildren;
}) {
  const [house, setHouse] = useState<SeatHouse | null>(null);
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading');
  const [round, setRound] = useState(0);
  useEffect(() => {
    let over = false;
    setState('loading');
    props.open(round > 0).then(
      (found) => {
        if (over) return;
        setHouse(found);
        setState('ready');
      },
      // No network, or the server cannot say just now: the fan is told and may ask again.
      () => !over && setState('failed'),
    );
    return () => {
      over = true;
    };
  }, [round]);
  if (house) return <>{props.children(house)}</>;
  if (state === 'failed')
    return (
      <Notice kind="bad" title={texts.failed}>
        <Button small kind="quiet" onClick={() => setRound(round + 1)}>
          {texts.retry}
        </Button>
      </Notice>
    );
  return state === 'loading' ? (
    <p class="muted" role="status" aria-busy="true">
      {texts.loading}
    </p>
  ) : null;
}
