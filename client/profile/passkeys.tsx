/** Passkeys: the list, a new one, another name, taking one away. */
import { useState } from 'preact/hooks';
import type { PasskeyView } from '../../server/protocol/profile.ts';
import { addPasskey, DeviceDeclined, knowsPasskeys } from '../accounts/passkey.ts';
import { PasswordField } from '../accounts/password.tsx';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { Confirm, type Question } from '../shell/confirm.tsx';
import { useLoad } from '../shell/load.ts';
import { Failed, Lines } from '../shell/states.tsx';
import { profileTexts as texts } from '../texts/profile.ts';
import { Button, Card, Field, formatDay, Notice, ownZone, Tag } from '../ui/index.ts';

export function Passkeys({ verified }: { verified: boolean }) {
  const { loaded, reload } = useLoad('passkeys', async (signal) => {
    const { items } = await api.request<{ items: PasskeyView[] }>('GET', '/passkeys', { signal });
    return items;
  });
  const [question, setQuestion] = useState<Question | null>(null);
  const [renaming, setRenaming] = useState<string | null>(null);
  const done = (): void => {
    setRenaming(null);
    setQuestion(null);
    reload();
  };
  return (
    <Card title={texts.passkeys}>
      <div class="stack">
        <p class="muted">{texts.passkeysText}</p>
        {loaded.state === 'loading' ? <Lines widths={['60%', '40%']} /> : null}
        {loaded.data === null && loaded.error ? (
          <Failed level={2} error={loaded.error} onRetry={reload} />
        ) : null}
        {loaded.data?.length === 0 ? <p>{texts.noPasskeys}</p> : null}
        {loaded.data && loaded.data.length > 0 ? (
          <ul class="profile-list" aria-label={texts.passkeys}>
            {loaded.data.map((passkey) => (
              <li key={passkey.id}>
                {renaming === passkey.id ? (
                  <Rename passkey={passkey} onDone={done} onCancel={() => setRenaming(null)} />
                ) : (
                  <Row
                    passkey={passkey}
                    onRename={() => setRenaming(passkey.id)}
                    onRemove={() => setQuestion(removal(passkey))}
                  />
                )}
              </li>
            ))}
          </ul>
        ) : null}
        <Add verified={verified} onDone={done} />
      </div>
      <Confirm question={question} onClose={() => setQuestion(null)} onDone={done} />
    </Card>
  );
}

const removal = ({ id, name }: PasskeyView): Question => ({
  title: texts.removeTitle(name),
  text: <p>{texts.removeText}</p>,
  confirm: texts.remove,
  danger: true,
  run: () => api.request('DELETE', `/passkeys/${id}`),
});

function Row(props: { passkey: PasskeyView; onRename: () => void; onRemove: () => void }) {
  const { name, createdAt, lastUsedAt, backedUp, frozen } = props.passkey;
  const day = (time: string): string => formatDay(time, ownZone());
  const facts = [
    texts.passkeySince(day(createdAt)),
    lastUsedAt ? texts.passkeyUsed(day(lastUsedAt)) : texts.passkeyUnused,
    ...(backedUp ? [texts.passkeySynced] : []),
  ];
  return (
    <div class="profile-row">
      <div class="grow">
        <b>{name}</b> {frozen ? <Tag kind="bad">{texts.passkeyFrozen}</Tag> : null}
        <p class="small muted">{frozen ? texts.passkeyFrozenText : facts.join(' · ')}</p>
      </div>
      <div class="cluster">
        <Button kind="quiet" small label={texts.renameLabel(name)} onClick={props.onRename}>
          {texts.rename}
        </Button>
        <Button kind="quiet" small label={texts.removeLabel(name)} onClick={props.onRemove}>
          {texts.remove}
        </Button>
      </div>
    </div>
  );
}

