/** A new password, proven by the present one. */
import { useState } from 'preact/hooks';
import { checkPasswordChange } from '../accounts/check.ts';
import { PasswordField } from '../accounts/password.tsx';
import { api } from '../session.ts';
import { useForm } from '../shell/form.ts';
import { profileTexts as texts } from '../texts/profile.ts';
import { Button, Card, Notice } from '../ui/index.ts';

export function PasswordPart({ userId, onChanged }: { userId: string; onChanged: () => void }) {
  const [open, setOpen] = useState(false);
  const [changed, setChanged] = useState(false);
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const { errors, problem, busy, form, submit } = useForm(
    ['current', 'new'],
    () => checkPasswordChange({ current, next }),
    async () => {
      await api.request('PUT', `/users/${userId}/password`, { body: { current, new: next } });
      setCurrent('');
      setNext('');
      setOpen(false);
      setChanged(true);
      onChanged();
    },
  );
  return (
    <Card title={texts.password}>
      <div class="stack">
        <div role="status">{changed ? <Notice kind="good">{texts.passwordChanged}</Notice> : null}</div>
        {open ? (
          <form class="stack profile-form" ref={form} onSubmit={submit} noValidate aria-busy={busy}>
            {problem ? <Notice kind="bad">{problem}</Notice> : null}
            <PasswordField
              label={texts.currentPassword}
              name="current"
              value={current}
              error={errors.current}
              onValue={setCurrent}
              autocomplete="current-password"
            />
            <PasswordField
              label={texts.newPassword}
              name="new"
              hint={texts.passwordHint}
              value={next}
              error={errors.new}
              onValue={setNext}
              autocomplete="new-password"
            />
            <p class="small muted">{texts.passwordText}</p>
            <div class="cluster">
              <Button type="submit" busy={busy} busyLabel={texts.saving}>
                {texts.changePassword}
              </Button>
              <Button kind="quiet" onClick={() => setOpen(false)}>
                {texts.cancel}
              </Button>
            </div>
          </form>
        ) : (
          <div>
            <Button
              kind="quiet"
              onClick={() => {
                setChanged(false);
                setOpen(true);
              }}
            >
              {texts.changePassword}
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}
