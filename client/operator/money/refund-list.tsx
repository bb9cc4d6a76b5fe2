/** Refunds as an operator reads them: how much goes where, why, how far it is, and what one may say about it. */
import type { RefundCase, RefundStatus } from '../../../server/protocol/money.ts';
import { operatorMoneyTexts } from '../../texts/operator-money.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { Button, formatDateTime, formatMoney, ownZone, Tag } from '../../ui/index.ts';

const { refunds: texts, tickets, order } = operatorMoneyTexts;
const TAGS: Record<RefundStatus, 'good' | 'warn' | 'bad' | 'plain'> = {
  requested: 'warn',
  rejected: 'plain',
  sending: 'warn',
  succeeded: 'good',
  failed: 'bad',
};

export type RefundWord = 'approve' | 'reject' | 'retry';

interface Props {
  refunds: readonly RefundCase[];
  /** Left out: only to be read. */
  onWord?: (word: RefundWord, refund: RefundCase) => void;
}

export function RefundList({ refunds, onWord }: Props) {
  return (
    <ul class="money-lines">
      {refunds.map((refund) => (
        <li key={refund.id} class="desk-line">
          <Refund refund={refund} />
          {onWord ? <Words refund={refund} onWord={onWord} /> : null}
        </li>
      ))}
    </ul>
  );
}

function Refund({ refund }: { refund: RefundCase }) {
  const money = (minor: number): string => formatMoney(minor, refund.currency);
  const facts = [
    vendorMoneyTexts.refunds.causes[refund.cause] ?? refund.cause,
    refund.feeCents > 0 ? texts.kept(money(refund.feeCents)) : null,
    refund.tries > 0 ? texts.tries(refund.tries) : null,
    formatDateTime(refund.createdAt, ownZone()),
  ].filter(Boolean);
  return (
    <div class="money-line">
      <div class="money-line-head">
        <b class="num">{money(refund.amountCents)}</b>
        <span class="long">{texts.to(refund.userEmail)}</span>
        <Tag kind={TAGS[refund.status]}>{texts.states[refund.status]}</Tag>
      </div>
      <p class="small num long">
        {tickets(refund.ticketIds.length)}, {order(refund.orderReference)}, {refund.eventTitle}
      </p>
      <p class="small muted num">{facts.join(' · ')}</p>
      {refund.reason ? <p class="small long">{texts.saysFan(refund.reason)}</p> : null}
      {refund.failure ? <p class="small long desk-bad">{texts.failure(refund.failure)}</p> : null}
    </div>
  );
}

function Words({ refund, onWord }: { refund: RefundCase; onWord: NonNullable<Props['onWord']> }) {
  const named = order(refund.orderReference);
  if (refund.status === 'requested')
    return (
      <div class="desk-words">
        <Button small label={texts.approveLabel(named)} onClick={() => onWord('approve', refund)}>
          {texts.approve}
        </Button>
        <Button kind="quiet" small label={texts.rejectLabel(named)} onClick={() => onWord('reject', refund)}>
          {texts.reject}
        </Button>
      </div>
    );
  if (refund.status !== 'failed') return null;
  return (
    <div class="desk-words">
      <Button kind="quiet" small label={texts.retryLabel(named)} onClick={() => onWord('retry', refund)}>
        {texts.retry}
      </Button>
    </div>
  );
}
