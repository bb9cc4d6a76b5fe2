/** A tier's price rule in a dialog: floor, cap, first price, steps by time or by share sold; the line it draws below. */
import { useState } from 'preact/hooks';
import type { PriceRuleView } from '../../../server/protocol/money.ts';
import type { TierView } from '../../../server/protocol/views.ts';
import { api } from '../../session.ts';
import { type FieldErrors, useForm } from '../../shell/form.ts';
import { askingTexts } from '../../texts/asking.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { Button, Dialog, Field, Notice, Select } from '../../ui/index.ts';
import { Check } from './choose.tsx';
import type { Place } from './code-draft.ts';
import {
  checkRule,
  newStep,
  type RuleDraft,
  ruleBody,
  ruleDraft,
  ruleFields,
  STEPS_MAX,
  type StepDraft,
} from './rule-draft.ts';
import { RulePlot } from './rule-plot.tsx';

const { rule: texts, tiers: tierTexts, saving } = vendorMoneyTexts;

interface Props {
  tier: TierView;
  rule: PriceRuleView;
  place: Place;
  open: boolean;
  onClose: () => void;
  onDone: (rule: PriceRuleView) => void;
}

export function RuleDialog(props: Props) {
  return (
    <Dialog open={props.open} title={tierTexts.ruleTitle(props.tier.name)} onClose={props.onClose}>
      <RuleForm {...props} />
    </Dialog>
  );
}

/** Its own component: each time the dialog opens, the form is as the rule is. */
function RuleForm({ tier, rule, place, onClose, onDone }: Props) {
  const [draft, setDraft] = useState<RuleDraft>(() => ruleDraft(rule, place));
  const change = (changed: Partial<RuleDraft>): void => setDraft((before) => ({ ...before, ...changed }));
  const { errors, problem, busy, form, submit } = useForm<string>(
    ruleFields(draft),
    () => checkRule(draft, place),
    async () => {
      const body = ruleBody(draft, place);
      onDone(await api.request<PriceRuleView>('PUT', `/tiers/${tier.id}/price-rule`, { body }));
    },
  );
  const amount = (name: 'base' | 'floor' | 'cap', field: string) => ({
    name: field,
    inputMode: 'decimal' as const,
    autocomplete: 'off',
    value: draft[name],
    error: errors[field],
    onValue: (value: string) => change({ [name]: value }),
  });
  const sound = Object.keys(checkRule(draft, place)).length === 0;
  return (
    <form class="stack" ref={form} onSubmit={submit} noValidate aria-busy={busy || undefined}>
      <p class="small muted">{texts.text}</p>
      <Check label={texts.enabled} checked={draft.enabled} onChecked={(enabled) => change({ enabled })} />
      <div class="pair-narrow">
        <Field label={texts.floor(place.currency)} {...amount('floor', 'floorCents')} />
        <Field label={texts.cap(place.currency)} {...amount('cap', 'capCents')} />
      </div>
      <Field label={texts.base(place.currency)} {...amount('base', 'basePriceCents')} />
      <Steps steps={draft.steps} errors={errors} place={place} onSteps={(steps) => change({ steps })} />
      {sound ? <RulePlot rule={ruleBody(draft, place)} place={place} /> : null}
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      <div class="dialog-actions">
        <Button kind="quiet" onClick={onClose}>
          {askingTexts.leaveIt}
        </Button>
        <Button type="submit" busy={busy} busyLabel={saving}>
          {texts.save}
        </Button>
      </div>
    </form>
  );
}

interface StepsProps {
  steps: readonly StepDraft[];
  errors: FieldErrors<string>;
  place: Place;
  onSteps: (steps: StepDraft[]) => void;
}

function Steps({ steps, errors, place, onSteps }: StepsProps) {
  const set = (key: number, changed: Partial<StepDraft>): void =>
    onSteps(steps.map((step) => (step.key === key ? { ...step, ...changed } : step)));
  const add = (): void => {
    const key = Math.max(-1, ...steps.map((step) => step.key)) + 1;
    onSteps([...steps, newStep(key, steps.at(-1)?.by ?? 'share')]);
  };
  return (
    <fieldset class="choices">
      <legend>{texts.steps}</legend>
      {steps.length === 0 ? <p class="small muted">{texts.noSteps}</p> : null}
      {steps.map((step, index) => (
        <Step
          key={step.key}
          step={step}
          index={index}
          errors={errors}
          place={place}
          onChange={(changed) => set(step.key, changed)}
          onRemove={() => onSteps(steps.filter((other) => other.key !== step.key))}
        />
      ))}
      {steps.length < STEPS_MAX ? (
        <Button kind="quiet" small onClick={add}>
          {texts.addStep}
        </Button>
      ) : null}
    </fieldset>
  );
}

interface StepProps {
  step: StepDraft;
  index: number;
  errors: FieldErrors<string>;
  place: Place;
  onChange: (changed: Partial<StepDraft>) => void;
  onRemove: () => void;
}

function Step({ step, index, errors, place, onChange, onRemove }: StepProps) {
  const named = (part: string) => ({
    name: `steps.${index}.${part}`,
    error: errors[`steps.${index}.${part}`],
    autocomplete: 'off',
  });
  return (
    <fieldset class="step">
      <legend class="row">
        <span>{texts.step(index + 1)}</span>
        <Button kind="link" small label={texts.removeStep(index + 1)} onClick={onRemove}>
          {texts.removePlain}
        </Button>
      </legend>
      <Select
        label={texts.by}
        value={step.by}
        options={[
          ['share', texts.byShare],
          ['time', texts.byTime],
        ]}
        onValue={(by) => onChange({ by: by === 'time' ? 'time' : 'share' })}
      />
      <div class="pair-narrow">
        {step.by === 'time' ? (
          <Field
            label={texts.at(place.zone)}
            type="datetime-local"
            value={step.at}
            onValue={(at) => onChange({ at })}
            {...named('at')}
          />
        ) : (
          <Field
            label={texts.share}
            inputMode="decimal"
            value={step.share}
            onValue={(share) => onChange({ share })}
            {...named('soldBp')}
          />
        )}
        <Field
          label={texts.price(place.currency)}
          inputMode="decimal"
          value={step.price}
          onValue={(price) => onChange({ price })}
          {...named('priceCents')}
        />
      </div>
    </fieldset>
  );
}
