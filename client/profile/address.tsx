/** The e-mail address: whether it is confirmed, the mail again, and another one. */
import { useState } from 'preact/hooks';
import type { ProfileView } from '../../server/protocol/profile.ts';
import { checkNewAddress } from '../accounts/check.ts';
import { PasswordField } from '../accounts/password.tsx';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { useForm } from '../shell/form.ts';
import { profileTexts as texts } from '../texts/profile.ts';
import { Button, Card, Field, Notice, Tag } from '../ui/index.ts';
import type { PartProps } from './about.tsx';

export function Address({ profile, onProfile }: PartProps) {
  const [changing, setChanging] = useState(false);
  const { email, emailVerified, pendingEmail } = profile;
  const withdraw = async (): Promise<void> =>
    onProfile(await api.request<ProfileView>('PUT', `/users/${profile.id}`, { body: { email } }));
  return (
    <Card title={texts.email}>
      <div class="stack">
        <p class="profile-address">
          <b>{email}</b>{' '}
          <Tag kind={emailVerified ? 'good' : 'warn'}>
            {emailVerified ? texts.confirmed : texts.unconfirmed}
          </Tag>
        </p>
        {pendingEmail ? (
          <Notice>{texts.pending(pendingEmail)}</Notice>
        ) : emailVerified ? null : (
          <p class="muted">{texts.unconfirmedText}</p>
        )}
        {pendingEmail || !emailVerified ? <SendAgain onWithdraw={pendingEmail ? withdraw : null} /> : null}
        {changing ? (
          <NewAddress
            profile={profile}
            onProfile={(changed) => {
              onProfile(changed);
              setChanging(false);
            }}
            onCancel={() => setChanging(false)}
          />
        ) : (
          <div>
            <Button kind="quiet" onClick={() => setChanging(true)}>
              {texts.changeEmail}
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}

function SendAgain({ onWithdraw }: { onWithdraw: (() => Promise<void>) | null }) {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ good: boolean; text: string } | null>(null);
  async function run(work: () => Promise<string | null>): Promise<void> {
    setBusy(true);
    setSaid(null);
    try {
      const text = await work();
      if (text !== null) setSaid({ good: true, text });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setSaid({ good: false, text: error.message });
    } finally {
      setBusy(false);
    }
  }
  const again = (): Promise<void> =>
    run(async () =>
      texts.sentTo((await api.request<{ email: string }>('POST', '/email/verification')).email),
    );
  return (
    <div class="stack-s">
      <div class="cluster">
        <Button kind="quiet" busy={busy} busyLabel={texts.sending} onClick={() => void again()}>
          {texts.sendAgain}
        </Button>
        {onWithdraw ? (
          <Button kind="quiet" onClick={() => void run(() => onWithdraw().then(() => null))}>
            {texts.keepOld}
          </Button>
        ) : null}
      </div>
      <div role="status">{said ? <Notice kind={said.good ? 'good' : 'bad'}>{said.text}</Notice> : null}</div>
    </div>
  );
}

function NewAddress({ profile, onProfile, onCancel }: PartProps & { onCancel: () => void }) {
  const [email, setEmail] = useState('');
  const [currentPassword, setCurrentPassword] = useState('');
  const { errors, problem, busy, form, submit } = useForm(
    ['email', 'currentPassword'],
    () => checkNewAddress({ email, currentPassword }),
    async () =>
      onProfile(
        await api.request<ProfileView>('PUT', `/users/${profile.id}`, {
          body: { email: email.trim(), currentPassword },
        }),
      ),
  );
  return (
    <form class="stack profile-form" ref={form} onSubmit={submit} noValidate aria-busy={busy}>
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      <Field
        label={texts.newEmail}
        name="email"
        type="email"
        inputMode="email"
        autocomplete="email"
        autocapitalize="none"
        spellcheck={false}
        value={email}
        error={errors.email}
        onValue={setEmail}
      />
      <PasswordField
        label={texts.currentPassword}
        name="currentPassword"
        hint={texts.proof}
        value={currentPassword}
        error={errors.currentPassword}
        onValue={setCurrentPassword}
        autocomplete="current-password"
      />
      <div class="cluster">
        <Button type="submit" busy={busy} busyLabel={texts.saving}>
          {texts.changeEmail}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {texts.cancel}
        </Button>
      </div>
    </form>
  );
}
