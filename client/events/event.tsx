/** One event: what it is, what it costs, what its sale is doing, and one clear way to it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TermsView } from '../../server/protocol/money.ts';
import type { EventView } from '../../server/protocol/views.ts';
import { Cover } from '../pictures/cover.tsx';
import { LazyStrip } from '../pictures/lazy-strip.tsx';
import { Remind } from '../push/remind.tsx';
import { PausedNote } from '../services/paused-note.tsx';
import { useServices } from '../services/status.ts';
import { api, user, vendorId } from '../session.ts';
import { LazyShare } from '../sharing/lazy-share.tsx';
import { AsOfNotice, dated } from '../shell/as-of.tsx';
import { useEvery, useLoad } from '../shell/load.ts';
import { Failed, PageLoading, useTitle } from '../shell/states.tsx';
import { eventTexts as texts } from '../texts/events.ts';
import { serviceTexts } from '../texts/services.ts';
import { PriceFold } from '../till/price-fold.tsx';
import { second, watchSecond } from '../time.ts';
import {
  Bar,
  Button,
  formatCountdown,
  formatDateTime,
  formatMoney,
  formatNumber,
  Money,
  Timer,
} from '../ui/index.ts';
import { allIn } from '../ui/prices.ts';
import { placeOf } from './card.tsx';
import { DropChip, nextChangeMs } from './drop-chip.tsx';
import { Seats } from './seats.tsx';
import './events.css';

const REFRESH_MS = 10_000;
const AFTER_CHANGE_MS = 800;
/** While nothing is sold yet, or no longer, nobody waits for a payment. */
const SELLING: readonly string[] = ['lobby', 'drawing', 'live', 'paused'];

export default function EventPage({ eventId }: { eventId: string }) {
  useEffect(watchSecond, []);
  const { loaded, reload } = useLoad(`event ${eventId}`, (signal) =>
    dated<EventView>(`/events/${encodeURIComponent(eventId)}`, { signal }),
  );
  useEvery(REFRESH_MS, reload);
  const event = loaded.data;
  useTitle(event?.title ?? texts.title);

  const services = useServices();
  const due = event?.drop ? nextChangeMs(event.drop) : null;
  const asked = useRef<number | null>(null);
  const now = second.value;
  useEffect(() => {
    if (due === null || asked.current === due || now < due + AFTER_CHANGE_MS) return;
    asked.current = due;
    reload();
  }, [due, now, reload]);

  if (loaded.state === 'loading') return <PageLoading />;
  if (!event)
    return (
      <div class="page">
        <Failed error={loaded.error as NonNullable<typeof loaded.error>} onRetry={reload} />
      </div>
    );
  return (
    <div class="page event-page">
      <div class="event-main">
        <AsOfNotice at={event.asOfMs} />
        <Cover event={event} class="event-hero" />
        <div class="event-intro">
          <DropChip event={event} nowMs={now} />
          <h1>{event.title}</h1>
          {event.artist && event.artist !== event.title ? <p class="event-artist">{event.artist}</p> : null}
        </div>
        <dl class="event-facts">
          <div>
            <dt>{texts.when}</dt>
            <dd>{formatDateTime(event.startsAt, event.venue.timeZone)}</dd>
          </div>
          <div>
            <dt>{texts.where}</dt>
            <dd>{placeOf(event.venue)}</dd>
          </div>
        </dl>
        {event.status === 'draft' ? null : (
          <LazyShare title={event.title} path={`/e/${event.id}`} qr={`/events/${event.id}/link.svg`} />
        )}
        {event.description ? <Description text={event.description} /> : null}
        {event.mapId ? <Seats event={event} /> : null}
        <LazyStrip eventId={event.id} />
      </div>
      <aside class="event-side">
        {event.drop && SELLING.includes(event.drop.phase) && services.pay?.state === 'unavailable' ? (
          <PausedNote note={services.pay} now={now} kept={serviceTexts.goesOn} />
        ) : null}
        <Sale event={event} nowMs={now} />
        <Tiers event={event} />
      </aside>
    </div>
  );
}

/** Plain text from a vendor: paragraphs at empty lines, nothing of it is ever markup. */
function Description({ text }: { text: string }) {
  return (
    <section class="event-about" aria-label={texts.about}>
      {text
        .split(/\n\s*\n/)
        .filter((part) => part.trim())
        .map((part, index) => (
          <p key={index}>{part}</p>
        ))}
    </section>
  );
}

