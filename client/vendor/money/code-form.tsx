/** A code, made or changed, in a dialog. What it does and how it reads cannot change: orders have it. */
import { useState } from 'preact/hooks';
import type { CodeView } from '../../../server/protocol/money.ts';
import type { EventView } from '../../../server/protocol/views.ts';
import { api } from '../../session.ts';
import { useForm } from '../../shell/form.ts';
import { askingTexts } from '../../texts/asking.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { Button, Dialog, Field, Notice } from '../../ui/index.ts';
import { AnyOf, OneOf } from './choose.tsx';
import {
  CODE_FIELDS,
  type CodeDraft,
  type CodeField,
  checkCode,
  codeDraft,
  createBody,
  editBody,
  newCode,
} from './code-draft.ts';

const { codes: texts, save, saving } = vendorMoneyTexts;
const KINDS = ['percent', 'amount', 'presale'] as const;

interface Props {
  event: EventView;
  /** Null: a new one. */
  code: CodeView | null;
  open: boolean;
  onClose: () => void;
  onDone: (code: CodeView) => void;
}

export function CodeDialog(props: Props) {
  const { code } = props;
  return (
    <Dialog
      open={props.open}
      title={code ? texts.editTitle(code.code) : texts.addTitle}
      onClose={props.onClose}
    >
      <CodeForm {...props} key={code?.id} />
    </Dialog>
  );
}

/** Its own component: each time the dialog opens, the form is as the code is. */
function CodeForm({ event, code, onClose, onDone }: Props) {
  const place = { currency: event.currency, zone: event.venue.timeZone };
  const [draft, setDraft] = useState<CodeDraft>(() => (code ? codeDraft(code, place) : newCode()));
  const change = (changed: Partial<CodeDraft>): void => setDraft((before) => ({ ...before, ...changed }));
  const path = `/events/${event.id}/codes`;
  const { errors, problem, busy, form, submit } = useForm<CodeField>(
    CODE_FIELDS,
    () => checkCode(draft, place),
    async () =>
      onDone(
        code
          ? await api.request<CodeView>('PUT', `${path}/${code.id}`, { body: editBody(draft, place) })
          : await api.request<CodeView>('POST', path, { body: createBody(draft, place) }),
      ),
  );
  const field = (name: Exclude<CodeField, 'tierIds'>) => ({
    name,
    value: draft[name],
    error: errors[name],
    autocomplete: 'off',
    onValue: (value: string) => change({ [name]: value }),
  });
  return (
    <form class="stack" ref={form} onSubmit={submit} noValidate aria-busy={busy || undefined}>
      {code ? null : (
        <>
          <Field
            label={texts.code}
            hint={texts.codeHint}
            autocapitalize="characters"
            spellcheck={false}
            maxLength={64}
            {...field('code')}
          />
          <OneOf
            legend={texts.kind}
            name="kind"
            value={draft.kind}
            options={KINDS.map((kind) => [kind, texts.kinds[kind]] as const)}
            onValue={(kind) => change({ kind, value: '' })}
          />
        </>
      )}
      {draft.kind === 'presale' ? null : (
        <Field
          label={draft.kind === 'percent' ? texts.percent : texts.amount(place.currency)}
          inputMode="decimal"
          {...field('value')}
        />
      )}
      <div class="pair-narrow">
        <Field label={texts.maxTickets} hint={texts.noLimit} inputMode="numeric" {...field('maxTickets')} />
        <Field label={texts.maxPerFan} hint={texts.noLimit} inputMode="numeric" {...field('maxPerFan')} />
      </div>
      <div class="pair">
        <Field label={texts.startsAt(place.zone)} type="datetime-local" {...field('startsAt')} />
        <Field label={texts.endsAt(place.zone)} type="datetime-local" {...field('endsAt')} />
      </div>
      <TierChoice event={event} draft={draft} error={errors.tierIds} change={change} />
      <Field label={texts.channel} hint={texts.channelHint} maxLength={120} {...field('channel')} />
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      <div class="dialog-actions">
        <Button kind="quiet" onClick={onClose}>
          {askingTexts.leaveIt}
        </Button>
        <Button type="submit" busy={busy} busyLabel={saving}>
          {code ? save : texts.create}
        </Button>
      </div>
    </form>
  );
}

function TierChoice(props: {
  event: EventView;
  draft: CodeDraft;
  error: string | undefined;
  change: (changed: Partial<CodeDraft>) => void;
}) {
  const { draft, change } = props;
  return (
    <div class="stack-s">
      <OneOf
        legend={texts.tiers}
        name="allTiers"
        value={draft.allTiers ? 'all' : 'some'}
        options={[
          ['all', texts.allTiers],
          ['some', texts.someTiers],
        ]}
        onValue={(which) => change({ allTiers: which === 'all' })}
      />
      {draft.allTiers ? null : (
        <AnyOf
          legend={texts.someTiers}
          name="tierIds"
          values={draft.tierIds}
          options={props.event.tiers.map((tier) => [tier.id, tier.name] as const)}
          error={props.error}
          onValues={(tierIds) => change({ tierIds })}
        />
      )}
    </div>
  );
}
