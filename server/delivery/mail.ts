/** A mail as the ledger has it, and as something to be written: the words both sides of the queue share. */
import type { TicketSheet } from './ticket-sheet.ts';

export const MAIL_KINDS = [
  'confirmation',
  'resend',
  'ticket_moved',
  'refund_decided',
  'refund_rejected',
  'refund_settled',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** A mail's words, before they become HTML and plain text. Everything in it is text: whoever renders it escapes it. */
export interface Letter {
  subject: string;
  heading: string;
  greeting: string;
  paragraphs: string[];
  /** What the mail is about, in rows of name and value. */
  rows: [name: string, value: string][];
  tickets: LetterTicket[];
  foot: string[];
}

export interface LetterTicket {
  title: string;
  /** Tier and seat. */
  what: string;
  code: string;
  /** Of the inline picture. */
  contentId: string;
}

/** Everything a message is made of: plain data, so that a thread can make it. */
export interface MailParts {
  messageId: string;
  /** ISO 8601: when the mail was written down. */
  date: string;
  from: { name: string; address: string };
  to: { name: string; address: string };
  letter: Letter;
  tickets: TicketSheet[];
  /** File names of the attachments; null: without. */
  pdfName: string | null;
  calendar: { name: string; text: string } | null;
}

export const attachmentsOf = (parts: Pick<MailParts, 'pdfName' | 'calendar'>): string[] =>
  [parts.pdfName, parts.calendar?.name ?? null].filter((name) => name !== null);
