/** A mail as the ledger has it, and as something to be written: the words both sides of the queue share. */
import type { TicketSheet } from './ticket-sheet.ts';

const ORDER_MAIL_KINDS = [
  'confirmation',
  'resend',
  'ticket_moved',
  'refund_decided',
  'refund_rejected',
  'refund_settled',
  'cancelation',
] as const;
export type OrderMailKind = (typeof ORDER_MAIL_KINDS)[number];

/** About an account's own affairs: what the accounts slice calls its letters. */
const ACCOUNT_MAIL_KINDS = [
  'verify_email',
  'change_email',
  'email_changing',
  'email_changed',
  'reset_password',
  'password_changed',
  'passkey_added',
  'passkey_frozen',
  'team_invitation',
  'team_joined',
] as const;
export type AccountMailKind = (typeof ACCOUNT_MAIL_KINDS)[number];
/** `notice`: what a device would have been told. */
export type MailKind = OrderMailKind | AccountMailKind | 'notice';

export const isAccountMail = (kind: string): kind is AccountMailKind =>
  (ACCOUNT_MAIL_KINDS as readonly string[]).includes(kind);

/** A mail's words, before they become HTML and plain text. Everything in it is text: whoever renders it escapes it. */
export interface Letter {
  subject: string;
  heading: string;
  greeting: string;
  paragraphs: string[];
  /** The one thing to do about it. */
  action: { label: string; url: string } | null;
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
  /** Where one POST ends mails like this one (RFC 8058). */
  unsubscribeUrl?: string | null;
}

export const attachmentsOf = (parts: Pick<MailParts, 'pdfName' | 'calendar'>): string[] =>
  [parts.pdfName, parts.calendar?.name ?? null].filter((name) => name !== null);
