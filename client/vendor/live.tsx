/** The vendor's evening at one glance: figures of one ledger version, the chart, the funnel, the tiers, the controls. */
import { useEffect, useRef } from 'preact/hooks';
import type { DropState, EventView, SalesView } from '../../server/protocol/views.ts';
import { Cover } from '../pictures/cover.tsx';
import { EventCover } from '../pictures/event-cover.tsx';
import { api, may, user } from '../session.ts';
import { useLoad } from '../shell/load.ts';
import { Failed, PageLoading, useTitle } from '../shell/states.tsx';
import { vendorTexts as texts } from '../texts/vendor.ts';
import { vendorMoneyTexts } from '../texts/vendor-money.ts';
import { monotonicMs, second, watchSecond } from '../time.ts';
import { classes, formatAge, formatClock, formatDateTime, formatNumber, Notice } from '../ui/index.ts';
import { ChartCard } from './chart-card.tsx';
import { type Controlled, Controls } from './controls.tsx';
import { Draft } from './draft-page.tsx';
import { Figures, Funnel, Tiers } from './figures.tsx';
import { type SalesFeed, useSales } from './sales-feed.ts';
import { SeatsCard } from './seating/seats-card.tsx';
import './vendor.css';

/** Figures older than this are shown as old. */
const OLD_MS = 10_000;
/** As many fit beside the chart; more get the whole width. */
const FEW_TIERS = 4;
const DAY_MS = 24 * 60 * 60 * 1000;

export default function VendorLive({ eventId }: { eventId: string }) {
  const { loaded, reload, replace } = useLoad(`vendor event ${eventId}`, (signal) =>
    api.request<EventView>('GET', `/events/${encodeURIComponent(eventId)}`, { signal }),
  );
  const event = loaded.data;
  useTitle(event?.title ?? texts.events);
  if (event?.status === 'draft') return <Draft event={event} onPublished={replace} onChange={reload} />;
  if (event) return <Live event={event} onPhase={reload} />;
  if (loaded.state !== 'failed') return <PageLoading />;
  return (
    <div class="page">
      <Failed error={loaded.error} onRetry={reload} />
    </div>
  );
}

function Live({ event, onPhase }: { event: EventView; onPhase: () => void }) {
  const feed = useSales(event.id);
  const phase = feed.sales?.phase;
  const known = useRef(phase);
  // A moved opening and the like are the event's: asked for again when the phase changes.
  useEffect(() => {
    if (known.current !== undefined && known.current !== phase) onPhase();
    known.current = phase;
  }, [phase, onPhase]);
  if (feed.sales) return <Evening event={event} sales={feed.sales} feed={feed} onChange={onPhase} />;
  if (!feed.error) return <PageLoading />;
  return (
    <div class="page">
      <Failed error={feed.error} onRetry={feed.again} />
    </div>
  );
}

function Evening({
  event,
  sales,
  feed,
  onChange,
}: {
  event: EventView;
  sales: SalesView;
  feed: SalesFeed;
  onChange: () => void;
}) {
  useEffect(watchSecond, []);
  const zone = event.venue.timeZone;
  const state = useLoad(`drop ${sales.dropId} ${sales.phase}`, (signal) =>
    api.request<DropState>('GET', `/drops/${sales.dropId}`, { signal }),
  );
  const hasLine = event.drop?.hasLine ?? false;
  const fewTiers = sales.tiers.length <= FEW_TIERS;
  return (
    <div class="page vendor-live">
      <div class="live-head">
        <Cover event={event} small class="live-art" />
        <div class="grow">
          <h1>{event.title}</h1>
          <PhaseLine event={event} sales={sales} />
          <Freshness sales={sales} feed={feed} />
        </div>
        {may('events') ? (
          <div class="live-controls">
            <Controls
              drop={controlled(event, sales, state.loaded.data)}
              asOperator={user.value?.role === 'operator'}
              onDone={feed.again}
            />
          </div>
        ) : null}
      </div>
      {sales.phase === 'paused' && state.loaded.data?.pauseReason ? (
        <Notice kind="turn" title={texts.pausedTitle}>
          {texts.pausedSince(
            formatAge(second.value - Date.parse(state.loaded.data.pausedAt ?? sales.asOf)),
            state.loaded.data.pauseReason,
          )}
        </Notice>
      ) : null}
      <Figures sales={sales} hasLine={hasLine} />
      <div class="live-two">
        <ChartCard sales={sales} timeZone={zone} />
        <div class="live-side">
          {hasLine ? <Funnel sales={sales} /> : null}
          {fewTiers ? <Tiers sales={sales} /> : null}
        </div>
      </div>
      {fewTiers ? null : <Tiers sales={sales} />}
      {event.mapId && may('events') ? <SeatsCard eventId={event.id} zone={zone} sales={sales} /> : null}
      {may('events') ? <EventCover event={event} onChange={onChange} /> : null}
      <p class="small live-links">
        {may('money') ? <a href={`/vendor/e/${event.id}/money`}>{vendorMoneyTexts.link}</a> : null}
        <a href={`/e/${event.id}`}>{texts.publicPage}</a>
      </p>
    </div>
  );
}

/** "drop live · doors opened 20:30 CET", with the day when that was not about now. */
function PhaseLine({ event, sales }: { event: EventView; sales: SalesView }) {
  const phase = texts.phases[sales.phase];
  if (!event.drop) return <p>{phase}</p>;
  const { opensAt } = event.drop;
  const near = Math.abs(Date.parse(opensAt) - second.value) < DAY_MS / 2;
  const when = near
    ? formatClock(opensAt, event.venue.timeZone)
    : formatDateTime(opensAt, event.venue.timeZone);
  const ahead = sales.phase === 'scheduled' || sales.phase === 'lobby';
  return <p>{ahead ? texts.opensAt(phase, when) : texts.since(phase, when)}</p>;
}

function Freshness({ sales, feed }: { sales: SalesView; feed: SalesFeed }) {
  // Re-read each second, so that a silence shows while it lasts.
  void second.value;
  const age = monotonicMs() - feed.arrivedAtMs;
  const old = age > OLD_MS;
  const version = formatNumber(sales.ledgerVersion);
  const dot = old ? 'off' : feed.via === 'socket' ? 'live' : 'old';
  return (
    <p class="small muted num live-version">
      <span class={classes('live-dot', dot)}>
        {old ? texts.old(formatAge(age)) : feed.via === 'socket' ? texts.live : texts.polling}
      </span>
      {old ? texts.ledgerAge(version, formatAge(age)) : texts.ledger(version)}
    </p>
  );
}

function controlled(event: EventView, sales: SalesView, drop: DropState | null): Controlled {
  return {
    dropId: sales.dropId,
    phase: sales.phase,
    hasLine: event.drop?.hasLine ?? false,
    maxTurns: sales.maxTurns,
    turnsInUse: sales.turnsInUse,
    lineLength: sales.lineLength,
    unsold: Math.max(0, sales.capacity - sales.sold - sales.held),
    opensAt: event.drop?.opensAt ?? sales.asOf,
    timeZone: event.venue.timeZone,
    pausedAt: drop?.pausedAt ?? null,
    pauseReason: drop?.pauseReason ?? null,
  };
}
