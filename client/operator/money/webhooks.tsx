/** What providers told us: those that were given up with their error, processed anew by a press, and all there were. */
import { useState } from 'preact/hooks';
import type { WebhookView } from '../../../server/protocol/money.ts';
import { api } from '../../session.ts';
import { More, type Paged } from '../../shell/paged.tsx';
import { operatorMoneyTexts } from '../../texts/operator-money.ts';
import { Button, formatDateTime, Notice, ownZone, Tag } from '../../ui/index.ts';
import { Loads, Part, Said } from '../../vendor/money/part.tsx';
import { AllFold } from './all-fold.tsx';
import { type Ask, useAsk } from './ask.ts';

const { webhooks: texts, all } = operatorMoneyTexts;
const TAGS = { received: 'warn', processed: 'good', ignored: 'plain', dead: 'bad' } as const;

interface Retrying extends Pick<Ask, 'asking'> {
  retry: (webhook: WebhookView) => void;
}

export function Webhooks({ dead }: { dead: Paged<WebhookView> }) {
  const [said, setSaid] = useState<string | null>(null);
  const { asking, problem, run } = useAsk();
  const retry = (webhook: WebhookView): void =>
    run(
      webhook.id,
      () => api.request('POST', `/operations/webhooks/${webhook.id}/retry`),
      () => {
        setSaid(texts.retried(webhook.eventId));
        dead.reload();
      },
    );
  return (
    <Part title={texts.title}>
      <Said text={said} />
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      <Loads loaded={dead.loaded} onRetry={dead.reload}>
        {({ items }) =>
          items.length === 0 ? <p>{texts.empty}</p> : <List webhooks={items} retrying={{ asking, retry }} />
        }
      </Loads>
      <More of={dead} />
      <AllFold<WebhookView> path="/operations/webhooks" title={all}>
        {(items) => <List webhooks={items} retrying={{ asking, retry }} />}
      </AllFold>
    </Part>
  );
}

function List({ webhooks, retrying }: { webhooks: readonly WebhookView[]; retrying: Retrying }) {
  return (
    <ul class="money-lines">
      {webhooks.map((webhook) => (
        <li key={webhook.id}>
          <Webhook webhook={webhook} retrying={retrying} />
        </li>
      ))}
    </ul>
  );
}

/** What was given up may be processed anew, and what was ignored, should it have been ours after all. */
const mayRetry = ({ status }: WebhookView): boolean => status === 'dead' || status === 'ignored';

function Webhook({ webhook, retrying }: { webhook: WebhookView; retrying: Retrying }) {
  const facts = [
    webhook.provider,
    webhook.objectId ? texts.about(webhook.objectId) : null,
    texts.received(formatDateTime(webhook.receivedAt, ownZone())),
    webhook.attempts > 0 ? texts.tries(webhook.attempts) : null,
  ].filter(Boolean);
  return (
    <div class="money-line">
      <div class="money-line-head">
        <b class="long">{webhook.type}</b>
        <Tag kind={TAGS[webhook.status]}>{texts.states[webhook.status]}</Tag>
      </div>
      <p class="small muted num long">{facts.join(' · ')}</p>
      {webhook.error ? <pre class="desk-error">{webhook.error}</pre> : null}
      {mayRetry(webhook) ? (
        <Button
          kind="quiet"
          small
          class="desk-retry"
          busy={retrying.asking === webhook.id}
          label={texts.retryLabel(webhook.eventId)}
          onClick={() => retrying.retry(webhook)}
        >
          {texts.retry}
        </Button>
      ) : null}
    </div>
  );
}
