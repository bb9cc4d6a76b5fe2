/** Make an account, and go back to where one was. */
import { useEffect, useId, useState } from 'preact/hooks';
import { location, navigate, safeReturn } from '../router.ts';
import { register, session } from '../session.ts';
import { useForm } from '../shell/form.ts';
import { useTitle } from '../shell/states.tsx';
import { accountTexts as texts } from '../texts/accounts.ts';
import { Button, Field, Notice } from '../ui/index.ts';
import { checkRegistration } from './check.ts';
import { PasswordField } from './password.tsx';
import './accounts.css';

const ROLES = ['user', 'vendor'] as const;
type ChosenRole = (typeof ROLES)[number];

export default function Register() {
  useTitle(texts.register);
  const given = location.value.query.get('to');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<ChosenRole>('user');
  const to = safeReturn(given, role === 'vendor' ? '/vendor' : '/');
  const { errors, problem, busy, form, submit } = useForm(
    ['name', 'email', 'password'],
    () => checkRegistration({ name, email, password }),
    () => register({ name: name.trim(), email: email.trim(), password, role }),
  );
  useEffect(() => {
    if (session.value.status === 'known') navigate(to, { replace: true });
  }, [session.value.status, to]);

  return (
    <div class="page account-page">
      <form class="account-form" ref={form} onSubmit={submit} noValidate aria-busy={busy}>
        <div class="stack-s">
          <h1>{texts.register}</h1>
          <p class="muted">{texts.registerLead}</p>
          {given && to !== '/' ? <p class="muted">{texts.backTo}</p> : null}
        </div>
        {problem ? <Notice kind="bad">{problem}</Notice> : null}
        <RoleChoice role={role} onRole={setRole} />
        <Field
          label={texts.name}
          name="name"
          autocomplete="name"
          required
          hint={texts.nameHint}
          value={name}
          error={errors.name}
          onValue={setName}
        />
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
          hint={texts.passwordHint}
          autocomplete="new-password"
        />
        <Button type="submit" wide busy={busy} busyLabel={texts.creating}>
          {texts.register}
        </Button>
        <p class="account-other">
          {texts.haveAccount}{' '}
          <a href={given ? `/login?to=${encodeURIComponent(to)}` : '/login'}>{texts.logIn}</a>
        </p>
      </form>
    </div>
  );
}

function RoleChoice(props: { role: ChosenRole; onRole: (role: ChosenRole) => void }) {
  const name = useId();
  return (
    <fieldset class="role-choice">
      <legend>{texts.role}</legend>
      {ROLES.map((role) => (
        <label key={role} class="role">
          <input
            type="radio"
            name={name}
            value={role}
            checked={props.role === role}
            onChange={() => props.onRole(role)}
          />
          <span>
            <b>{texts.roles[role].title}</b>
            <span class="small muted">{texts.roles[role].text}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
