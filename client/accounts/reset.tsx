/** Where the link of a mail leads that sets a new password. */
import { useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { useForm } from '../shell/form.ts';
import { Sentence, useTitle } from '../shell/states.tsx';
import { profileTexts as texts } from '../texts/profile.ts';
import { Button, Notice } from '../ui/index.ts';
import { checkNewPassword } from './check.ts';
import { DeadLink } from './dead-link.tsx';
import { linkSecret } from './link-secret.ts';
import { PasswordField } from './password.tsx';
import './accounts.css';

export default function Reset() {
  useTitle(texts.resetTitle);
  const [token] = useState(linkSecret);
  const [password, setPassword] = useState('');
  const [done, setDone] = useState(false);
  const [dead, setDead] = useState<string | null>(null);
  const { errors, problem, busy, form, submit } = useForm(
    ['password'],
    () => checkNewPassword(password),
    async () => {
      try {
        await api.request('POST', '/password/reset', { body: { token, password }, authenticate: false });
        setDone(true);
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'LINK_NOT_VALID') throw error;
        setDead(error.message);
      }
    },
  );
  if (token === null || dead !== null) return <DeadLink problem={dead} again="/forgot-password" />;
  if (done)
    return (
      <div class="page" role="status">
        <Sentence
          title={texts.resetDone}
          text={texts.resetDoneText}
          actions={<Button href="/login">{texts.toLogIn}</Button>}
        />
      </div>
    );
  return (
    <div class="page account-page">
      <form class="account-form" ref={form} onSubmit={submit} noValidate aria-busy={busy}>
        <div class="stack-s">
          <h1>{texts.resetTitle}</h1>
          <p class="muted">{texts.resetLead}</p>
        </div>
        {problem ? <Notice kind="bad">{problem}</Notice> : null}
        <PasswordField
          label={texts.newPassword}
          value={password}
          onValue={setPassword}
          error={errors.password}
          hint={texts.passwordHint}
          autocomplete="new-password"
        />
        <Button type="submit" wide busy={busy} busyLabel={texts.saving}>
          {texts.resetDo}
        </Button>
      </form>
    </div>
  );
}
