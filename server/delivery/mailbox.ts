/** Mails as people look at them: their own whole, everybody's as a list of what became of them (rules M22, M23). */
import PostalMime from 'postal-mime';
import type { NoticeLetterOf } from '../notifications/index.ts';
import { type MailView, ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { composeMail, type MailRow, type Sender } from './compose-mail.ts';
import type { Press } from './press.ts';

const COLUMNS = `m.id, m.kind, m.to_address as "to", m.subject, m.order_id as "orderId", m.status, m.tries, m.attachments,
  m.created_at as "createdAt", m.sent_at as "sentAt"`;
const VIEW = statement('mail_view', `select ${COLUMNS} from delivery.mails m where m.id = $1`);
const MINE = statement(
  'mails_mine',
  `select ${COLUMNS} from delivery.mails m
    where m.user_id = $1 and ($2::uuid is null or m.id < $2) order by m.id desc limit $3`,
);
const ALL = statement(
  'mails_all',
  `select ${COLUMNS}, m.failure, m.requested_by as "requestedBy", m.reason from delivery.mails m
    where ($1::text is null or m.status = $1) and ($2::uuid is null or m.id < $2) order by m.id desc limit $3`,
);
const WHOLE = statement(
  'mail_whole',
  `select ${COLUMNS}, m.about, m.refund_id as "refundId", m.to_name as "toName", m.to_address as "toAddress", m.reason, m.raw
     from delivery.mails m where m.id = $1 and m.user_id = $2`,
);

type ViewRow = Omit<MailView, 'createdAt' | 'sentAt'> & { createdAt: Date; sentAt: Date | null };
/** With what only operators see. */
export interface OperatedMail extends MailView {
  failure: string | null;
  requestedBy: string | null;
  reason: string | null;
}
type OperatedRow = ViewRow & Pick<OperatedMail, 'failure' | 'requestedBy' | 'reason'>;

const view = (row: ViewRow): MailView => ({
  id: row.id,
  to: row.to,
  subject: row.subject,
  kind: row.kind,
  orderId: row.orderId,
  status: row.status,
  tries: row.tries,
  attachments: row.attachments,
  createdAt: row.createdAt.toISOString(),
  sentAt: row.sentAt?.toISOString() ?? null,
});

export interface MailPage<T> {
  items: T[];
  nextCursor: string | null;
}
/** Ids are time-ordered: newest first. */
function pageOf<Row extends { id: string }, T>(
  rows: Row[],
  limit: number,
  show: (row: Row) => T,
): MailPage<T> {
  const shown = rows.slice(0, limit);
  return { items: shown.map(show), nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
}

export async function readMailView(db: Db, mailId: string): Promise<MailView | null> {
  const row = await db.one<ViewRow>(VIEW, [mailId]);
  return row ? view(row) : null;
}

export async function readMyMails(db: Db, userId: string, limit: number, after: string | null) {
  return pageOf(await db.all<ViewRow>(MINE, [userId, after, limit + 1]), limit, view);
}

export async function readAllMails(db: Db, status: string | null, limit: number, after: string | null) {
  return pageOf(
    await db.all<OperatedRow>(ALL, [status, after, limit + 1]),
    limit,
    (row): OperatedMail => ({
      ...view(row),
      failure: row.failure,
      requestedBy: row.requestedBy,
      reason: row.reason,
    }),
  );
}

export interface ReadMail {
  mail: MailView;
  /** Null: nothing is left of it to show. */
  html: string | null;
  text: string | null;
}

/** Pictures inside the message take the place of their names, so that a page shows them without asking anybody. */
async function openMessage(raw: Buffer): Promise<{ html: string | null; text: string | null }> {
  const { html, text, attachments } = await PostalMime.parse(raw, { attachmentEncoding: 'base64' });
  const pictures = new Map(
    attachments.flatMap(({ contentId, mimeType, content }) =>
      contentId && mimeType.startsWith('image/')
        ? [[contentId.replace(/^<|>$/g, ''), `data:${mimeType};base64,${content}`] as const]
        : [],
    ),
  );
  return {
    html: html?.replace(/cid:([^"'\s>]+)/g, (whole, id: string) => pictures.get(id) ?? whole) ?? null,
    text: text ?? null,
  };
}

/**
 * A mail that was kept is shown as it was sent; one that waits, or that a mail server has, as it would be sent now, but for
 * the links that open the account: reading them in the real mailbox is what proves whose it is (rule M62).
 */
export async function readMyMail(
  deps: { db: Db; press: Pick<Press, 'mail'>; from: Sender; noticeOf: NoticeLetterOf },
  userId: string,
  mailId: string,
): Promise<Result<ReadMail>> {
  const row = await deps.db.one<ViewRow & MailRow & { raw: Buffer | null }>(WHOLE, [mailId, userId]);
  if (!row) return refuse('NOT_FOUND');
  const parts = row.raw ? null : await composeMail(deps.db, deps.from, row, null, deps.noticeOf);
  const raw = row.raw ?? (parts && (await deps.press.mail(parts)));
  const message = raw ? await openMessage(raw) : { html: null, text: null };
  return ok({ mail: view(row), ...message });
}
