/** The tiers of a new event: rows one can add and remove. */
import type { FieldErrors } from '../shell/form.ts';
import { newEventTexts as texts } from '../texts/new-event.ts';
import { vendorSeatTexts } from '../texts/vendor-seats.ts';
import { Button, Field, Select } from '../ui/index.ts';
import type { TierDraft } from './draft.ts';
import type { PartProps } from './new-parts.tsx';
import { withoutTier } from './seating/placing.ts';
import { seatedTiers } from './seating/seats-draft.ts';

const CURRENCIES = [
  'EUR',
  'USD',
  'GBP',
  'CHF',
  'SEK',
  'NOK',
  'DKK',
  'PLN',
  'CZK',
  'INR',
  'JPY',
  'AUD',
  'CAD',
] as const;
const TIERS_MAX = 50;

export function TiersPart({ draft, errors, change }: PartProps) {
  const set = (key: number, changed: Partial<TierDraft>): void =>
    change({ tiers: draft.tiers.map((tier) => (tier.key === key ? { ...tier, ...changed } : tier)) });
  const add = (): void => {
    const key = Math.max(...draft.tiers.map((tier) => tier.key)) + 1;
    change({ tiers: [...draft.tiers, { key, name: '', price: '', quantity: '' }] });
  };
  const remove = (key: number): void =>
    change({
      tiers: draft.tiers.filter((other) => other.key !== key),
      seats: draft.seats && { ...draft.seats, placement: withoutTier(draft.seats.placement, key) },
    });
  const seated = seatedTiers(draft.seats);
  return (
    <fieldset class="card form-part">
      <legend>{texts.tiers}</legend>
      <Select
        label={texts.currency}
        name="currency"
        hint={texts.currencyHint}
        value={draft.currency}
        options={CURRENCIES.map((currency) => [currency, currency] as const)}
        onValue={(currency) => change({ currency })}
      />
      {draft.tiers.map((tier, index) => (
        <TierRow
          key={tier.key}
          tier={tier}
          index={index}
          currency={draft.currency}
          errors={errors}
          onChange={(changed) => set(tier.key, changed)}
          seats={seated.get(tier.key)}
          onRemove={draft.tiers.length > 1 ? () => remove(tier.key) : undefined}
        />
      ))}
      {draft.tiers.length < TIERS_MAX ? (
        <Button kind="quiet" small onClick={add}>
          {texts.addTier}
        </Button>
      ) : null}
    </fieldset>
  );
}

function TierRow(props: {
  tier: TierDraft;
  index: number;
  currency: string;
  errors: FieldErrors<string>;
  /** Where the tier has seats: how many. Then nobody else says how many tickets there are. */
  seats: number | undefined;
  onChange: (changed: Partial<TierDraft>) => void;
  onRemove?: (() => void) | undefined;
}) {
  const { tier, index, errors, onChange } = props;
  const label = texts.tierName(index + 1);
  return (
    <div class="tier-edit">
      <Field
        label={label}
        name={`tiers.${index}.name`}
        placeholder={texts.tierHint}
        autocomplete="off"
        required
        value={tier.name}
        error={errors[`tiers.${index}.name`]}
        onValue={(name) => onChange({ name })}
      />
      <Field
        label={texts.price(props.currency)}
        name={`tiers.${index}.priceCents`}
        inputMode="decimal"
        autocomplete="off"
        required
        value={tier.price}
        error={errors[`tiers.${index}.priceCents`]}
        onValue={(price) => onChange({ price })}
      />
      {props.seats === undefined ? (
        <Field
          label={texts.quantity}
          name={`tiers.${index}.quantity`}
          inputMode="numeric"
          autocomplete="off"
          required
          value={tier.quantity}
          error={errors[`tiers.${index}.quantity`]}
          onValue={(quantity) => onChange({ quantity })}
        />
      ) : (
        <div class="field">
          <span class="field-label">{vendorSeatTexts.plan.fromMap}</span>
          <output class="seat-count num">{vendorSeatTexts.seats(props.seats)}</output>
        </div>
      )}
      {props.onRemove ? (
        <Button
          kind="link"
          small
          class="tier-remove"
          label={texts.removeTier(tier.name || label)}
          onClick={props.onRemove}
        >
          {texts.remove}
        </Button>
      ) : null}
    </div>
  );
}
