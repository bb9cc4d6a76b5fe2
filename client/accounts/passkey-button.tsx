/** Logging in with a passkey: shown where the browser knows them. */
import { useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { profileTexts as texts } from '../texts/profile.ts';
import { Button, Notice } from '../ui/index.ts';
import { DeviceDeclined, knowsPasskeys, logInByPasskey } from './passkey.ts';

export function PasskeyButton() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  if (!knowsPasskeys()) return null;

  async function run(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      await logInByPasskey();
    } catch (error) {
      if (error instanceof DeviceDeclined) setProblem(texts.passkeyNotUsed);
      else if (error instanceof ApiError) setProblem(error.message);
      else throw error;
    } finally {
      setBusy(false);
    }
  }

  return (
    <div class="account-passkey">
      <span class="small muted account-or">{texts.or}</span>
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      <Button kind="quiet" wide busy={busy} busyLabel={texts.adding} onClick={() => void run()}>
        {texts.logInByPasskey}
      </Button>
    </div>
  );
}
