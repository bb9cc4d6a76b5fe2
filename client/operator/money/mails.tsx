/** Mails that did not go out, with why; and the newest of all. */
import { type ListedMail, MailList } from '../../mailbox/mail-list.tsx';
import { More, type Paged } from '../../shell/paged.tsx';
import { operatorMoneyTexts } from '../../texts/operator-money.ts';
import { Loads, Part } from '../../vendor/money/part.tsx';
import { AllFold } from './all-fold.tsx';
import '../../mailbox/mailbox.css';

const { mails: texts, all } = operatorMoneyTexts;

export function Mails({ failed }: { failed: Paged<ListedMail> }) {
  return (
    <Part title={texts.title}>
      <Loads loaded={failed.loaded} onRetry={failed.reload}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{texts.noneFailed}</p>
          ) : (
            <MailList mails={items} own={false} label={texts.failedOnly} />
          )
        }
      </Loads>
      <More of={failed} />
      <AllFold<ListedMail> path="/operations/mails" title={all}>
        {(items) => <MailList mails={items} own={false} label={all} />}
      </AllFold>
    </Part>
  );
}