/** Sends a small form: what is refused is said in it. */
function useSending(work: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ApiError | 'declined' | null>(null);
  async function run(): Promise<void> {
    setBusy(true);
    setRefusal(null);
    try {
      await work();
    } catch (error) {
      if (error instanceof DeviceDeclined) setRefusal('declined');
      else if (error instanceof ApiError) setRefusal(error);
      else throw error;
    } finally {
      setBusy(false);
    }
  }
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    if (!busy) void run();
  };
  return { busy, refusal, onSubmit };
}

function Rename(props: { passkey: PasskeyView; onDone: () => void; onCancel: () => void }) {
  const [name, setName] = useState(props.passkey.name);
  const { busy, refusal, onSubmit } = useSending(async () => {
    await api.request('PUT', `/passkeys/${props.passkey.id}`, { body: { name } });
    props.onDone();
  });
  return (
    <form class="stack-s profile-form" onSubmit={onSubmit} noValidate aria-busy={busy}>
      <Field
        label={texts.passkeyName}
        name="name"
        maxLength={60}
        value={name}
        error={refusal instanceof ApiError ? refusal.message : null}
        onValue={setName}
      />
      <div class="cluster">
        <Button type="submit" small busy={busy}>
          {texts.renameDo}
        </Button>
        <Button kind="quiet" small onClick={props.onCancel}>
          {texts.cancel}
        </Button>
      </div>
    </form>
  );
}

function Add({ verified, onDone }: { verified: boolean; onDone: () => void }) {
  const [open, setOpen] = useState(false);
  const [added, setAdded] = useState(false);
  if (!knowsPasskeys()) return <p class="muted">{texts.noPasskeysHere}</p>;
  if (!verified) return <p class="muted">{texts.verifyFirst}</p>;
  if (open)
    return (
      <NewPasskey
        onCancel={() => setOpen(false)}
        onDone={() => {
          setOpen(false);
          setAdded(true);
          onDone();
        }}
      />
    );
  return (
    <div class="stack-s">
      <div role="status">{added ? <Notice kind="good">{texts.passkeyAdded}</Notice> : null}</div>
      <div>
        <Button
          kind="quiet"
          onClick={() => {
            setAdded(false);
            setOpen(true);
          }}
        >
          {texts.addPasskey}
        </Button>
      </div>
    </div>
  );
}

/** The password is asked for only where the log-in is older. */
function NewPasskey(props: { onCancel: () => void; onDone: () => void }) {
  const [name, setName] = useState<string>(texts.defaultPasskey);
  const [password, setPassword] = useState('');
  const [needed, setNeeded] = useState(false);
  const { busy, refusal, onSubmit } = useSending(async () => {
    try {
      await addPasskey(name.trim() || texts.defaultPasskey, needed ? password : undefined);
      props.onDone();
    } catch (error) {
      if (error instanceof ApiError && error.code === 'LOGIN_NOT_RECENT') setNeeded(true);
      throw error;
    }
  });
  const wrongPassword = refusal instanceof ApiError && refusal.field === 'currentPassword';
  return (
    <form class="stack profile-form" onSubmit={onSubmit} noValidate aria-busy={busy}>
      {refusal === 'declined' ? <Notice kind="bad">{texts.passkeyStopped}</Notice> : null}
      {refusal instanceof ApiError && !wrongPassword ? <Notice kind="bad">{refusal.message}</Notice> : null}
      <Field
        label={texts.passkeyName}
        name="name"
        hint={texts.passkeyNameHint}
        maxLength={60}
        value={name}
        onValue={setName}
      />
      {needed ? (
        <PasswordField
          label={texts.currentPassword}
          name="currentPassword"
          hint={texts.proof}
          value={password}
          error={wrongPassword ? refusal.message : undefined}
          onValue={setPassword}
          autocomplete="current-password"
        />
      ) : null}
      <div class="cluster">
        <Button type="submit" busy={busy} busyLabel={texts.adding}>
          {texts.addPasskey}
        </Button>
        <Button kind="quiet" onClick={props.onCancel}>
          {texts.cancel}
        </Button>
      </div>
    </form>
  );
}
