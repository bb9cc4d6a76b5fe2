/** Writes mails down. From then on they are the worker's (send.ts): whoever queues waits for no mail server. */
import type { Ids } from '../kernel/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { readOrderFacts, readRefundFacts } from './facts.ts';
import { subjectOf } from './letter.ts';
import type { MailKind, OrderMailKind } from './mail.ts';

/** A second mail of the same kind about the same thing is none (rule M1). */
const WRITE = statement(
  'mail_write',
  `insert into delivery.mails
     (id, kind, about, user_id, order_id, refund_id, to_name, to_address, subject, requested_by, reason)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
   on conflict on constraint one_mail_per_occasion do nothing returning id`,
);

/** Asked first: most orders are told twice, and the second time costs one look. */
const WRITTEN = statement(
  'mail_written',
  'select 1 as one from delivery.mails where kind = $1 and about = $2',
);

export interface NewMail {
  id: string;
  kind: MailKind;
  about: string;
  userId: string;
  toName: string;
  toAddress: string;
  subject: string;
  orderId?: string;
  refundId?: string | undefined;
  requestedBy?: string | undefined;
  reason?: string | undefined;
}

/** Its id, or null: there was one already. */
export async function writeMail(db: Db, mail: NewMail): Promise<string | null> {
  const row = await db.one<{ id: string }>(WRITE, [
    mail.id,
    mail.kind,
    mail.about,
    mail.userId,
    mail.orderId ?? null,
    mail.refundId ?? null,
    mail.toName,
    mail.toAddress,
    mail.subject,
    mail.requestedBy ?? null,
    mail.reason ?? null,
  ]);
  return row?.id ?? null;
}

export interface MailOrder {
  kind: OrderMailKind;
  /** Of each kind there is one mail about it. */
  about: string;
  orderId: string;
  refundId?: string;
  requestedBy?: string;
  reason?: string;
}

/** The new mail's id, or null: there was one already, or what it is about does not exist. */
export async function queueMail(db: Db, ids: Ids, wanted: MailOrder): Promise<string | null> {
  if (await db.one(WRITTEN, [wanted.kind, wanted.about])) return null;
  const order = await readOrderFacts(db, wanted.orderId);
  const refund = wanted.refundId === undefined ? null : await readRefundFacts(db, wanted.refundId);
  if (!order || refund === undefined) return null;
  return writeMail(db, {
    ...wanted,
    id: ids.next(),
    userId: order.userId,
    toName: order.toName,
    toAddress: order.toAddress,
    subject: subjectOf(wanted.kind, order, refund),
  });
}
