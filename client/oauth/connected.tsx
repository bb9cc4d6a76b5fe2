/** On one's account: programs that were let in, and putting them out. */
import { useState } from 'preact/hooks';
import type { ConnectedAppView } from '../../server/protocol/oauth.ts';
import { api } from '../session.ts';
import { Confirm, type Question } from '../shell/confirm.tsx';
import { useLoad } from '../shell/load.ts';
import { Failed, Lines } from '../shell/states.tsx';
import { oauthTexts as texts } from '../texts/oauth.ts';
import { Button, Card, formatDay, ownZone } from '../ui/index.ts';
import { Scopes } from './consent.tsx';

export function ConnectedApps() {
  const { loaded, reload } = useLoad('apps', async (signal) => {
    const { items } = await api.request<{ items: ConnectedAppView[] }>('GET', '/me/apps', { signal });
    return items;
  });
  const [question, setQuestion] = useState<Question | null>(null);
  return (
    <Card title={texts.connected}>
      <div class="stack">
        <p class="muted">{texts.connectedText}</p>
        {loaded.state === 'loading' ? <Lines widths={['60%', '40%']} /> : null}
        {loaded.data === null && loaded.error ? (
          <Failed level={2} error={loaded.error} onRetry={reload} />
        ) : null}
        {loaded.data?.length === 0 ? <p>{texts.noneConnected}</p> : null}
        {loaded.data && loaded.data.length > 0 ? (
          <ul class="profile-list" aria-label={texts.connected}>
            {loaded.data.map((app) => (
              <li key={app.clientId}>
                <Row app={app} onPutOut={() => setQuestion(puttingOut(app))} />
              </li>
            ))}
          </ul>
        ) : null}
      </div>
      <Confirm
        question={question}
        onClose={() => setQuestion(null)}
        onDone={() => {
          setQuestion(null);
          reload();
        }}
      />
    </Card>
  );
}

const puttingOut = ({ clientId, name }: ConnectedAppView): Question => ({
  title: texts.putOutTitle(name),
  text: <p>{texts.putOutText}</p>,
  confirm: texts.putOut,
  danger: true,
  run: () => api.request('DELETE', `/me/apps/${clientId}`),
});

function Row({ app, onPutOut }: { app: ConnectedAppView; onPutOut: () => void }) {
  return (
    <div class="profile-row">
      <div class="grow">
        <b>{app.name}</b>
        <p class="small muted">{texts.since(app.owner, formatDay(app.since, ownZone()))}</p>
        <Scopes scopes={app.scopes} />
      </div>
      <Button kind="quiet" small label={texts.putOutLabel(app.name)} onClick={onPutOut}>
        {texts.putOut}
      </Button>
    </div>
  );
}
