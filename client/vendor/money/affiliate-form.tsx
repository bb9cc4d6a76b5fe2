/** An affiliate, added or changed, in a dialog. Their code cannot change: links with it are out in the world. */
import { useState } from 'preact/hooks';
import type { AffiliateView } from '../../../server/protocol/affiliate-views.ts';
import type { EventView } from '../../../server/protocol/views.ts';
import { api } from '../../session.ts';
import { useForm } from '../../shell/form.ts';
import { askingTexts } from '../../texts/asking.ts';
import { affiliateTexts as texts } from '../../texts/sharing.ts';
import { Button, Dialog, Field, Notice } from '../../ui/index.ts';
import {
  AFFILIATE_FIELDS,
  type AffiliateDraft,
  type AffiliateField,
  affiliateDraft,
  bodyOf,
  checkAffiliate,
  newAffiliate,
} from './affiliate-draft.ts';
import { Check } from './choose.tsx';

interface Props {
  event: EventView;
  /** Null: a new one. */
  affiliate: AffiliateView | null;
  open: boolean;
  onClose: () => void;
  onDone: (affiliate: AffiliateView) => void;
}

export function AffiliateDialog(props: Props) {
  const { affiliate } = props;
  return (
    <Dialog
      open={props.open}
      title={affiliate ? texts.editTitle(affiliate.name) : texts.addTitle}
      onClose={props.onClose}
    >
      <AffiliateForm {...props} key={affiliate?.id} />
    </Dialog>
  );
}

/** Its own component: each time the dialog opens, the form is as the affiliate is. */
function AffiliateForm({ event, affiliate, onClose, onDone }: Props) {
  const place = { eventId: event.id, zone: event.venue.timeZone };
  const [draft, setDraft] = useState<AffiliateDraft>(() =>
    affiliate ? affiliateDraft(affiliate, place) : newAffiliate(),
  );
  const change = (changed: Partial<AffiliateDraft>): void =>
    setDraft((before) => ({ ...before, ...changed }));
  const path = `/vendors/${event.vendorId}/affiliates`;
  const { errors, problem, busy, form, submit } = useForm<AffiliateField>(
    AFFILIATE_FIELDS,
    () => checkAffiliate(draft, place),
    async () => {
      const body = bodyOf(draft, place, affiliate);
      onDone(
        affiliate
          ? await api.request<AffiliateView>('PUT', `${path}/${affiliate.id}`, { body })
          : await api.request<AffiliateView>('POST', path, { body }),
      );
    },
  );
  const field = (name: AffiliateField) => ({
    name,
    value: draft[name],
    error: errors[name],
    autocomplete: 'off',
    onValue: (value: string) => change({ [name]: value }),
  });
  return (
    <form class="stack" ref={form} onSubmit={submit} noValidate aria-busy={busy || undefined}>
      <Field label={texts.name} hint={texts.nameHint} maxLength={120} {...field('name')} />
      {affiliate ? null : (
        <Field
          label={texts.code}
          hint={texts.codeHint}
          autocapitalize="none"
          spellcheck={false}
          maxLength={32}
          {...field('code')}
        />
      )}
      <Field label={texts.share} hint={texts.shareHint} inputMode="decimal" {...field('share')} />
      <Field label={texts.email} hint={texts.emailHint} type="email" maxLength={254} {...field('email')} />
      <div class="pair">
        <Field label={texts.startsAt(place.zone)} type="datetime-local" {...field('startsAt')} />
        <Field label={texts.endsAt(place.zone)} type="datetime-local" {...field('endsAt')} />
      </div>
      <Check label={texts.onlyHere} checked={draft.onlyHere} onChecked={(onlyHere) => change({ onlyHere })} />
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      <div class="dialog-actions">
        <Button kind="quiet" onClick={onClose}>
          {askingTexts.leaveIt}
        </Button>
        <Button type="submit" busy={busy} busyLabel={texts.saving}>
          {affiliate ? texts.save : texts.create}
        </Button>
      </div>
    </form>
  );
}
