/** A new event with its tiers and its drop. */
import { useMemo, useState } from 'preact/hooks';
import type { EventView } from '../../server/protocol/views.ts';
import { navigate } from '../router.ts';
import { api } from '../session.ts';
import { useForm } from '../shell/form.ts';
import { useTitle } from '../shell/states.tsx';
import { newEventTexts as texts } from '../texts/new-event.ts';
import { serverNow } from '../time.ts';
import { Button, Facts, formatDateTime, formatMoney, formatNumber, Notice, ownZone } from '../ui/index.ts';
import { bodyOf, checkDraft, decimalsOf, type EventDraft, emptyDraft, fieldsOf, readPrice } from './draft.ts';
import { DropPart } from './new-drop.tsx';
import { AboutPart, VenuePart } from './new-parts.tsx';
import { TiersPart } from './new-tiers.tsx';
import { SeatsPart } from './seating/map-choice.tsx';
import { PlacesPart } from './seating/places-part.tsx';
import { seatedTiers } from './seating/seats-draft.ts';
import { isTimeZone, zonedToIso } from './zone.ts';
import './new-event.css';

type Status = 'draft' | 'published';

export default function NewEvent() {
  useTitle(texts.title);
  const [draft, setDraft] = useState<EventDraft>(() => emptyDraft(ownZone()));
  const [status, setStatus] = useState<Status>('published');
  const fields = useMemo(() => fieldsOf(draft), [draft]);
  const { errors, problem, busy, form, submit } = useForm<string>(
    fields,
    () => checkDraft(draft, serverNow()),
    async () => {
      const event = await api.request<EventView>('POST', '/events', { body: bodyOf(draft, status) });
      navigate(`/vendor/e/${event.id}`, { replace: true });
    },
  );
  const part = {
    draft,
    errors,
    change: (changed: Partial<EventDraft>) => setDraft((before) => ({ ...before, ...changed })),
  };
  return (
    <div class="page">
      <div class="page-head">
        <div>
          <h1>{texts.title}</h1>
          <p>{texts.lead}</p>
        </div>
      </div>
      <div class="new-event">
        <form class="new-form" ref={form} onSubmit={submit} noValidate aria-busy={busy}>
          <AboutPart {...part} />
          <VenuePart {...part} />
          <SeatsPart {...part} />
          <TiersPart {...part} />
          <PlacesPart {...part} />
          <DropPart {...part} />
          {problem ? <Notice kind="bad">{problem}</Notice> : null}
          <div class="form-send">
            <Button
              type="submit"
              busy={busy && status === 'published'}
              busyLabel={texts.publishing}
              onClick={() => setStatus('published')}
            >
              {texts.publish}
            </Button>
            <Button
              type="submit"
              kind="quiet"
              busy={busy && status === 'draft'}
              busyLabel={texts.saving}
              onClick={() => setStatus('draft')}
            >
              {texts.draft}
            </Button>
          </div>
        </form>
        <Summary draft={draft} />
      </div>
    </div>
  );
}

const priceOf = (minor: number, currency: string): string =>
  minor === 0 ? texts.free : formatMoney(minor, currency);

function Summary({ draft }: { draft: EventDraft }) {
  const zone = isTimeZone(draft.timeZone.trim()) ? draft.timeZone.trim() : ownZone();
  const decimals = decimalsOf(draft.currency);
  const seated = seatedTiers(draft.seats);
  const rows = draft.tiers.map((tier) => ({
    price: readPrice(tier.price, decimals),
    quantity: seated.get(tier.key) ?? (/^\d{1,8}$/.test(tier.quantity.trim()) ? Number(tier.quantity) : 0),
  }));
  const tickets = rows.reduce((sum, row) => sum + row.quantity, 0);
  const gross = rows.reduce((sum, row) => sum + row.quantity * (row.price ?? 0), 0);
  const prices = rows.flatMap((row) => (row.price === null ? [] : [row.price]));
  const when = (local: string): string => {
    const iso = zonedToIso(local, zone);
    return iso ? formatDateTime(iso, zone) : texts.notYet;
  };
  return (
    <aside class="card new-summary" aria-label={texts.summary}>
      <h2 class="card-title">{texts.summary}</h2>
      <p class="strong">{draft.title.trim() || texts.name}</p>
      <Facts
        rows={[
          [texts.starts, when(draft.startsAt)],
          [texts.opens, when(draft.opensAt)],
          [texts.tickets, formatNumber(tickets)],
          [texts.from, prices.length > 0 ? priceOf(Math.min(...prices), draft.currency) : texts.notYet],
          [texts.gross, formatMoney(gross, draft.currency)],
        ]}
      />
    </aside>
  );
}
