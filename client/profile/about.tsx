/** Name and preferences, in one form. */
import { useState } from 'preact/hooks';
import type { ProfileView } from '../../server/protocol/profile.ts';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { useForm } from '../shell/form.ts';
import { profileTexts as texts } from '../texts/profile.ts';
import { Button, Card, Field, Notice, ownZone } from '../ui/index.ts';
import {
  ABOUT_FIELDS,
  type AboutDraft,
  checkAbout,
  draftOf,
  FIELD_OF,
  preferencesOf,
} from './preferences.ts';

export interface PartProps {
  profile: ProfileView;
  onProfile: (profile: ProfileView) => void;
}

/** A refusal under this form's name for the field. */
function renamed(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.field === null) return error;
  const known = Object.keys(FIELD_OF).find((name) => error.field?.startsWith(name));
  const field = known === undefined ? error.field : FIELD_OF[known];
  return new ApiError(error.code, error.status, error.message, { ...error.details, field });
}

export function About({ profile, onProfile }: PartProps) {
  const [draft, setDraft] = useState(() => draftOf(profile.name, profile.preferences, ownZone()));
  const [saved, setSaved] = useState(false);
  const set = (change: Partial<AboutDraft>): void => {
    setSaved(false);
    setDraft((before) => ({ ...before, ...change }));
  };
  const { errors, problem, busy, form, submit } = useForm(
    ABOUT_FIELDS,
    () => checkAbout(draft),
    async () => {
      try {
        const changed = await api.request<ProfileView>('PUT', `/users/${profile.id}`, {
          body: { name: draft.name, preferences: preferencesOf(draft) },
          headers: { 'if-match': `"${profile.version}"` },
        });
        onProfile(changed);
        setSaved(true);
        // The name is in the token, and on every page's account button.
        if (changed.name !== profile.name) await api.refresh();
      } catch (error) {
        throw renamed(error);
      }
    },
  );

  return (
    <Card title={texts.about}>
      <form class="stack profile-form" ref={form} onSubmit={submit} noValidate aria-busy={busy}>
        {problem ? <Notice kind="bad">{problem}</Notice> : null}
        <Field
          label={texts.name}
          name="name"
          autocomplete="name"
          hint={texts.nameHint}
          value={draft.name}
          error={errors.name}
          onValue={(name) => set({ name })}
        />
        <fieldset class="profile-set">
          <legend>{texts.favourites}</legend>
          <p class="small muted">{texts.favouritesText}</p>
          <Field
            label={texts.types}
            name="types"
            hint={texts.typesHint}
            value={draft.types}
            error={errors.types}
            onValue={(types) => set({ types })}
          />
          <Field
            label={texts.cities}
            name="cities"
            value={draft.cities}
            error={errors.cities}
            onValue={(cities) => set({ cities })}
          />
          <Field
            label={texts.artists}
            name="artists"
            value={draft.artists}
            error={errors.artists}
            onValue={(artists) => set({ artists })}
          />
          <Choice
            label={texts.personalised}
            on={draft.personalised}
            onTurn={(personalised) => set({ personalised })}
          />
          <p class="small muted">{texts.personalisedText}</p>
        </fieldset>
        <fieldset class="profile-set">
          <legend>{texts.telling}</legend>
          <p class="small muted">{texts.tellingText}</p>
          <Choice label={texts.byEmail} on={draft.byEmail} onTurn={(byEmail) => set({ byEmail })} />
          <Choice label={texts.byPush} on={draft.byPush} onTurn={(byPush) => set({ byPush })} />
          <Choice
            label={texts.suggestions}
            on={draft.suggestions}
            onTurn={(suggestions) => set({ suggestions })}
          />
          <Choice label={texts.quiet} on={draft.quiet} onTurn={(quiet) => set({ quiet })} />
          {draft.quiet ? <QuietHours draft={draft} errors={errors} set={set} /> : null}
        </fieldset>
        <div class="cluster">
          <Button type="submit" busy={busy} busyLabel={texts.saving}>
            {texts.save}
          </Button>
          <span role="status" class="small muted">
            {saved ? texts.saved : null}
          </span>
        </div>
      </form>
    </Card>
  );
}

function QuietHours(props: {
  draft: AboutDraft;
  errors: ReturnType<typeof checkAbout>;
  set: (change: Partial<AboutDraft>) => void;
}) {
  const { draft, errors, set } = props;
  return (
    <>
      <p class="small muted">{texts.quietText}</p>
      <div class="profile-hours">
        <Field
          label={texts.quietFrom}
          name="from"
          type="time"
          value={draft.from}
          error={errors.from}
          onValue={(from) => set({ from })}
        />
        <Field
          label={texts.quietUntil}
          name="until"
          type="time"
          value={draft.until}
          error={errors.until}
          onValue={(until) => set({ until })}
        />
        <Field
          label={texts.zone}
          name="zone"
          hint={texts.zoneHint}
          autocapitalize="none"
          spellcheck={false}
          value={draft.zone}
          error={errors.zone}
          onValue={(zone) => set({ zone })}
        />
      </div>
    </>
  );
}

function Choice(props: { label: string; on: boolean; onTurn: (on: boolean) => void }) {
  return (
    <label class="profile-choice">
      <input
        type="checkbox"
        checked={props.on}
        onChange={(event) => props.onTurn(event.currentTarget.checked)}
      />
      <span>{props.label}</span>
    </label>
  );
}
