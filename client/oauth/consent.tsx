/** An app asks to be let in: who it is, who answers for it, what it could do, and two answers. */
import { useState } from 'preact/hooks';
import type { ConsentView } from '../../server/protocol/oauth.ts';
import { ApiError } from '../api.ts';
import { api, session } from '../session.ts';
import { useLoad } from '../shell/load.ts';
import { Failed, PageLoading, Sentence, useTitle } from '../shell/states.tsx';
import { oauthTexts as texts } from '../texts/oauth.ts';
import { Button, Card, Notice } from '../ui/index.ts';
import '../accounts/accounts.css';
import './oauth.css';

export default function Consent() {
  const who = session.value.user;
  const { loaded, reload } = useLoad(`consent ${who?.id}`, (signal) =>
    api.request<ConsentView>('GET', '/oauth/consent/request', { signal }),
  );
  const [over, setOver] = useState(false);
  if (loaded.state === 'loading') return <PageLoading />;
  if (over || loaded.error?.status === 404)
    return (
      <div class="page">
        <Sentence title={texts.over} text={texts.overText} />
      </div>
    );
  if (!loaded.data)
    return (
      <div class="page">
        <Failed error={loaded.error} onRetry={reload} />
      </div>
    );
  return <Asked request={loaded.data} onOver={() => setOver(true)} />;
}

function Asked({ request, onOver }: { request: ConsentView; onOver: () => void }) {
  const { app, scopes, returnsTo, requestId } = request;
  const who = session.value.user;
  const [busy, setBusy] = useState<boolean | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useTitle(texts.consentTitle(app.name));

  async function answer(allow: boolean): Promise<void> {
    setBusy(allow);
    setProblem(null);
    try {
      const { redirectTo } = await api.request<{ redirectTo: string }>('POST', '/oauth/consent/answer', {
        body: { requestId, allow },
      });
      // Stays busy: the browser is on its way out of here.
      globalThis.location.assign(redirectTo);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) onOver();
      setProblem(error.message);
      setBusy(null);
    }
  }

  return (
    <div class="page account-page">
      <div class="account-form">
        <div class="stack-s">
          <h1 class="consent-title">{texts.consentTitle(app.name)}</h1>
          <p class="muted">{texts.consentBy(app.owner)}</p>
          {who ? <p class="muted consent-who">{texts.consentAs(who.name, who.email)}</p> : null}
        </div>
        {problem ? <Notice kind="bad">{problem}</Notice> : null}
        <Card title={texts.consentWants}>
          {scopes.length === 0 ? <p>{texts.consentNothing}</p> : <Scopes scopes={scopes} />}
        </Card>
        <div class="stack-s">
          <Button wide busy={busy === true} busyLabel={texts.allowing} onClick={() => void answer(true)}>
            {texts.allow}
          </Button>
          <Button kind="quiet" wide busy={busy === false} onClick={() => void answer(false)}>
            {texts.deny}
          </Button>
        </div>
        <p class="small muted consent-who">
          {texts.consentBack(returnsTo)} {texts.consentUndo}
        </p>
      </div>
    </div>
  );
}

export function Scopes({ scopes }: { scopes: readonly string[] }) {
  return (
    <ul class="scope-list">
      {scopes.map((scope) => (
        <li key={scope}>{texts.scopes[scope] ?? scope}</li>
      ))}
    </ul>
  );
}
