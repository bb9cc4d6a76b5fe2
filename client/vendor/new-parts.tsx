/** The parts of the form of a new event, each a fieldset. */
import { useId } from 'preact/hooks';
import type { FieldErrors } from '../shell/form.ts';
import { newEventTexts as texts } from '../texts/new-event.ts';
import { Button, Field, Fold, Select } from '../ui/index.ts';
import { type EventDraft, type TierDraft, WHOLES } from './draft.ts';

interface PartProps {
  draft: EventDraft;
  errors: FieldErrors<string>;
  change: (changed: Partial<EventDraft>) => void;
}

const TYPES = Object.entries(texts.types);
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

export function AboutPart({ draft, errors, change }: PartProps) {
  return (
    <fieldset class="card form-part">
      <legend>{texts.event}</legend>
      <Field
        label={texts.name}
        name="title"
        required
        autocomplete="off"
        value={draft.title}
        error={errors.title}
        onValue={(title) => change({ title })}
      />
      <div class="pair">
        <Select
          label={texts.type}
          name="type"
          value={draft.type}
          options={TYPES}
          onValue={(type) => change({ type })}
        />
        <Field
          label={texts.artist}
          name="artist"
          autocomplete="off"
          value={draft.artist}
          error={errors.artist}
          onValue={(artist) => change({ artist })}
        />
      </div>
      <Field
        label={texts.description}
        name="description"
        multiline
        hint={texts.descriptionHint}
        value={draft.description}
        error={errors.description}
        onValue={(description) => change({ description })}
      />
    </fieldset>
  );
}

export function VenuePart({ draft, errors, change }: PartProps) {
  return (
    <fieldset class="card form-part">
      <legend>{texts.venue}</legend>
      <div class="pair">
        <Field
          label={texts.venueName}
          name="venue.name"
          required
          autocomplete="off"
          value={draft.venueName}
          error={errors['venue.name']}
          onValue={(venueName) => change({ venueName })}
        />
        <Field
          label={texts.venueCity}
          name="venue.city"
          autocomplete="address-level2"
          value={draft.venueCity}
          error={errors['venue.city']}
          onValue={(venueCity) => change({ venueCity })}
        />
      </div>
      <div class="pair">
        <ZoneField draft={draft} errors={errors} change={change} />
        <Field
          label={texts.startsAt}
          name="startsAt"
          type="datetime-local"
          required
          value={draft.startsAt}
          error={errors.startsAt}
          onValue={(startsAt) => change({ startsAt })}
        />
      </div>
    </fieldset>
  );
}

/** All zones the browser knows, the one at hand first even when the browser's list leaves it out (as it does UTC). */
function ZoneField({ draft, errors, change }: PartProps) {
  const zones = Intl.supportedValuesOf('timeZone');
  const listed = zones.includes(draft.timeZone) ? zones : [draft.timeZone, ...zones];
  return (
    <div>
      <Select
        label={texts.zone}
        name="venue.timeZone"
        value={draft.timeZone}
        hint={texts.zoneHint}
        options={listed.map((zone) => [zone, zone.replaceAll('_', ' ')] as const)}
        onValue={(timeZone) => change({ timeZone })}
      />
      {errors['venue.timeZone'] ? (
        <p class="field-problem" role="alert">
          {errors['venue.timeZone']}
        </p>
      ) : null}
    </div>
  );
}

export function TiersPart({ draft, errors, change }: PartProps) {
  const set = (key: number, changed: Partial<TierDraft>): void =>
    change({ tiers: draft.tiers.map((tier) => (tier.key === key ? { ...tier, ...changed } : tier)) });
  const add = (): void => {
    const key = Math.max(...draft.tiers.map((tier) => tier.key)) + 1;
    change({ tiers: [...draft.tiers, { key, name: '', price: '', quantity: '' }] });
  };
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
          onRemove={
            draft.tiers.length > 1
              ? () => change({ tiers: draft.tiers.filter((other) => other.key !== tier.key) })
              : undefined
          }
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

export function DropPart({ draft, errors, change }: PartProps) {
  const id = useId();
  return (
    <fieldset class="card form-part">
      <legend>{texts.drop}</legend>
      <label class="check" for={id}>
        <input
          id={id}
          type="checkbox"
          checked={draft.line}
          onChange={(event) => change({ line: event.currentTarget.checked })}
        />
        <span>
          <b>{texts.line}</b>
          <span class="small muted">{texts.lineText}</span>
        </span>
      </label>
      <div class="pair">
        {draft.line ? (
          <Field
            label={texts.lobbyOpensAt}
            name="drop.lobbyOpensAt"
            type="datetime-local"
            hint={texts.lobbyHint}
            value={draft.lobbyOpensAt}
            error={errors['drop.lobbyOpensAt']}
            onValue={(lobbyOpensAt) => change({ lobbyOpensAt })}
          />
        ) : null}
        <Field
          label={texts.opensAt}
          name="drop.opensAt"
          type="datetime-local"
          required
          value={draft.opensAt}
          error={errors['drop.opensAt']}
          onValue={(opensAt) => change({ opensAt })}
        />
        <Field
          label={texts.endsAt}
          name="drop.endsAt"
          type="datetime-local"
          hint={texts.endsHint}
          value={draft.endsAt}
          error={errors['drop.endsAt']}
          onValue={(endsAt) => change({ endsAt })}
        />
        <WholeField
          field="drop.limitPerFan"
          label={texts.limit}
          draft={draft}
          errors={errors}
          change={change}
        />
      </div>
      <TurnsFold draft={draft} errors={errors} change={change} />
    </fieldset>
  );
}

function TurnsFold({ draft, errors, change }: PartProps) {
  const inside =
    Object.keys(errors).some((field) => field.startsWith('drop.') && field in WHOLES) ||
    errors['drop.overbook'];
  return (
    <Fold summary={texts.more} open={Boolean(inside)}>
      <div class="pair">
        <WholeField
          field="drop.holdSeconds"
          label={texts.holdMinutes}
          draft={draft}
          errors={errors}
          change={change}
        />
        {draft.line ? (
          <>
            <WholeField
              field="drop.turnSeconds"
              label={texts.turnMinutes}
              draft={draft}
              errors={errors}
              change={change}
            />
            <WholeField
              field="drop.claimSeconds"
              label={texts.claimSeconds}
              draft={draft}
              errors={errors}
              change={change}
            />
            <WholeField
              field="drop.maxTurns"
              label={texts.maxTurns}
              draft={draft}
              errors={errors}
              change={change}
            />
            <Field
              label={texts.overbook}
              name="drop.overbook"
              inputMode="decimal"
              autocomplete="off"
              hint={texts.overbookHint}
              value={draft.overbook}
              error={errors['drop.overbook']}
              onValue={(overbook) => change({ overbook })}
            />
          </>
        ) : null}
      </div>
    </Fold>
  );
}

function WholeField({
  field,
  label,
  draft,
  errors,
  change,
}: PartProps & { field: keyof typeof WHOLES; label: string }) {
  const { of } = WHOLES[field];
  return (
    <Field
      label={label}
      name={field}
      inputMode="numeric"
      autocomplete="off"
      value={draft[of]}
      error={errors[field]}
      onValue={(typed) => change({ [of]: typed })}
    />
  );
}
