/** Mails in a list: one's own lead to the mail, those of others only say what became of them. */
import type { ComponentChildren } from 'preact';
import type { MailView } from '../../server/protocol/money.ts';
import { mailboxTexts as texts } from '../texts/mailbox.ts';
import { formatDateTime, ownZone, Tag } from '../ui/index.ts';

/** With what only operators are told. */
export interface ListedMail extends MailView {
  failure?: string | null;
  reason?: string | null;
}

const KINDS = { queued: 'warn', sent: 'good', failed: 'bad' } as const;

export function MailState({ mail }: { mail: MailView }) {
  return (
    <Tag kind={KINDS[mail.status]}>
      {texts.states[mail.status]}
      {mail.tries > 1 ? `, ${texts.tries(mail.tries)}` : ''}
    </Tag>
  );
}

export function MailList(props: {
  mails: readonly ListedMail[];
  own: boolean;
  label: string;
  /** What can be done with one. */
  action?: (mail: ListedMail) => ComponentChildren;
}) {
  return (
    <ul class="mails" aria-label={props.label}>
      {props.mails.map((mail) => (
        <li class="card mail-row" key={mail.id}>
          <div class="grow">
            {props.own ? <a href={`/mailbox/${mail.id}`}>{mail.subject}</a> : <b>{mail.subject}</b>}
            <p class="small muted num">
              {formatDateTime(mail.sentAt ?? mail.createdAt, ownZone())}
              {props.own ? null : ` · ${mail.to}`}
            </p>
            {mail.failure ? (
              <p class="small">
                {texts.why}: {mail.failure}
              </p>
            ) : null}
            {mail.reason ? (
              <p class="small muted">
                {texts.askedBy}: {mail.reason}
              </p>
            ) : null}
          </div>
          <MailState mail={mail} />
          {props.action?.(mail)}
        </li>
      ))}
    </ul>
  );
}
