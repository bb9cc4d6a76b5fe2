/** An event that is still a draft: what it will be, and the one step to publish it. */
import { useState } from 'preact/hooks';
import type { EventView } from '../../server/protocol/views.ts';
import { ApiError } from '../api.ts';
import { Cover } from '../pictures/cover.tsx';
import { EventCover } from '../pictures/event-cover.tsx';
import { api } from '../session.ts';
import { vendorTexts as texts } from '../texts/vendor.ts';
import { vendorMoneyTexts } from '../texts/vendor-money.ts';
import { Button, Facts, formatDateTime, formatMoney, formatNumber, Notice } from '../ui/index.ts';
import './new-event.css';

export function Draft(props: {
  event: EventView;
  onPublished: (event: EventView) => void;
  /** Something else about it is different now. */
  onChange: () => void;
}) {
  const { event } = props;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const publish = (): void => {
    setBusy(true);
    setError(null);
    api
      .request<EventView>('PUT', `/events/${event.id}`, { body: { status: 'published' } })
      .then(props.onPublished, (refused: unknown) => {
        if (!(refused instanceof ApiError)) throw refused;
        setError(refused.message);
      })
      .finally(() => setBusy(false));
  };
  const capacity = event.tiers.reduce((sum, tier) => sum + tier.quantity, 0);
  const lowest = Math.min(...event.tiers.map((tier) => tier.priceCents));
  return (
    <div class="page draft-page">
      <Cover event={event} />
      <h1>{event.title}</h1>
      <Notice title={texts.draftTitle}>{texts.draftText}</Notice>
      <div class="card">
        <Facts
          rows={[
            [texts.starts, formatDateTime(event.startsAt, event.venue.timeZone)],
            [texts.where, event.venue.name],
            [texts.capacity, formatNumber(capacity)],
            event.tiers.length > 0
              ? [texts.from, lowest === 0 ? texts.free : formatMoney(lowest, event.currency)]
              : null,
          ]}
        />
      </div>
      <EventCover event={event} onChange={props.onChange} />
      {error ? <Notice kind="bad">{error}</Notice> : null}
      <Button busy={busy} busyLabel={texts.publishing} onClick={publish}>
        {texts.publish}
      </Button>
      <Button kind="quiet" href={`/vendor/e/${event.id}/money`}>
        {vendorMoneyTexts.link}
      </Button>
    </div>
  );
}
