/** What is asked before an operator's word on a refund, and what is said afterwards (rule U454). Pure. */
import type { RefundCase } from '../../../server/protocol/money.ts';
import type { Question } from '../../shell/confirm.tsx';
import { operatorMoneyTexts } from '../../texts/operator-money.ts';
import { formatMoney } from '../../ui/format.ts';
import type { RefundWord } from './refund-list.tsx';

const { refunds: texts } = operatorMoneyTexts;

export function questionOf(
  word: RefundWord,
  refund: RefundCase,
): { asks: Omit<Question, 'run'>; done: string } {
  const money = formatMoney(refund.amountCents, refund.currency);
  const order = refund.orderReference;
  switch (word) {
    case 'approve':
      return {
        asks: {
          title: texts.approveTitle(money),
          text: <p>{texts.approveText(refund.ticketIds.length, refund.userEmail)}</p>,
          confirm: texts.approveDo(money),
          reason: { label: texts.note, hint: texts.noteHint },
        },
        done: texts.approved(order),
      };
    case 'reject':
      return {
        asks: {
          title: texts.rejectTitle,
          text: <p>{texts.rejectText(refund.userEmail)}</p>,
          confirm: texts.rejectDo,
          danger: true,
          reason: { label: texts.reason, hint: texts.reasonHint, needed: texts.reasonMissing },
        },
        done: texts.rejected(order),
      };
    case 'retry':
      return {
        asks: { title: texts.retryTitle(money), text: <p>{texts.retryText}</p>, confirm: texts.retryDo },
        done: texts.retried(order),
      };
  }
}
