/** What one asked to be reminded of, and taking it back. */
import { useState } from 'preact/hooks';
import type { ReminderView } from '../../server/protocol/notifications.ts';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { useLoad } from '../shell/load.ts';
import { notificationTexts as texts } from '../texts/notifications.ts';
import { serverNow } from '../time.ts';
import { Button, formatDateTime, Notice } from '../ui/index.ts';

/** What comes next of it: its lobby, else its doors; once the sale has begun there is nothing left to remind of. */
function whenOf({ lobbyOpensAt, opensAt, timeZone }: ReminderView): string {
  const next = [lobbyOpensAt, opensAt].find((time) => time !== null && Date.parse(time) > serverNow());
  if (!next) return opensAt ? texts.begun : texts.noSale;
  const when = formatDateTime(next, timeZone);
  return next === lobbyOpensAt ? texts.lobbyAt(when) : texts.doorsAt(when);
}

/** An extra of the page: where there are none, or they cannot be had, there is nothing. */
export function Reminders() {
  const { loaded, reload } = useLoad('reminders', async (signal) => {
    const { items } = await api.request<{ items: ReminderView[] }>('GET', '/me/reminders', { signal });
    return items;
  });
  const [busy, setBusy] = useState<string | null>(null);
  const [said, setSaid] = useState<{ good: boolean; text: string } | null>(null);
  async function remove({ eventId, title }: ReminderView): Promise<void> {
    setBusy(eventId);
    setSaid(null);
    try {
      await api.request('DELETE', `/me/reminders/${eventId}`);
      setSaid({ good: true, text: texts.noLonger(title) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setSaid({ good: false, text: error.message });
    } finally {
      setBusy(null);
      reload();
    }
  }
  const items = loaded.data ?? [];
  return (
    <>
      {items.length > 0 ? (
        <div class="stack-s">
          <h3 class="strong">{texts.reminders}</h3>
          <ul class="profile-list" aria-label={texts.reminders}>
            {items.map((one) => (
              <li key={one.eventId} class="profile-row">
                <div class="grow">
                  <a href={`/e/${one.eventId}`}>{one.title}</a>
                  <p class="small muted">{whenOf(one)}</p>
                </div>
                <Button
                  kind="quiet"
                  small
                  busy={busy === one.eventId}
                  label={texts.removeReminderLabel(one.title)}
                  onClick={() => void remove(one)}
                >
                  {texts.remove}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <div role="status">{said ? <Notice kind={said.good ? 'good' : 'bad'}>{said.text}</Notice> : null}</div>
    </>
  );
}
