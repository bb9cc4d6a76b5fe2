/** An event's terms: fee, tax, how tickets come back; beside them what fans pay, while one types. */
import { useState } from 'preact/hooks';
import type { TermsView } from '../../../server/protocol/money.ts';
import type { EventView } from '../../../server/protocol/views.ts';
import { ApiError } from '../../api.ts';
import { api } from '../../session.ts';
import { useForm } from '../../shell/form.ts';
import { useLoad } from '../../shell/load.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { Button, Field, Notice } from '../../ui/index.ts';
import { AllInPreview } from './all-in-preview.tsx';
import { Check, OneOf } from './choose.tsx';
import { Loads, Part, Said } from './part.tsx';
import {
  checkTerms,
  TERMS_FIELDS,
  type TermsDraft,
  type TermsField,
  termsBody,
  termsDraft,
} from './terms-draft.ts';

const { terms: texts, saving } = vendorMoneyTexts;

interface Props {
  event: EventView;
  onPrices: () => void;
}

export function TermsCard({ event, onPrices }: Props) {
  const path = `/events/${event.id}/terms`;
  const { loaded, reload, replace } = useLoad(path, (signal) =>
    api.request<TermsView>('GET', path, { signal }),
  );
  const [said, setSaid] = useState<string | null>(null);
  return (
    <Part title={texts.title} text={texts.text}>
      <Loads loaded={loaded} onRetry={reload}>
        {(terms) => (
          <TermsForm
            key={terms.version}
            event={event}
            terms={terms}
            onReload={reload}
            onSaved={(saved) => {
              replace(saved);
              setSaid(texts.saved);
              onPrices();
            }}
          />
        )}
      </Loads>
      <Said text={said} />
    </Part>
  );
}

interface FormProps {
  event: EventView;
  terms: TermsView;
  onReload: () => void;
  onSaved: (terms: TermsView) => void;
}

/** One form for each version: another one's fields are other fields. */
function TermsForm({ event, terms, onReload, onSaved }: FormProps) {
  const { currency } = event;
  const [draft, setDraft] = useState<TermsDraft>(() => termsDraft(terms, currency));
  const [conflict, setConflict] = useState(false);
  const change = (changed: Partial<TermsDraft>): void => setDraft((before) => ({ ...before, ...changed }));
  const { errors, problem, busy, form, submit } = useForm<TermsField>(
    TERMS_FIELDS,
    () => checkTerms(draft, currency),
    async () => {
      setConflict(false);
      try {
        onSaved(
          await api.request<TermsView>('PUT', `/events/${event.id}/terms`, {
            body: termsBody(draft, currency),
            headers: { 'if-match': `"${terms.version}"` },
          }),
        );
      } catch (error) {
        setConflict(error instanceof ApiError && error.code === 'EDIT_CONFLICT');
        throw error;
      }
    },
  );
  const field = (name: TermsField) => ({
    name,
    value: draft[name],
    error: errors[name],
    autocomplete: 'off',
    onValue: (value: string) => change({ [name]: value }),
  });
  return (
    <div class="terms">
      <form class="stack" ref={form} onSubmit={submit} noValidate aria-busy={busy || undefined}>
        <fieldset class="choices">
          <legend>{texts.fee}</legend>
          <div class="pair-narrow">
            <Field label={texts.feeCents(currency)} inputMode="decimal" {...field('feeCents')} />
            <Field label={texts.feeBp} inputMode="decimal" {...field('feeBp')} />
          </div>
        </fieldset>
        <fieldset class="choices">
          <legend>{texts.tax}</legend>
          <div class="pair-narrow">
            <Field label={texts.taxName} maxLength={40} {...field('taxName')} />
            <Field label={texts.taxBp} inputMode="decimal" {...field('taxBp')} />
          </div>
          <OneOf
            legend={texts.taxHow}
            name="taxIncluded"
            value={draft.taxIncluded ? 'in' : 'on'}
            options={[
              ['in', texts.taxIncluded],
              ['on', texts.taxAdded],
            ]}
            onValue={(how) => change({ taxIncluded: how === 'in' })}
          />
        </fieldset>
        <fieldset class="choices">
          <legend>{texts.back}</legend>
          <Check
            label={texts.comesBack}
            checked={draft.comesBack}
            onChecked={(comesBack) => change({ comesBack })}
          />
          {draft.comesBack ? (
            <>
              <div class="pair-narrow">
                <Field label={texts.refundFee(currency)} inputMode="decimal" {...field('refundFeeCents')} />
                <Field label={texts.refundShare} inputMode="decimal" {...field('refundFeeBp')} />
              </div>
              <Field
                label={texts.untilHours}
                hint={texts.untilHint}
                inputMode="numeric"
                {...field('refundUntilHours')}
              />
              <Check
                label={texts.approval}
                checked={draft.refundNeedsApproval}
                onChecked={(refundNeedsApproval) => change({ refundNeedsApproval })}
              />
            </>
          ) : null}
        </fieldset>
        {problem ? <Notice kind="bad">{problem}</Notice> : null}
        <div class="cluster">
          <Button type="submit" busy={busy} busyLabel={saving}>
            {texts.done}
          </Button>
          {conflict ? (
            <Button kind="quiet" onClick={onReload}>
              {texts.again}
            </Button>
          ) : null}
        </div>
      </form>
      <AllInPreview event={event} draft={draft} />
    </div>
  );
}
