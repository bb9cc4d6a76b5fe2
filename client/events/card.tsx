/** One event in the list: its picture, when and where, from which price, and what its sale is doing. */
import type { EventView } from '../../server/protocol/views.ts';
import { Cover } from '../pictures/cover.tsx';
import { eventTexts as texts } from '../texts/events.ts';
import { second } from '../time.ts';
import { classes, formatDay, formatMoney, formatNumber } from '../ui/index.ts';
import { DropChip, lowestPrice } from './drop-chip.tsx';

export function placeOf(venue: EventView['venue']): string {
  return [venue.name, venue.city].filter(Boolean).join(', ');
}

export function EventCard({ event, first }: { event: EventView; first: boolean }) {
  const price = lowestPrice(event.tiers);
  return (
    <li class={classes('event-card', first && 'first')}>
      <a href={`/e/${event.id}`} class="event-link">
        <Cover event={event} small={!first} class="event-art" />
        <div class="event-body">
          <DropChip event={event} nowMs={second.value} />
          <h2>{event.title}</h2>
          {event.artist && event.artist !== event.title ? <p>{event.artist}</p> : null}
          <p class="muted small">
            {formatDay(event.startsAt, event.venue.timeZone)} · {placeOf(event.venue)}
          </p>
          {price ? (
            <p class="event-price num">
              <b>{price.cents === 0 ? texts.free : texts.from(formatMoney(price.cents, price.currency))}</b>{' '}
              {price.cents === 0 ? null : <span class="muted small">{texts.allIn}</span>}
              <Left event={event} />
            </p>
          ) : null}
        </div>
      </a>
    </li>
  );
}

function Left({ event }: { event: EventView }) {
  if (event.drop?.phase !== 'live' && event.drop) return null;
  const left = event.tiers.reduce((sum, tier) => sum + tier.available, 0);
  return <span class="muted small event-left">{left > 0 ? texts.left(formatNumber(left)) : texts.gone}</span>;
}

export function GhostCard({ first }: { first: boolean }) {
  return (
    <li class={classes('event-card', 'ghost', first && 'first')}>
      <span class="art event-art" />
      <div class="event-body">
        <span class="ghost-line" style={{ width: '35%' }} />
        <span class="ghost-line" style={{ width: '70%', height: '1.5em' }} />
        <span class="ghost-line" style={{ width: '55%' }} />
      </div>
    </li>
  );
}
