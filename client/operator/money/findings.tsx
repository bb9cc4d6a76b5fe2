/** Differences between the books that wait for a person, by kind, each with what mends it; and those of the past. */
import { useState } from 'preact/hooks';
import type { FindingView } from '../../../server/protocol/money.ts';
import { api } from '../../session.ts';
import { Confirm, type Question } from '../../shell/confirm.tsx';
import { More, type Paged } from '../../shell/paged.tsx';
import { operatorMoneyTexts } from '../../texts/operator-money.ts';
import { Button, formatDateTime, formatMoney, ownZone, Tag } from '../../ui/index.ts';
import { Loads, Part, Said } from '../../vendor/money/part.tsx';
import { AllFold } from './all-fold.tsx';
import { byKind, type KindOfFinding } from './sentences.ts';

const { findings: texts, refunds, why } = operatorMoneyTexts;
const TAGS = { open: 'warn', mended: 'good', approved: 'good', dismissed: 'plain', gone: 'plain' } as const;

type Word = 'approve' | 'dismiss';

function asksOf(word: Word, finding: FindingView): Omit<Question, 'run'> {
  const about = <p class="long">{finding.explanation}</p>;
  if (word === 'dismiss')
    return {
      title: texts.dismissTitle,
      text: (
        <>
          {about}
          <p>{texts.dismissText}</p>
        </>
      ),
      confirm: texts.dismissDo,
      danger: true,
      reason: { label: why, hint: refunds.noteHint, needed: texts.reasonMissing },
    };
  return {
    title: texts.approveTitle,
    text: (
      <>
        {about}
        <p>{finding.action}</p>
        <p>{texts.approveText}</p>
      </>
    ),
    confirm: texts.approveDo,
    reason: { label: refunds.note, hint: refunds.noteHint },
  };
}

export function Findings({ open }: { open: Paged<FindingView> }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const ask = (word: Word, finding: FindingView): void =>
    setQuestion({
      ...asksOf(word, finding),
      run: async (reason) => {
        await api.request('POST', `/operations/findings/${finding.id}/${word}`, {
          body: reason ? { reason } : {},
        });
        setSaid(word === 'approve' ? texts.approved : texts.dismissed);
        open.reload();
      },
    });
  return (
    <Part title={texts.title}>
      <Said text={said} />
      <Loads loaded={open.loaded} onRetry={open.reload}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{texts.empty}</p>
          ) : (
            byKind(items).map((group) => <Group group={group} onWord={ask} key={group.kind} />)
          )
        }
      </Loads>
      <More of={open} />
      <AllFold<FindingView> path="/operations/findings" title={texts.past}>
        {(items) => (
          <ul class="money-lines">
            {items
              .filter(({ status }) => status !== 'open')
              .map((finding) => (
                <li key={finding.id}>
                  <Past finding={finding} />
                </li>
              ))}
          </ul>
        )}
      </AllFold>
      <Confirm question={question} onClose={() => setQuestion(null)} onDone={() => setQuestion(null)} />
    </Part>
  );
}

function Group(props: { group: KindOfFinding; onWord: (word: Word, finding: FindingView) => void }) {
  const { title, action, findings } = props.group;
  return (
    <section class="stack-s" aria-label={title}>
      <div class="money-line-head">
        <h3>{title}</h3>
        <Tag kind="warn">{texts.count(findings.length)}</Tag>
      </div>
      <p class="small muted">{action}</p>
      <ul class="money-lines">
        {findings.map((finding) => (
          <li key={finding.id} class="desk-line">
            <Finding finding={finding} />
            <div class="desk-words">
              <Button
                small
                label={texts.approveLabel(finding.explanation)}
                onClick={() => props.onWord('approve', finding)}
              >
                {texts.approve}
              </Button>
              <Button
                kind="quiet"
                small
                label={texts.dismissLabel(finding.explanation)}
                onClick={() => props.onWord('dismiss', finding)}
              >
                {texts.dismiss}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Finding({ finding }: { finding: FindingView }) {
  const when = (at: string): string => formatDateTime(at, ownZone());
  const { amountCents, currency } = finding;
  return (
    <div class="money-line">
      {amountCents !== null && currency !== null ? (
        <b class="num">{formatMoney(amountCents, currency)}</b>
      ) : null}
      <p class="long">{finding.explanation}</p>
      <p class="small muted num">{texts.seen(when(finding.firstSeenAt), when(finding.lastSeenAt))}</p>
    </div>
  );
}

function Past({ finding }: { finding: FindingView }) {
  return (
    <div class="stack-s">
      <div class="money-line-head">
        <b>{byKind([finding])[0]?.title}</b>
        <Tag kind={TAGS[finding.status]}>{texts.states[finding.status]}</Tag>
      </div>
      <Finding finding={finding} />
    </div>
  );
}
