/** A vendor's own events: what each is doing, and the way to its live page. */
import type { DropPhase } from '../../server/protocol/views.ts';
import { api, may, team, user } from '../session.ts';
import { useEvery, useLoad } from '../shell/load.ts';
import { Failed, PageLoading, Sentence, useTitle } from '../shell/states.tsx';
import { wholeList } from '../shell/whole-list.ts';
import { oauthTexts } from '../texts/oauth.ts';
import { teamTexts } from '../texts/teams.ts';
import { vendorTexts as texts } from '../texts/vendor.ts';
import { vendorMoneyTexts } from '../texts/vendor-money.ts';
import { Art, Bar, Button, formatDay, formatNumber, Tag } from '../ui/index.ts';
import { formatWhole } from './figures.tsx';
import './vendor.css';

const REFRESH_MS = 10_000;

/** One line of `GET /vendors/me/events`. */
interface OwnSummary {
  id: string;
  title: string;
  status: 'draft' | 'published' | 'canceled' | 'ended';
  startsAt: string;
  timeZone: string;
  venueName: string;
  currency: string;
  drop: { id: string; phase: DropPhase; opensAt: string } | null;
  capacity: number;
  sold: number;
  held: number;
  revenueCents: number;
}

export default function VendorEvents() {
  useTitle(texts.events);
  const { loaded, reload } = useLoad(`vendor events ${team.value?.vendorId}`, (signal) =>
    wholeList<OwnSummary>(api.request, '/vendors/me/events', signal),
  );
  useEvery(REFRESH_MS, reload);
  if (loaded.state === 'loading') return <PageLoading />;
  if (!loaded.data)
    return (
      <div class="page">
        <Failed error={loaded.error} onRetry={reload} />
      </div>
    );
  const items = loaded.data;
  if (items.length === 0)
    return (
      <div class="page">
        <Sentence
          title={texts.emptyTitle}
          text={texts.emptyText}
          actions={may('events') ? <Button href="/vendor/new">{texts.newEvent}</Button> : null}
        />
      </div>
    );
  return (
    <div class="page">
      <div class="page-head">
        <div>
          <h1>{texts.events}</h1>
          <p>{team.value ? teamTexts.workingFor(team.value.name) : texts.eventsSub}</p>
        </div>
        <div class="cluster">
          {team.value || user.value?.role === 'operator' ? null : (
            <Button kind="quiet" small href="/vendor/apps">
              {oauthTexts.apps}
            </Button>
          )}
          {may('team') && user.value?.role !== 'operator' ? (
            <Button kind="quiet" small href="/vendor/team">
              {teamTexts.title}
            </Button>
          ) : null}
          {may('money') ? (
            <Button kind="quiet" small href="/vendor/payment-methods">
              {vendorMoneyTexts.ways.pageTitle}
            </Button>
          ) : null}
          {may('events') ? (
            <Button small href="/vendor/new">
              {texts.newEvent}
            </Button>
          ) : null}
        </div>
      </div>
      <ul class="own-events">
        {items.map((event) => (
          <OwnEvent event={event} key={event.id} />
        ))}
      </ul>
    </div>
  );
}

function OwnEvent({ event }: { event: OwnSummary }) {
  const { capacity, sold, held } = event;
  const says = texts.soldOf(formatNumber(sold), formatNumber(capacity));
  return (
    <li class="card own-event">
      <a href={`/vendor/e/${event.id}`}>
        <Art id={event.id} />
        <span class="own-text">
          <b>{event.title}</b>
          <span class="small muted">
            {formatDay(event.startsAt, event.timeZone)} · {event.venueName}
          </span>
        </span>
        <span class="own-state">
          <PhaseTag event={event} />
        </span>
        <span class="own-bar">
          <Bar total={capacity} sold={sold} held={held} label={says} />
          <span class="row small muted num" aria-hidden="true">
            <span>{says}</span>
            <span>{formatWhole(event.revenueCents, event.currency)}</span>
          </span>
        </span>
      </a>
    </li>
  );
}

function PhaseTag({ event }: { event: OwnSummary }) {
  if (event.status === 'draft') return <Tag>{texts.draft}</Tag>;
  if (!event.drop) return <Tag>{texts.noDrop}</Tag>;
  const { phase } = event.drop;
  const kind =
    phase === 'live'
      ? 'good'
      : phase === 'paused' || phase === 'lobby' || phase === 'drawing'
        ? 'warn'
        : 'plain';
  return <Tag kind={kind}>{texts.phases[phase]}</Tag>;
}
