/** The queue of refunds: those that wait for a word, those no bank would take, and all there were. */
import { useState } from 'preact/hooks';
import type { RefundCase } from '../../../server/protocol/money.ts';
import { api } from '../../session.ts';
import { Confirm, type Question } from '../../shell/confirm.tsx';
import { More, type Paged } from '../../shell/paged.tsx';
import { operatorMoneyTexts } from '../../texts/operator-money.ts';
import { Loads, Part, Said } from '../../vendor/money/part.tsx';
import { AllFold } from './all-fold.tsx';
import { RefundList, type RefundWord } from './refund-list.tsx';
import { questionOf } from './word-questions.tsx';

const { refunds: texts, all } = operatorMoneyTexts;

export function Refunds({ waiting, failed }: { waiting: Paged<RefundCase>; failed: Paged<RefundCase> }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const again = (): void => {
    waiting.reload();
    failed.reload();
  };
  const ask = (word: RefundWord, refund: RefundCase): void => {
    const { asks, done } = questionOf(word, refund);
    setQuestion({
      ...asks,
      run: async (reason) => {
        await api.request('POST', `/operations/refunds/${refund.id}/${word}`, {
          body: reason ? { reason } : {},
        });
        setSaid(done);
        again();
      },
    });
  };
  // Out of reach together, they are told together.
  const away = [waiting, failed].every(({ loaded }) => loaded.state === 'failed' && loaded.data === null);
  const none = waiting.loaded.data?.items.length === 0 && failed.loaded.data?.items.length === 0;
  return (
    <Part title={texts.title} id="refunds">
      <Said text={said} />
      {none ? <p>{texts.empty}</p> : null}
      <Loads loaded={waiting.loaded} onRetry={again}>
        {({ items }) =>
          items.length === 0 ? null : (
            <div class="stack-s">
              <h3>{texts.waiting}</h3>
              <RefundList refunds={items} onWord={ask} />
              <More of={waiting} />
            </div>
          )
        }
      </Loads>
      {away ? null : (
        <Loads loaded={failed.loaded} onRetry={failed.reload}>
          {({ items }) =>
            items.length === 0 ? null : (
              <div class="stack-s">
                <h3>{texts.failed}</h3>
                <RefundList refunds={items} onWord={ask} />
                <More of={failed} />
              </div>
            )
          }
        </Loads>
      )}
      <AllFold<RefundCase> path="/operations/refunds" title={all}>
        {(items) => <RefundList refunds={items} />}
      </AllFold>
      <Confirm question={question} onClose={() => setQuestion(null)} onDone={() => setQuestion(null)} />
    </Part>
  );
}
