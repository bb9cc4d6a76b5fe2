/** Mails that did not go out, with why; and the newest of all. An order's tickets are sent once more, with a reason. */
import { useState } from 'preact/hooks';
import { type ListedMail, MailList } from '../../mailbox/mail-list.tsx';
import { api } from '../../session.ts';
import { Confirm, type Question } from '../../shell/confirm.tsx';
import { More, type Paged } from '../../shell/paged.tsx';
import { operatorMoneyTexts } from '../../texts/operator-money.ts';
import { Button } from '../../ui/index.ts';
import { Loads, Part, Said } from '../../vendor/money/part.tsx';
import { AllFold } from './all-fold.tsx';
import { bringsTickets } from './sentences.ts';
import '../../mailbox/mailbox.css';

const { mails: texts, all } = operatorMoneyTexts;

export function Mails({ failed }: { failed: Paged<ListedMail> }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const ask = (mail: ListedMail): void =>
    setQuestion({
      title: texts.resendTitle,
      text: <p>{texts.resendText(mail.to)}</p>,
      confirm: texts.resendDo,
      reason: { label: texts.reason, hint: texts.reasonHint, needed: texts.reasonMissing },
      run: async (reason) => {
        await api.request('POST', `/operations/orders/${mail.orderId}/resend`, { body: { reason } });
        setSaid(texts.resent(mail.to));
        failed.reload();
      },
    });
  const again = (mail: ListedMail) =>
    bringsTickets(mail) ? (
      <Button kind="quiet" small label={texts.resendLabel(mail.to, mail.subject)} onClick={() => ask(mail)}>
        {texts.resend}
      </Button>
    ) : null;
  return (
    <Part title={texts.title}>
      <Said text={said} />
      <Loads loaded={failed.loaded} onRetry={failed.reload}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{texts.noneFailed}</p>
          ) : (
            <MailList mails={items} own={false} label={texts.failedOnly} action={again} />
          )
        }
      </Loads>
      <More of={failed} />
      <AllFold<ListedMail> path="/operations/mails" title={all}>
        {(items) => <MailList mails={items} own={false} label={all} action={again} />}
      </AllFold>
      <Confirm question={question} onClose={() => setQuestion(null)} onDone={() => setQuestion(null)} />
    </Part>
  );
}
