/** Money of one event as its vendor sees it: terms, ways to pay, codes, prices by tier, what changed, what came back. */
import { useCallback } from 'preact/hooks';
import type { CodeView } from '../../../server/protocol/money.ts';
import type { EventView } from '../../../server/protocol/views.ts';
import { api, user } from '../../session.ts';
import { type Load, useEvery, useLoad } from '../../shell/load.ts';
import { usePaged } from '../../shell/paged.tsx';
import { Failed, PageLoading, useTitle } from '../../shell/states.tsx';
import { wholeList } from '../../shell/whole-list.ts';
import { vendorMoneyTexts as texts } from '../../texts/vendor-money.ts';
import { serverNow } from '../../time.ts';
import { Art, formatMoney, Notice } from '../../ui/index.ts';
import { allIn } from '../../ui/prices.ts';
import { AffiliatesCard } from './affiliates-card.tsx';
import { CancelCard } from './cancel-card.tsx';
import { standingOf } from './code-draft.ts';
import { CodesCard } from './codes-card.tsx';
import { type PriceChange, PriceChanges } from './price-changes.tsx';
import { type EventRefund, RefundsCard } from './refunds-card.tsx';
import { TakenCard } from './taken-card.tsx';
import { TakingsCard } from './takings-card.tsx';
import { TermsCard } from './terms-card.tsx';
import { TierPrices } from './tier-prices.tsx';
import { type OwnMethods, WaysCard } from './ways-card.tsx';
import './money.css';

/** Refunds, uses of codes and prices that move by themselves. */
const REFRESH_MS = 15_000;

export default function EventMoney({ eventId }: { eventId: string }) {
  const path = `/events/${encodeURIComponent(eventId)}`;
  const { loaded, reload } = useLoad(path, (signal) => api.request<EventView>('GET', path, { signal }));
  useTitle(loaded.data ? texts.pageTitle(loaded.data.title) : texts.title);
  if (loaded.data) return <Shown event={loaded.data} onPrices={reload} />;
  if (loaded.state !== 'failed') return <PageLoading />;
  return (
    <div class="page">
      <Failed error={loaded.error} onRetry={reload} />
    </div>
  );
}

function Shown({ event, onPrices }: { event: EventView; onPrices: () => void }) {
  const { id } = event;
  const methods = useLoad('own payment methods', (signal) =>
    api.request<OwnMethods>('GET', '/vendors/payment-methods', { signal }),
  );
  const codes = useLoad(`codes of ${id}`, (signal) =>
    wholeList<CodeView>(api.request, `/events/${id}/codes`, signal),
  );
  const changes = usePaged<PriceChange>(`/events/${id}/price-changes`);
  const refunds = usePaged<EventRefund>(`/events/${id}/refunds`);
  const { reload: reloadChanges } = changes;
  const priced = useCallback(() => {
    onPrices();
    reloadChanges();
  }, [onPrices, reloadChanges]);
  useEvery(REFRESH_MS, () => {
    priced();
    codes.reload();
    refunds.reload();
  });
  // Ways to pay are the vendor's own: whoever looks on sees what the event takes.
  const asOperator = user.value?.role === 'operator';
  const over = event.status === 'canceled' || event.status === 'ended';
  return (
    <div class="page money-page">
      <div class="money-top">
        <Art id={id} class="live-art" />
        <div class="grow">
          <a href={`/vendor/e/${id}`} class="money-back">
            {texts.toEvent}
          </a>
          <h1 class="long">
            <span class="money-kicker">{texts.title}</span> {event.title}
          </h1>
          <Sums event={event} methods={asOperator ? null : methods} codes={codes} />
        </div>
      </div>
      {over ? <Notice>{texts.over}</Notice> : null}
      {event.status === 'draft' ? null : <TakingsCard event={event} />}
      <TermsCard event={event} onPrices={priced} />
      <TierPrices event={event} codes={codes.loaded.data} onPrices={priced} />
      <div class="money-two">
        {asOperator ? <TakenCard event={event} /> : <WaysCard event={event} methods={methods} />}
        <CodesCard event={event} codes={codes} />
      </div>
      {event.status === 'draft' ? null : <AffiliatesCard event={event} />}
      <div class="money-two">
        <RefundsCard event={event} refunds={refunds} />
        <PriceChanges event={event} changes={changes} />
      </div>
      {event.status === 'published' ? <CancelCard event={event} onDone={priced} /> : null}
    </div>
  );
}

/** Where the event stands, in a sentence or three. */
function Sums(props: { event: EventView; methods: Load<OwnMethods> | null; codes: Load<CodeView[]> }) {
  const { event } = props;
  const prices = event.tiers.map(allIn);
  const [low, high] = [Math.min(...prices), Math.max(...prices)];
  const ways = props.methods?.loaded.data?.items.filter(
    (way) => way.active && way.eventIds.includes(event.id),
  );
  const inUse = props.codes.loaded.data?.filter((code) => standingOf(code, serverNow()) === 'active');
  const says = [
    prices.length === 0
      ? null
      : high === 0
        ? texts.sums.free
        : texts.sums.prices(formatMoney(low, event.currency), formatMoney(high, event.currency)),
    ways ? texts.sums.ways(ways.length) : null,
    inUse ? texts.sums.codes(inUse.length) : null,
  ].filter(Boolean);
  return <p class="muted num">{says.join(' ')}</p>;
}
