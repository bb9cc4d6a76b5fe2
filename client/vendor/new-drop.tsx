/** How a new event is sold: line or not, times, limits, turns and holds. */
import { useId } from 'preact/hooks';
import { newEventTexts as texts } from '../texts/new-event.ts';
import { Field, Fold } from '../ui/index.ts';
import { WHOLES } from './draft.ts';
import type { PartProps } from './new-parts.tsx';

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
        <span class="check-text">
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
