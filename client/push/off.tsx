/** Where a mail's link leads to that ends suggestions: asks first, since mail programs open links by themselves. */
import { useState } from 'preact/hooks';
import { linkSecret } from '../accounts/link-secret.ts';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { useTitle } from '../shell/states.tsx';
import { notificationTexts as texts } from '../texts/notifications.ts';
import { Button, Notice } from '../ui/index.ts';
import '../accounts/accounts.css';

export default function NoSuggestions() {
  useTitle(texts.offTitle);
  const [token] = useState(linkSecret);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ good: boolean; text: string } | null>(null);
  async function end(): Promise<void> {
    setBusy(true);
    try {
      await api.request('POST', `/suggestions/off?token=${encodeURIComponent(token ?? '')}`, {
        authenticate: false,
      });
      setSaid({ good: true, text: texts.offDone });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setSaid({ good: false, text: error.code === 'INVALID_REQUEST' ? texts.offBroken : error.message });
    } finally {
      setBusy(false);
    }
  }
  return (
    <div class="page account-page">
      <div class="account-form">
        <div class="stack-s">
          <h1>{texts.offTitle}</h1>
          {said?.good ? null : <p class="muted">{texts.offText}</p>}
        </div>
        <div role="status">
          {said ? <Notice kind={said.good ? 'good' : 'bad'}>{said.text}</Notice> : null}
        </div>
        {said?.good ? (
          <a href="/profile">{texts.account}</a>
        ) : (
          <Button busy={busy} busyLabel={texts.offBusy} onClick={() => void end()}>
            {texts.off}
          </Button>
        )}
      </div>
    </div>
  );
}
