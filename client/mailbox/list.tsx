/** The mailbox: the mails to this account; an operator also sees what became of everybody's. */
import type { MailView } from '../../server/protocol/money.ts';
import { api, session } from '../session.ts';
import { useEvery, useLoad } from '../shell/load.ts';
import { Failed, PageLoading, Sentence, useTitle } from '../shell/states.tsx';
import { wholeList } from '../shell/whole-list.ts';
import { mailboxTexts as texts } from '../texts/mailbox.ts';
import { Button } from '../ui/index.ts';
import { type ListedMail, MailList } from './mail-list.tsx';
import './mailbox.css';

const EVERY_MS = 3_000;

export default function Mailbox() {
  useTitle(texts.title);
  const isOperator = session.value.user?.role === 'operator';
  const { loaded, reload } = useLoad('mails', (signal) =>
    wholeList<MailView>(api.request, '/me/mails', signal),
  );
  useEvery(EVERY_MS, reload);

  if (loaded.state === 'loading') return <PageLoading />;
  if (!loaded.data)
    return (
      <div class="page">
        <Failed error={loaded.error} onRetry={reload} />
      </div>
    );
  const mails = loaded.data;
  return (
    <div class="page">
      {mails.length === 0 && !isOperator ? (
        <Sentence
          title={texts.emptyTitle}
          text={texts.emptyText}
          actions={<Button href="/">{texts.toEvents}</Button>}
        />
      ) : (
        <div class="page-head">
          <div>
            <h1>{texts.title}</h1>
            <p>{mails.length === 0 ? texts.emptyTitle : texts.sub}</p>
          </div>
        </div>
      )}
      {mails.length > 0 ? <MailList mails={mails} own label={texts.title} /> : null}
      {isOperator ? <Everybodys /> : null}
    </div>
  );
}

/** The newest of all mails. */
function Everybodys() {
  const { loaded, reload } = useLoad('all mails', (signal) =>
    api.request<{ items: ListedMail[] }>('GET', '/operations/mails', { signal }),
  );
  useEvery(EVERY_MS, reload);
  if (loaded.state === 'loading') return null;
  if (!loaded.data) return <Failed level={2} error={loaded.error} onRetry={reload} />;
  return (
    <section class="mails-all stack" aria-label={texts.allOf}>
      <h2>{texts.allOf}</h2>
      <p class="muted">{texts.allSub}</p>
      <MailList mails={loaded.data.items} own={false} label={texts.allOf} />
    </section>
  );
}
