/** "Remind me" on an event's page, before its sale. */
import { useState } from 'preact/hooks';
import type { ReminderView } from '../../server/protocol/notifications.ts';
import { ApiError } from '../api.ts';
import { api, user } from '../session.ts';
import { useLoad } from '../shell/load.ts';
import { notificationTexts as texts } from '../texts/notifications.ts';
import { Button, Notice } from '../ui/index.ts';
import { NoPushService, tellHere } from './here.ts';

export function Remind({ eventId }: { eventId: string }) {
  if (user.value) return <Known eventId={eventId} />;
  return (
    <Button wide kind="quiet" href={`/login?to=${encodeURIComponent(`/e/${eventId}`)}`}>
      {texts.logInToRemind}
    </Button>
  );
}

/** A reminder without a device comes by mail: that a browser says no is no reason not to keep it. */
async function tryToTellHere(): Promise<void> {
  try {
    await tellHere();
  } catch (error) {
    if (!(error instanceof NoPushService || error instanceof ApiError)) throw error;
  }
}

function Known({ eventId }: { eventId: string }) {
  const { loaded, reload } = useLoad(`reminders ${eventId}`, async (signal) => {
    const { items } = await api.request<{ items: ReminderView[] }>('GET', '/me/reminders', { signal });
    return items.some((one) => one.eventId === eventId);
  });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  async function set(method: 'PUT' | 'DELETE'): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      await api.request(method, `/me/reminders/${eventId}`);
      if (method === 'PUT') await tryToTellHere();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
    } finally {
      setBusy(false);
      reload();
    }
  }
  // Whether there is a reminder is not known yet, or cannot be asked: the event goes without.
  if (loaded.data === null) return null;
  return (
    <div class="stack-s remind">
      <div role="status">
        {loaded.data ? (
          <p class="small muted">
            <b>{texts.reminded}</b>. {texts.remindedText} {texts.howTold}
          </p>
        ) : null}
        {problem ? <Notice kind="bad">{problem}</Notice> : null}
      </div>
      <Button
        wide
        kind="quiet"
        busy={busy}
        busyLabel={texts.reminding}
        onClick={() => void set(loaded.data ? 'DELETE' : 'PUT')}
      >
        {loaded.data ? texts.noRemind : texts.remind}
      </Button>
    </div>
  );
}
