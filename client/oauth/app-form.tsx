/** Registering an app. */
import { useState } from 'preact/hooks';
import type { NewAppView } from '../../server/protocol/oauth.ts';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { useForm } from '../shell/form.ts';
import { oauthTexts as texts } from '../texts/oauth.ts';
import { Button, Card, Field, Notice } from '../ui/index.ts';
import { APP_FIELDS, bodyOf, checkApp, NEW_APP } from './app-draft.ts';
import '../ui/ticks.css';

/** A refusal under this form's name for the field, with what is wrong about it. */
function renamed(error: unknown): unknown {
  if (!(error instanceof ApiError) || !error.field?.startsWith('redirectUris')) return error;
  return new ApiError(error.code, error.status, error.message, { ...error.details, field: 'redirects' });
}

export function AppForm(props: { onMade: (app: NewAppView) => void; onLeave: () => void }) {
  const [draft, setDraft] = useState(NEW_APP);
  const { errors, problem, busy, form, submit } = useForm(
    APP_FIELDS,
    () => checkApp(draft),
    async () => {
      try {
        props.onMade(await api.request<NewAppView>('POST', '/oauth/clients', { body: bodyOf(draft) }));
      } catch (error) {
        throw renamed(error);
      }
    },
  );
  const turn = (scope: string, on: boolean): void =>
    setDraft({
      ...draft,
      scopes: on ? [...draft.scopes, scope] : draft.scopes.filter((one) => one !== scope),
    });
  return (
    <Card title={texts.add}>
      <form class="stack" ref={form} onSubmit={submit} noValidate aria-busy={busy}>
        {problem ? <Notice kind="bad">{problem}</Notice> : null}
        <Field
          label={texts.name}
          name="name"
          hint={texts.nameHint}
          maxLength={80}
          value={draft.name}
          error={errors.name}
          onValue={(name) => setDraft({ ...draft, name })}
        />
        <Field
          label={texts.redirects}
          name="redirects"
          hint={texts.redirectsHint}
          multiline
          autocapitalize="none"
          spellcheck={false}
          value={draft.redirects}
          error={errors.redirects}
          onValue={(redirects) => setDraft({ ...draft, redirects })}
        />
        <fieldset class="ticks">
          <legend>{texts.wants}</legend>
          {errors.scopes ? <Notice kind="bad">{errors.scopes}</Notice> : null}
          {Object.entries(texts.scopes).map(([scope, words]) => (
            <label class="tick" key={scope}>
              <input
                type="checkbox"
                name="scopes"
                checked={draft.scopes.includes(scope)}
                onChange={(event) => turn(scope, event.currentTarget.checked)}
              />
              <span>
                <code>{scope}</code> <span class="small muted">{words}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <label class="tick">
          <input
            type="checkbox"
            checked={draft.keepsSecret}
            onChange={(event) => setDraft({ ...draft, keepsSecret: event.currentTarget.checked })}
          />
          <span>{texts.secretKept}</span>
        </label>
        <div class="cluster">
          <Button type="submit" busy={busy} busyLabel={texts.creating}>
            {texts.create}
          </Button>
          <Button kind="quiet" onClick={props.onLeave}>
            {texts.leave}
          </Button>
        </div>
      </form>
    </Card>
  );
}
