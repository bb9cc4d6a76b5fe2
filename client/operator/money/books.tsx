/** Comparisons of ledger, provider and tickets: the last one in a sentence, a new one on command, those before. */
import { useState } from 'preact/hooks';
import type { ReconciliationView } from '../../../server/protocol/money.ts';
import { api } from '../../session.ts';
import { Confirm, type Question } from '../../shell/confirm.tsx';
import { More, type Paged } from '../../shell/paged.tsx';
import { operatorMoneyTexts } from '../../texts/operator-money.ts';
import { Button, formatDateTime, Notice, ownZone, Tag } from '../../ui/index.ts';
import { Loads, Part, Said } from '../../vendor/money/part.tsx';
import { useAsk } from './ask.ts';
import { lastRunSays, type RunVerdict, verdictOf } from './sentences.ts';

const { books: texts } = operatorMoneyTexts;
const TAGS: Record<RunVerdict, 'good' | 'warn' | 'bad'> = {
  running: 'warn',
  failed: 'bad',
  clean: 'good',
  found: 'warn',
};
const when = (at: string): string => formatDateTime(at, ownZone());

export function Books({ runs, onStarted }: { runs: Paged<ReconciliationView>; onStarted: () => void }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const { asking, problem, run } = useAsk();
  const start = (dryRun: boolean) => api.request('POST', '/operations/reconciliations', { body: { dryRun } });
  const started = (): void => {
    setSaid(texts.started);
    onStarted();
  };
  const ask = (): void =>
    setQuestion({
      title: texts.startTitle,
      text: <p>{texts.startText}</p>,
      confirm: texts.start,
      run: async () => {
        await start(false);
        started();
      },
    });
  return (
    <Part title={texts.title} text={texts.text}>
      <Loads loaded={runs.loaded} onRetry={runs.reload}>
        {({ items }) => (
          <>
            <p class="books-last">{lastRunSays(items[0], when)}</p>
            <div class="cluster">
              <Button small onClick={ask}>
                {texts.start}
              </Button>
              <Button
                kind="quiet"
                small
                busy={asking === 'dry'}
                label={`${texts.dry}: ${texts.dryHint}`}
                onClick={() => run('dry', () => start(true), started)}
              >
                {texts.dry}
              </Button>
              <span class="small muted">{texts.dryHint}</span>
            </div>
            <Said text={said} />
            {problem ? <Notice kind="bad">{problem}</Notice> : null}
            {items.length > 0 ? <Runs runs={items} /> : null}
          </>
        )}
      </Loads>
      <More of={runs} />
      <Confirm question={question} onClose={() => setQuestion(null)} onDone={() => setQuestion(null)} />
    </Part>
  );
}

function Runs({ runs }: { runs: readonly ReconciliationView[] }) {
  return (
    <section class="stack-s" aria-label={texts.runs}>
      <h3>{texts.runs}</h3>
      <ol class="money-lines">
        {runs.map((run) => (
          <li key={run.id}>
            <Run run={run} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Run({ run }: { run: ReconciliationView }) {
  const { payments, charges, tickets } = run.compared;
  const verdict = verdictOf(run);
  return (
    <div class="money-line">
      <div class="money-line-head">
        <b class="num">{when(run.startedAt)}</b>
        <span class="small muted">{texts.trigger[run.trigger]}</span>
        <Tag kind={TAGS[verdict]}>{texts.verdicts[verdict]}</Tag>
        {run.dryRun ? <Tag>{texts.dryTag}</Tag> : null}
      </div>
      <p class="small num">{texts.compared(payments, charges, tickets)}</p>
      {run.found > 0 ? <p class="small num">{texts.counts(run.found, run.mended, run.queued)}</p> : null}
      {run.duplicates ? <p class="small num">{texts.duplicates(run.duplicates)}</p> : null}
      {run.error ? <p class="small long desk-bad">{run.error}</p> : null}
    </div>
  );
}
