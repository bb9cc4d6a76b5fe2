/** `/operator/money`: what waits for an operator in sentences, then refunds, disputes, the books, webhooks and mails. */
import { useEffect } from 'preact/hooks';
import type {
  DisputeView,
  FindingView,
  ReconciliationView,
  RefundCase,
  WebhookView,
} from '../../../server/protocol/money.ts';
import type { ListedMail } from '../../mailbox/mail-list.tsx';
import { useEvery } from '../../shell/load.ts';
import { type Paged, usePaged } from '../../shell/paged.tsx';
import { useTitle } from '../../shell/states.tsx';
import { operatorMoneyTexts as texts } from '../../texts/operator-money.ts';
import { watchSecond } from '../../time.ts';
import { classes } from '../../ui/index.ts';
import { Books } from './books.tsx';
import { Disputes } from './disputes.tsx';
import { Findings } from './findings.tsx';
import { Mails } from './mails.tsx';
import { Refunds } from './refunds.tsx';
import { counted, type Desk, waitingOf } from './sentences.ts';
import { Webhooks } from './webhooks.tsx';
import '../../vendor/vendor.css';
import '../../vendor/money/money.css';
import '../operator.css';

const REFRESH_MS = 5_000;

export default function MoneyDesk() {
  useTitle(texts.title);
  useEffect(watchSecond, []);
  const waiting = usePaged<RefundCase>('/operations/refunds?status=requested');
  const failed = usePaged<RefundCase>('/operations/refunds?status=failed');
  const disputes = usePaged<DisputeView>('/operations/disputes');
  const findings = usePaged<FindingView>('/operations/findings?status=open');
  const runs = usePaged<ReconciliationView>('/operations/reconciliations');
  const dead = usePaged<WebhookView>('/operations/webhooks?status=dead');
  const mails = usePaged<ListedMail>('/operations/mails?status=failed');
  const all: Paged<unknown>[] = [waiting, failed, disputes, findings, runs, dead, mails];
  const reload = (): void => {
    for (const each of all) each.reload();
  };
  useEvery(REFRESH_MS, reload);

  const open = disputes.loaded.data?.items.filter(({ status }) => status === 'open') ?? null;
  const desk: Desk = {
    refunds: counted(waiting.loaded.data),
    failed: counted(failed.loaded.data),
    disputes: open && counted({ items: open, nextCursor: null }),
    findings: counted(findings.loaded.data),
    dead: counted(dead.loaded.data),
    mails: counted(mails.loaded.data),
    run: runs.loaded.data?.items[0] ?? null,
  };
  return (
    <div class="page operator money-page">
      <div class="page-head">
        <div>
          <a href="/operator" class="money-back">
            {texts.back}
          </a>
          <h1>{texts.title}</h1>
          <p>{texts.sub}</p>
        </div>
      </div>
      <Says
        desk={desk}
        blind={all.some(({ loaded }) => loaded.state === 'failed')}
        known={all.every(({ loaded }) => loaded.state !== 'loading')}
      />
      <Refunds waiting={waiting} failed={failed} />
      <Findings open={findings} />
      <div class="money-two">
        <Books runs={runs} onStarted={reload} />
        <div class="money-side">
          <Disputes disputes={disputes} />
          <Webhooks dead={dead} />
          <Mails failed={mails} />
        </div>
      </div>
    </div>
  );
}

/** Nothing is claimed of what was not asked: all is well only once everything has answered. */
function Says({ desk, blind, known }: { desk: Desk; blind: boolean; known: boolean }) {
  const waits = waitingOf(desk);
  if (waits.length === 0 && !blind && !known) return null;
  const kind = waits.length > 0 ? 'unsure' : blind ? 'unsure' : 'good';
  return (
    <section class={classes('verdict', kind)} role="status">
      <div class="grow">
        <p class="verdict-says">
          {waits.length > 0 ? texts.needsYou(waits.length) : blind ? texts.notKnown : texts.allWell}
        </p>
        {waits.length > 0 ? (
          <ul class="verdict-list num">
            {waits.map((what) => (
              <li key={what}>{what}</li>
            ))}
          </ul>
        ) : null}
        {blind ? <p>{texts.notKnownText}</p> : waits.length === 0 ? <p>{texts.allWellText}</p> : null}
      </div>
    </section>
  );
}
