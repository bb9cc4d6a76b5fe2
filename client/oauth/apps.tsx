/** A vendor's own apps: registered, told their secret once, removed. */
import { useState } from 'preact/hooks';
import type { AppView, NewAppView } from '../../server/protocol/oauth.ts';
import { api } from '../session.ts';
import { Confirm, type Question } from '../shell/confirm.tsx';
import { useLoad } from '../shell/load.ts';
import { Failed, PageLoading, Sentence, useTitle } from '../shell/states.tsx';
import { oauthTexts as texts } from '../texts/oauth.ts';
import { Button, Card, Facts, Notice, Tag } from '../ui/index.ts';
import { AppForm } from './app-form.tsx';
import './oauth.css';

export default function Apps() {
  useTitle(texts.apps);
  const { loaded, reload } = useLoad('own apps', async (signal) => {
    const { items } = await api.request<{ items: AppView[] }>('GET', '/oauth/clients', { signal });
    return items;
  });
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<NewAppView | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  if (loaded.state === 'loading') return <PageLoading />;
  if (!loaded.data)
    return (
      <div class="page">
        <Failed error={loaded.error} onRetry={reload} />
      </div>
    );
  const apps = loaded.data;
  return (
    <div class="page apps-page">
      <div class="page-head">
        <div>
          <h1>{texts.apps}</h1>
          <p>{texts.appsLead}</p>
        </div>
        {adding ? null : <Button onClick={() => setAdding(true)}>{texts.add}</Button>}
      </div>
      <div class="stack">
        <div role="status">{made ? <Made app={made} /> : null}</div>
        {adding ? (
          <AppForm
            onLeave={() => setAdding(false)}
            onMade={(app) => {
              setAdding(false);
              setMade(app);
              reload();
            }}
          />
        ) : null}
        {apps.length === 0 && !adding ? (
          <Sentence level={2} title={texts.noApps} text={texts.noAppsText} />
        ) : null}
        <ul class="app-list">
          {apps.map((app) => (
            <li key={app.clientId}>
              <Registered app={app} onRemove={() => setQuestion(removal(app))} />
            </li>
          ))}
        </ul>
        <p class="small">
          <a href="/docs">{texts.guide}</a>
        </p>
      </div>
      <Confirm
        question={question}
        onClose={() => setQuestion(null)}
        onDone={() => {
          setQuestion(null);
          setMade(null);
          reload();
        }}
      />
    </div>
  );
}

const removal = ({ clientId, name }: AppView): Question => ({
  title: texts.removeTitle(name),
  text: <p>{texts.removeText}</p>,
  confirm: texts.remove,
  danger: true,
  run: () => api.request('DELETE', `/oauth/clients/${clientId}`),
});

function Made({ app }: { app: NewAppView }) {
  return (
    <Notice kind="good">
      <div class="stack-s app-facts">
        <b>{texts.made(app.name)}</b>
        {app.clientSecret ? <span>{texts.secretOnce}</span> : null}
        <Facts
          rows={[
            [texts.clientId, <code key="id">{app.clientId}</code>],
            app.clientSecret ? [texts.clientSecret, <code key="secret">{app.clientSecret}</code>] : null,
          ]}
        />
      </div>
    </Notice>
  );
}

function Registered({ app, onRemove }: { app: AppView; onRemove: () => void }) {
  return (
    <Card title={app.name}>
      <div class="stack app-facts">
        <Facts
          rows={[
            [texts.clientId, <code key="id">{app.clientId}</code>],
            [texts.redirects, <code key="to">{app.redirectUris.join(' ')}</code>],
            [texts.wants, app.scopes.join(', ')],
          ]}
        />
        <div class="cluster">
          <Tag>{app.kind === 'public' ? texts.noSecret : texts.withSecret}</Tag>
          <Button kind="quiet" small label={texts.removeLabel(app.name)} onClick={onRemove}>
            {texts.remove}
          </Button>
        </div>
      </div>
    </Card>
  );
}
