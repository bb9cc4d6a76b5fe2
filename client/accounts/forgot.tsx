/** A forgotten password: one address, and the same answer whatever it is. */
import { useState } from 'preact/hooks';
import { location } from '../router.ts';
import { api } from '../session.ts';
import { useForm } from '../shell/form.ts';
import { Sentence, useTitle } from '../shell/states.tsx';
import { accountTexts } from '../texts/accounts.ts';
import { profileTexts as texts } from '../texts/profile.ts';
import { Button, Field, Notice } from '../ui/index.ts';
import { checkEmail } from './check.ts';
import './accounts.css';

export default function Forgot() {
  useTitle(texts.forgotTitle);
  const [email, setEmail] = useState(location.value.query.get('email') ?? '');
  const [sent, setSent] = useState(false);
  const { errors, problem, busy, form, submit } = useForm(
    ['email'],
    () => checkEmail({ email }),
    async () => {
      await api.request('POST', '/password/forgot', { body: { email: email.trim() }, authenticate: false });
      setSent(true);
    },
  );
  if (sent)
    return (
      <div class="page" role="status">
        <Sentence
          title={texts.forgotDone}
          text={
            <>
              {texts.forgotDoneText(email.trim())} {texts.forgotNone}
            </>
          }
          actions={<Button href="/login">{texts.backToLogIn}</Button>}
        />
      </div>
    );
  return (
    <div class="page account-page">
      <form class="account-form" ref={form} onSubmit={submit} noValidate aria-busy={busy}>
        <div class="stack-s">
          <h1>{texts.forgotTitle}</h1>
          <p class="muted">{texts.forgotLead}</p>
        </div>
        {problem ? <Notice kind="bad">{problem}</Notice> : null}
        <Field
          label={accountTexts.email}
          name="email"
          type="email"
          inputMode="email"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
          value={email}
          error={errors.email}
          onValue={setEmail}
        />
        <Button type="submit" wide busy={busy} busyLabel={texts.sending}>
          {texts.forgotSend}
        </Button>
        <p class="account-other">
          <a href="/login">{texts.backToLogIn}</a>
        </p>
      </form>
    </div>
  );
}
