/** Words of the mailbox. */
import type { MailView } from '../../server/protocol/money.ts';

const states: Record<MailView['status'], string> = {
  queued: 'on its way',
  sent: 'sent',
  failed: 'could not be sent',
};

export const mailboxTexts = {
  title: 'Mailbox',
  sub: 'The mails we sent you, newest first.',
  emptyTitle: 'No mails yet.',
  emptyText: 'Your tickets come by mail as soon as they are paid, and are kept here too.',
  toEvents: 'See all events',
  toList: 'All mails',
  states,
  tries: (count: number) => `tried ${count} times`,
  to: 'To',
  sent: 'Sent',
  written: 'Written',
  attachments: 'Attached',
  frame: (subject: string) => `The mail “${subject}”`,
  view: 'How to show it',
  asSent: 'As sent',
  asText: 'As text',
  nothing: 'Nothing of this mail is left to show: what it was about is over.',
  allOf: 'All mails',
  allSub: 'Mails to everybody, and what became of them. What is in them is for their owners.',
  why: 'Why',
  askedBy: 'Sent again because',
} as const;
