/** What can be said about a log-in or a registration before the server is asked. The server decides again. */
import type { FieldErrors } from '../shell/form.ts';
import { accountTexts as texts } from '../texts/accounts.ts';

export const PASSWORD_MIN = 10;
const PASSWORD_MAX = 256;
const NAME_MAX = 120;

function emailProblem(email: string): string | undefined {
  if (!email.trim()) return texts.emailMissing;
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim()) ? undefined : texts.emailWrong;
}

function newPasswordProblem(password: string): string | undefined {
  const length = [...password].length;
  if (length === 0) return texts.passwordMissing;
  if (length < PASSWORD_MIN) return texts.passwordShort(PASSWORD_MIN);
  return password.length > PASSWORD_MAX ? texts.passwordLong(PASSWORD_MAX) : undefined;
}

/** Leaves out what is fine, so that no errors means no keys. */
function only<Name extends string>(errors: Record<Name, string | undefined>): FieldErrors<Name> {
  return Object.fromEntries(Object.entries(errors).filter(([, error]) => error)) as FieldErrors<Name>;
}

export function checkLogIn(form: { email: string; password: string }): FieldErrors<'email' | 'password'> {
  return only({
    email: emailProblem(form.email),
    password: form.password ? undefined : texts.passwordMissing,
  });
}

export function checkRegistration(form: {
  email: string;
  password: string;
  name: string;
}): FieldErrors<'email' | 'password' | 'name'> {
  const name = (): string | undefined => {
    if (!form.name.trim()) return texts.nameMissing;
    return form.name.trim().length > NAME_MAX ? texts.nameLong : undefined;
  };
  return only({ email: emailProblem(form.email), password: newPasswordProblem(form.password), name: name() });
}

export const checkEmail = (form: { email: string }): FieldErrors<'email'> =>
  only({ email: emailProblem(form.email) });

export const checkNewPassword = (password: string): FieldErrors<'password'> =>
  only({ password: newPasswordProblem(password) });

export const checkNewAddress = (form: {
  email: string;
  currentPassword: string;
}): FieldErrors<'email' | 'currentPassword'> =>
  only({
    email: emailProblem(form.email),
    currentPassword: form.currentPassword ? undefined : texts.passwordMissing,
  });

export const checkPasswordChange = (form: {
  current: string;
  next: string;
}): FieldErrors<'current' | 'new'> =>
  only({
    current: form.current ? undefined : texts.passwordMissing,
    new: newPasswordProblem(form.next),
  });