function saleSays(event: EventView) {
  const { says } = texts;
  const { drop } = event;
  if (!drop) return says.none;
  if (!drop.hasLine && drop.phase === 'live') return says.liveNoLine;
  if (!drop.hasLine && drop.phase === 'scheduled') return says.scheduledNoLine;
  return says[drop.phase];
}

function saleHref(drop: EventView['drop']): string {
  if (!drop || drop.phase === 'canceled') return '/';
  return drop.phase === 'ended' && drop.hasLine ? `/d/${drop.id}/draw` : `/d/${drop.id}`;
}

function Sale({ event, nowMs }: { event: EventView; nowMs: number }) {
  const { drop } = event;
  const says = saleSays(event);
  const due = drop ? nextChangeMs(drop) : null;
  const open = drop && ['lobby', 'drawing', 'live'].includes(drop.phase);
  const mine = user.value && (vendorId.value === event.vendorId || user.value.role === 'operator');
  return (
    <section class="card sale" aria-label={says.title}>
      {due !== null && says.eyebrow ? (
        <div>
          <p class="small muted">{says.eyebrow}</p>
          {due - nowMs > 0 ? (
            <Timer
              ms={due - nowMs}
              size={formatCountdown(due - nowMs).length > 8 ? 'mid' : 'big'}
              label={says.eyebrow}
            />
          ) : (
            <Timer ms={0} size="big" />
          )}
        </div>
      ) : null}
      <h2>{says.title}</h2>
      <p class="muted">{says.text}</p>
      <Button wide kind={open ? 'primary' : 'quiet'} href={saleHref(drop)}>
        {says.button}
      </Button>
      {drop?.phase === 'scheduled' && due !== null && due > nowMs ? <Remind eventId={event.id} /> : null}
      {drop ? <p class="small muted">{texts.limit(drop.limitPerFan)}</p> : null}
      {mine ? <a href={`/vendor/e/${event.id}`}>{texts.owner}</a> : null}
    </section>
  );
}

/** What the prices are made of, asked for when somebody wants to know. */
function Parts({ event }: { event: EventView }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="fold small" onToggle={(toggled) => setOpen(toggled.currentTarget.open)}>
      <summary>{texts.priceFold}</summary>
      {open ? (
        <PriceFold
          tiers={event.tiers}
          getTerms={() => api.request<TermsView>('GET', `/events/${event.id}/terms`, { authenticate: false })}
        />
      ) : null}
    </details>
  );
}

/** Where a price may go, and who may buy at it now. */
function Notes({ tier, zone }: { tier: EventView['tiers'][number]; zone: string }) {
  const { priceRange, presaleUntil } = tier;
  const money = (cents: number): string => formatMoney(cents, tier.currency);
  return (
    <>
      {priceRange ? (
        <p class="tiny muted num">
          {texts.move(money(allIn(tier)), money(priceRange.minCents), money(priceRange.maxCents))}
        </p>
      ) : null}
      {presaleUntil && Date.parse(presaleUntil) > second.value ? (
        <p class="tiny muted num">{texts.presale(formatDateTime(presaleUntil, zone))}</p>
      ) : null}
    </>
  );
}

function Tiers({ event }: { event: EventView }) {
  if (event.tiers.length === 0) return null;
  return (
    <section class="card" aria-label={texts.tickets}>
      <h2 class="card-title">{texts.tickets}</h2>
      <ul class="facts tier-list">
        {event.tiers.map((tier) => (
          <li key={tier.id}>
            <div class="row">
              <b>{tier.name}</b>
              <Money minor={allIn(tier)} currency={tier.currency} class="strong" />
            </div>
            <Bar
              total={tier.quantity}
              sold={tier.sold}
              held={tier.held}
              label={tier.available > 0 ? texts.left(formatNumber(tier.available)) : texts.gone}
            />
            <p class="small muted num" aria-hidden="true">
              {tier.available > 0 ? texts.left(formatNumber(tier.available)) : texts.gone}
            </p>
            <Notes tier={tier} zone={event.venue.timeZone} />
          </li>
        ))}
      </ul>
      <p class="tiny muted tier-note">{texts.priceNote}</p>
      <Parts event={event} />
    </section>
  );
}
