/** Where one is logged in, and ending it there. */
import { useState } from 'preact/hooks';
import type { SessionView } from '../../server/protocol/profile.ts';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { Confirm, type Question } from '../shell/confirm.tsx';
import type { Load } from '../shell/load.ts';
import { Failed, Lines } from '../shell/states.tsx';
import { profileTexts as texts } from '../texts/profile.ts';
import { Button, Card, formatDateTime, Notice, ownZone, Tag } from '../ui/index.ts';

const OTHERS: Question = {
  title: texts.endOthersTitle,
  text: <p>{texts.endOthersText}</p>,
  confirm: texts.endOthers,
  danger: true,
  run: () => api.request('DELETE', '/sessions'),
};

export function Sessions({ loaded, reload }: Pick<Load<SessionView[]>, 'loaded' | 'reload'>) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [said, setSaid] = useState<{ good: boolean; text: string } | null>(null);

  async function end({ id }: SessionView): Promise<void> {
    try {
      await api.request('DELETE', `/sessions/${id}`);
      setSaid({ good: true, text: texts.ended });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setSaid({ good: false, text: error.message });
    }
    reload();
  }

  const sessions = loaded.data;
  return (
    <Card title={texts.sessions}>
      <div class="stack">
        {loaded.state === 'loading' ? <Lines widths={['60%', '50%']} /> : null}
        {sessions === null && loaded.error ? (
          <Failed level={2} error={loaded.error} onRetry={reload} />
        ) : null}
        {sessions ? (
          <ul class="profile-list" aria-label={texts.sessions}>
            {sessions.map((one) => (
              <li key={one.id}>
                <Row session={one} onEnd={() => void end(one)} />
              </li>
            ))}
          </ul>
        ) : null}
        <div role="status">
          {said ? <Notice kind={said.good ? 'good' : 'bad'}>{said.text}</Notice> : null}
        </div>
        {sessions && sessions.length > 1 ? (
          <div>
            <Button kind="quiet" onClick={() => setQuestion(OTHERS)}>
              {texts.endOthers}
            </Button>
          </div>
        ) : null}
        {sessions?.length === 1 ? <p class="muted">{texts.onlyHere}</p> : null}
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

function Row({ session, onEnd }: { session: SessionView; onEnd: () => void }) {
  const device = session.device ?? texts.unknownDevice;
  const facts = [texts.lastUsed(formatDateTime(session.lastUsedAt, ownZone())), session.network];
  return (
    <div class="profile-row">
      <div class="grow">
        <b>{device}</b> {session.current ? <Tag kind="good">{texts.here}</Tag> : null}
        <p class="small muted num">{facts.filter(Boolean).join(' · ')}</p>
      </div>
      {session.current ? null : (
        <Button kind="quiet" small label={texts.endOneLabel(device)} onClick={onEnd}>
          {texts.endOne}
        </Button>
      )}
    </div>
  );
}
