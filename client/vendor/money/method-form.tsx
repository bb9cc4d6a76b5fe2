/** A way to pay, made or changed, in a dialog. A secret is typed here once and goes nowhere but to the server. */
import { useState } from 'preact/hooks';
import { CARD_BRANDS, type PaymentMethodView } from '../../../server/protocol/money.ts';
import { api } from '../../session.ts';
import { useForm } from '../../shell/form.ts';
import { askingTexts } from '../../texts/asking.ts';
import { tillTexts } from '../../texts/till.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { Button, Dialog, Field, Notice, Select } from '../../ui/index.ts';
import { AnyOf, Check, OneOf } from './choose.tsx';
import {
  aboutKind,
  addBody,
  asksKeys,
  changeBody,
  checkMethod,
  KINDS,
  METHOD_FIELDS,
  type MethodDraft,
  type MethodField,
  methodDraft,
  newMethod,
  takesCards,
} from './method-draft.ts';

const { ways: texts, save, saving } = vendorMoneyTexts;
const BRANDS = CARD_BRANDS.map((brand) => [brand, tillTexts.brandName(brand)] as const);

export interface OwnEvent {
  id: string;
  title: string;
}

interface Props {
  /** Null: a new one. */
  method: PaymentMethodView | null;
  /** Where a new one begins: the first of these, unless chosen. */
  events: readonly OwnEvent[];
  open: boolean;
  onClose: () => void;
  onDone: (method: PaymentMethodView) => void;
}

export function MethodDialog(props: Props) {
  const { method } = props;
  return (
    <Dialog
      open={props.open}
      title={method ? texts.editTitle(method.label) : texts.addTitle}
      onClose={props.onClose}
    >
      <MethodForm {...props} key={method?.id} />
    </Dialog>
  );
}

/** Its own component: each time the dialog opens, the form is as the way is, and no key is left in it. */
function MethodForm({ method, events, onClose, onDone }: Props) {
  const [draft, setDraft] = useState<MethodDraft>(() => (method ? methodDraft(method) : newMethod()));
  const [eventId, setEventId] = useState(events[0]?.id ?? '');
  const change = (changed: Partial<MethodDraft>): void => setDraft((before) => ({ ...before, ...changed }));
  const { errors, problem, busy, form, submit } = useForm<MethodField>(
    METHOD_FIELDS,
    () => checkMethod(draft),
    async () => {
      try {
        onDone(await send(draft, method, eventId));
      } catch (error) {
        throw aboutKind(error);
      }
    },
  );
  return (
    <form class="stack" ref={form} onSubmit={submit} noValidate aria-busy={busy || undefined}>
      {method ? null : (
        <OneOf
          legend={texts.kind}
          name="provider"
          value={draft.kind}
          options={KINDS.map((kind) => [kind, ...texts.choice[kind]] as const)}
          error={errors.provider}
          onValue={(kind) => change({ kind })}
        />
      )}
      {method || events.length < 2 ? null : (
        <Select
          label={texts.event}
          value={eventId}
          options={events.map((event) => [event.id, event.title] as const)}
          onValue={setEventId}
        />
      )}
      <Field
        label={texts.label}
        name="label"
        hint={texts.labelHint}
        autocomplete="off"
        maxLength={80}
        value={draft.label}
        error={errors.label}
        onValue={(label) => change({ label })}
      />
      {takesCards(draft) ? <Brands draft={draft} error={errors.brands} change={change} /> : null}
      {method?.credentialsHint ? (
        <Check
          label={texts.replace}
          hint={texts.keysOf(method.credentialsHint)}
          checked={draft.replaceKeys}
          onChecked={(replaceKeys) => change({ replaceKeys })}
        />
      ) : null}
      {asksKeys(draft) ? <Keys draft={draft} errors={errors} change={change} /> : null}
      {method ? (
        <Check
          label={texts.activeLabel}
          hint={texts.activeHint}
          checked={draft.active}
          onChecked={(active) => change({ active })}
        />
      ) : null}
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      <div class="dialog-actions">
        <Button kind="quiet" onClick={onClose}>
          {askingTexts.leaveIt}
        </Button>
        <Button type="submit" busy={busy} busyLabel={saving}>
          {method ? save : texts.create}
        </Button>
      </div>
    </form>
  );
}

function send(draft: MethodDraft, method: PaymentMethodView | null, eventId: string) {
  if (!method)
    return api.request<PaymentMethodView>('POST', `/events/${eventId}/payment-methods`, {
      body: addBody(draft),
    });
  return api.request<PaymentMethodView>('PUT', `/vendors/payment-methods/${method.id}`, {
    body: changeBody(draft),
    headers: { 'if-match': `"${method.version}"` },
  });
}

interface PartProps {
  draft: MethodDraft;
  change: (changed: Partial<MethodDraft>) => void;
}

function Brands({ draft, error, change }: PartProps & { error: string | undefined }) {
  return (
    <div class="stack-s">
      <OneOf
        legend={texts.brands}
        name="anyBrand"
        value={draft.anyBrand ? 'any' : 'some'}
        options={[
          ['any', texts.anyBrand],
          ['some', texts.someBrands],
        ]}
        onValue={(which) => change({ anyBrand: which === 'any' })}
      />
      {draft.anyBrand ? null : (
        <AnyOf
          legend={texts.someBrands}
          name="brands"
          values={draft.brands}
          options={BRANDS}
          error={error}
          onValues={(brands) => change({ brands })}
        />
      )}
    </div>
  );
}

function Keys({
  draft,
  errors,
  change,
}: PartProps & { errors: Partial<Record<MethodField, string | undefined>> }) {
  const shared = { autocomplete: 'off', autocapitalize: 'none', spellcheck: false } as const;
  return (
    <fieldset class="choices">
      <legend>{texts.keys}</legend>
      <p class="small muted">{texts.keysText}</p>
      <Field
        {...shared}
        // Not to be kept by the browser either: it is no password of this site.
        autocomplete="new-password"
        label={texts.secretKey}
        name="credentials.secretKey"
        type="password"
        hint={texts.secretHint}
        value={draft.secretKey}
        error={errors['credentials.secretKey']}
        onValue={(secretKey) => change({ secretKey })}
      />
      <Field
        {...shared}
        label={texts.publishableKey}
        name="credentials.publishableKey"
        value={draft.publishableKey}
        error={errors['credentials.publishableKey']}
        onValue={(publishableKey) => change({ publishableKey })}
      />
      <Field
        {...shared}
        autocomplete="new-password"
        label={texts.webhookSecret}
        name="credentials.webhookSecret"
        type="password"
        hint={texts.webhookHint}
        value={draft.webhookSecret}
        error={errors['credentials.webhookSecret']}
        onValue={(webhookSecret) => change({ webhookSecret })}
      />
    </fieldset>
  );
}
