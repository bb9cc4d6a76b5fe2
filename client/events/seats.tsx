/** The event's seats on its page: drawn by the code that sells them, fetched after everything else here is read. */
import { useEffect, useState } from 'preact/hooks';
import type { EventView } from '../../server/protocol/views.ts';
import { eventTexts as texts } from '../texts/events.ts';
import { Button } from '../ui/index.ts';

type Parts = typeof import('../seats/parts.ts');

export function Seats({ event }: { event: EventView }) {
  const [parts, setParts] = useState<Parts | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    import('../seats/parts.ts').then(setParts, () => setFailed(true));
  }, []);
  return (
    <section class="event-seats" aria-label={texts.seats} aria-busy={!parts && !failed}>
      <h2>{texts.seats}</h2>
      {parts ? <parts.EventSeats eventId={event.id} tiers={event.tiers} /> : null}
      {failed ? (
        <Button kind="quiet" small onClick={() => window.location.reload()}>
          {texts.seatsAgain}
        </Button>
      ) : null}
    </section>
  );
}
