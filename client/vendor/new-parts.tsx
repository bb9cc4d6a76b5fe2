/** The first parts of the form of a new event, each a fieldset: what it is, where and when. */
import type { FieldErrors } from '../shell/form.ts';
import { newEventTexts as texts } from '../texts/new-event.ts';
import { Field, Select } from '../ui/index.ts';
import type { EventDraft } from './draft.ts';

export interface PartProps {
  draft: EventDraft;
  errors: FieldErrors<string>;
  change: (changed: Partial<EventDraft>) => void;
}

const TYPES = Object.entries(texts.types);

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
