/** Log-in by an account elsewhere: the button of the log-in page, and the tie on one's account. */
import { useEffect, useState } from 'preact/hooks';
import type { OutsideView } from '../../server/protocol/oauth.ts';
import { ApiError } from '../api.ts';
import { location } from '../router.ts';
import { api } from '../session.ts';
import { useLoad } from '../shell/load.ts';
import { oauthTexts as texts } from '../texts/oauth.ts';
import { Button, Card, Notice } from '../ui/index.ts';
import './oauth.css';

const useWays = () => useLoad('ways', (signal) => api.request<OutsideView>('GET', '/login/ways', { signal }));

/** What came of having been there; nothing when one was not. */
export function Outcome() {
  const said = texts.outcomes[location.value.query.get('outside') ?? ''];
  return said ? <Notice kind={said.good ? 'good' : 'bad'}>{said.text}</Notice> : null;
}

export function GoElsewhere({ to }: { to: string }) {
  const { loaded } = useWays();
  const [leaving, setLeaving] = useState(false);
  const back = location.value.query.get('outside') === 'in';
  // One is in by cookie; the session of this browser's tabs takes it up from there.
  useEffect(() => {
    if (back) void api.refresh();
  }, [back]);
  const name = loaded.data?.name;
  if (!name) return null;
  return (
    <Button
      kind="quiet"
      wide
      busy={leaving}
      busyLabel={texts.leaving}
      onClick={() => {
        setLeaving(true);
        globalThis.location.assign(`/login/outside?to=${encodeURIComponent(to)}`);
      }}
    >
      {texts.goBy(name)}
    </Button>
  );
}

export function TieElsewhere() {
  const { loaded, reload } = useWays();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const name = loaded.data?.name;
  if (!name) return null;
  const tied = loaded.data?.tied === true;

  async function change(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      if (tied) {
        await api.request('DELETE', '/me/outside');
        reload();
        setBusy(false);
        return;
      }
      const { redirectTo } = await api.request<{ redirectTo: string }>('POST', '/me/outside', { body: {} });
      globalThis.location.assign(redirectTo);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
      setBusy(false);
    }
  }

  return (
    <Card title={texts.elsewhere(name)}>
      <div class="stack">
        <Outcome />
        {problem ? <Notice kind="bad">{problem}</Notice> : null}
        <p>{tied ? texts.elsewhereTied(name) : texts.elsewhereText(name)}</p>
        <div>
          <Button
            kind="quiet"
            busy={busy}
            busyLabel={tied ? undefined : texts.leaving}
            onClick={() => void change()}
          >
            {tied ? texts.disconnect : texts.connect}
          </Button>
        </div>
      </div>
    </Card>
  );
}
