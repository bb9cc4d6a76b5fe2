/** Log in, and go back to where one was. */
import { useEffect, useState } from 'preact/hooks';
import { GoElsewhere, Outcome } from '../oauth/elsewhere.tsx';
import { location, navigate, safeReturn } from '../router.ts';
import { logIn, session } from '../session.ts';
import { useForm } from '../shell/form.ts';
import { useTitle } from '../shell/states.tsx';
import { accountTexts as texts } from '../texts/accounts.ts';
import { profileTexts } from '../texts/profile.ts';
import { Button, Field, Notice } from '../ui/index.ts';
import { checkLogIn } from './check.ts';
import { DemoAccounts } from './demo.tsx';
import { PasskeyButton } from './passkey-button.tsx';
import { PasswordField } from './password.tsx';
import './accounts.css';

export default function LogIn() {
  useTitle(texts.logIn);
  const given = location.value.query.get('to');
  const to = safeReturn(given);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { errors, problem, busy, form, submit } = useForm(
    ['email', 'password'],
    () => checkLogIn({ email, password }),
    () => logIn(email.trim(), password),
  );
  const { user } = session.value;
  useEffect(() => {
    if (session.value.status === 'known') navigate(to, { replace: true });
  }, [session.value.status, to]);

  return (
    <div class="page account-page">
      <form class="account-form" ref={form} onSubmit={submit} noValidate aria-busy={busy}>
        <div class="stack-s">
          <h1>{texts.logIn}</h1>
          <p class="muted">{texts.logInLead}</p>
          {given && to !== '/' ? <p class="muted">{texts.backTo}</p> : null}
        </div>
        <Outcome />
        {problem ? <Notice kind="bad">{problem}</Notice> : null}
        {user ? <p role="status">{texts.alreadyIn(user.name)}</p> : null}
        <Field
          label={texts.email}
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
        <PasswordField
          value={password}
          onValue={setPassword}
          error={errors.password}
          autocomplete="current-password"
        />
        <Button type="submit" wide busy={busy} busyLabel={texts.loggingIn}>
          {texts.logIn}
        </Button>
        <PasskeyButton />
        <GoElsewhere to={to} />
        <p class="account-other">
          <a
            href={
              email.trim() ? `/forgot-password?email=${encodeURIComponent(email.trim())}` : '/forgot-password'
            }
          >
            {profileTexts.forgotTitle}
          </a>
        </p>
        <p class="account-other">
          {texts.noAccount}{' '}
          <a href={given ? `/register?to=${encodeURIComponent(to)}` : '/register'}>{texts.create}</a>
        </p>
      </form>
      <DemoAccounts
        onChoose={(account) => {
          setEmail(account.email);
          setPassword(account.password);
        }}
      />
    </div>
  );
}
