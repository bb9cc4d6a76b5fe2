/** From a mail's row to everything its message is made of, as things stand now. */
import type { NoticeLetterOf } from '../notifications/index.ts';
import type { Db } from '../stores/index.ts';
import { calendarOfOrder } from '../tickets/index.ts';
import { type LinkOf, writeAccountLetter } from './account-mail.ts';
import { readOrderFacts, readRefundFacts } from './facts.ts';
import { sheetsOf, writeLetter } from './letter.ts';
import {
  type AccountMailKind,
  isAccountMail,
  type MailKind,
  type MailParts,
  type OrderMailKind,
} from './mail.ts';
import { writeNoticeLetter } from './notice-mail.ts';

export interface MailRow {
  id: string;
  kind: MailKind;
  about: string;
  orderId: string | null;
  refundId: string | null;
  toName: string;
  toAddress: string;
  /** What whoever caused it said. */
  reason: string | null;
  createdAt: Date;
}

export type Sender = MailParts['from'];

/** The same for every copy of a mail: who sends it twice says so (rule M6). */
export const messageIdOf = (mailId: string, from: Sender): string =>
  `${mailId}@${from.address.slice(from.address.lastIndexOf('@') + 1)}`;

/** A moved ticket's mail is about `<ticket>:<version of its code>`. */
const movedTicket = (about: string): string => about.split(':')[0] as string;

/** Null when there is nothing left to tell: its tickets are no longer valid, its order is gone, its link is used or over. */
export async function composeMail(
  db: Db,
  from: Sender,
  mail: MailRow,
  linkOf: LinkOf | null,
  noticeOf: NoticeLetterOf,
): Promise<MailParts | null> {
  const { kind } = mail;
  if (kind === 'notice') return composeNoticeMail(from, mail, noticeOf);
  return isAccountMail(kind)
    ? composeAccountMail(db, from, { ...mail, kind }, linkOf)
    : composeOrderMail(db, from, { ...mail, kind });
}

const envelope = (from: Sender, mail: MailRow): Pick<MailParts, 'messageId' | 'date' | 'from' | 'to'> => ({
  messageId: messageIdOf(mail.id, from),
  date: mail.createdAt.toISOString(),
  from,
  to: { name: mail.toName, address: mail.toAddress },
});

async function composeNoticeMail(
  from: Sender,
  mail: MailRow,
  noticeOf: NoticeLetterOf,
): Promise<MailParts | null> {
  const said = await writeNoticeLetter(noticeOf, mail.about);
  return said && { ...envelope(from, mail), ...said, tickets: [], pdfName: null, calendar: null };
}

async function composeAccountMail(
  db: Db,
  from: Sender,
  mail: MailRow & { kind: AccountMailKind },
  linkOf: LinkOf | null,
): Promise<MailParts | null> {
  const letter = await writeAccountLetter(db, mail.kind, mail.about, linkOf);
  return letter && { ...envelope(from, mail), letter, tickets: [], pdfName: null, calendar: null };
}

async function composeOrderMail(
  db: Db,
  from: Sender,
  mail: MailRow & { kind: OrderMailKind },
): Promise<MailParts | null> {
  const order = mail.orderId === null ? null : await readOrderFacts(db, mail.orderId);
  if (!order) return null;
  const refund = mail.refundId === null ? null : ((await readRefundFacts(db, mail.refundId)) ?? null);
  const tickets = refund
    ? []
    : mail.kind === 'ticket_moved'
      ? order.tickets.filter((ticket) => ticket.id === movedTicket(mail.about))
      : order.tickets;
  if (!refund && tickets.length === 0) return null;
  // Tickets of a canceled event open no door: they are not sent about.
  const sent = mail.kind === 'cancelation' ? [] : tickets;
  const told = { ...order, tickets: sent };
  return {
    ...envelope(from, mail),
    letter: writeLetter(mail.kind, told, refund, mail.reason),
    tickets: sheetsOf(told),
    pdfName: sent.length === 0 ? null : `tickets-${order.reference}.pdf`,
    calendar:
      sent.length === 0
        ? null
        : { name: `event-${order.reference}.ics`, text: calendarOfOrder(sent, mail.createdAt.getTime()) },
  };
}
