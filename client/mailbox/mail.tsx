/** One mail, as it was sent: in a frame of its own, where nothing of it can act on this page, or as plain text. */
import { useState } from 'preact/hooks';
import type { MailView } from '../../server/protocol/money.ts';
import { api } from '../session.ts';
import { useEvery, useLoad } from '../shell/load.ts';
import { Failed, PageLoading, useTitle } from '../shell/states.tsx';
import { mailboxTexts as texts } from '../texts/mailbox.ts';
import { Facts, formatDateTime, ownZone } from '../ui/index.ts';
import { MailState } from './mail-list.tsx';
import './mailbox.css';

interface WholeMail {
  mail: MailView;
  html: string | null;
  text: string | null;
}

const WAITING_MS = 2_000;
const SETTLED_MS = 60_000;

export default function Mail({ mailId }: { mailId: string }) {
  const { loaded, reload } = useLoad(`mail ${mailId}`, (signal) =>
    api.request<WholeMail>('GET', `/me/mails/${encodeURIComponent(mailId)}`, { signal }),
  );
  useTitle(loaded.data?.mail.subject ?? texts.title);
  useEvery(loaded.data?.mail.status === 'queued' ? WAITING_MS : SETTLED_MS, reload);
  if (loaded.state === 'loading') return <PageLoading />;
  if (!loaded.data)
    return (
      <div class="page">
        <Failed error={loaded.error} onRetry={reload} />
      </div>
    );
  const { mail } = loaded.data;
  return (
    <div class="page mail">
      <div>
        <a class="mail-back" href="/mailbox">
          {texts.toList}
        </a>
        <div class="mail-head">
          <h1>{mail.subject}</h1>
          <MailState mail={mail} />
        </div>
      </div>
      <Facts
        rows={[
          [texts.to, mail.to],
          [
            mail.sentAt ? texts.sent : texts.written,
            formatDateTime(mail.sentAt ?? mail.createdAt, ownZone()),
          ],
          mail.attachments.length > 0 ? [texts.attachments, mail.attachments.join(', ')] : null,
        ]}
      />
      <Contents whole={loaded.data} />
    </div>
  );
}

function Contents({ whole: { mail, html, text } }: { whole: WholeMail }) {
  const [plain, setPlain] = useState(false);
  if (html === null && text === null) return <p class="muted">{texts.nothing}</p>;
  return (
    <>
      <fieldset class="mail-views">
        <legend class="sr">{texts.view}</legend>
        {[false, true].map((choice) => (
          <label key={String(choice)}>
            <input
              type="radio"
              name="mail-view"
              checked={plain === choice}
              onChange={() => setPlain(choice)}
            />
            <span>{choice ? texts.asText : texts.asSent}</span>
          </label>
        ))}
      </fieldset>
      {plain ? (
        <pre class="mail-text">{text}</pre>
      ) : (
        // Styled in place, which our policy forbids here: its own document has its own, stricter one.
        <iframe
          class="mail-frame"
          title={texts.frame(mail.subject)}
          src={`/me/mails/${mail.id}/page`}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          referrerpolicy="no-referrer"
        />
      )}
    </>
  );
}
