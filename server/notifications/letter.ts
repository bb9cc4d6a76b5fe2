/** The mail that says what a device would have said (rules N33, N34); delivery makes and sends it. */
import { type Db, statement } from '../stores/index.ts';
import type { NoticeKind } from './kinds.ts';
import { readStandings } from './standing.ts';
import type { Suggest } from './suggest.ts';
import { MAIL_WORDS } from './words.ts';

const NOTICE = statement(
  'notice_for_mail',
  `select n.id, n.user_id as "userId", n.kind, u.name, u.email, clock_timestamp() as now, n.expires_at > now() as "isOpen"
     from notifications.notices n join accounts.users u on u.id = n.user_id
    where n.id = $1 and n.status = 'mailed' and u.disabled_at is null
      and (n.kind <> 'suggestion' or exists (select from accounts.preferences f where f.user_id = u.id and f.suggestions))`,
);

/** Everything is text: whoever renders it escapes it. */
export interface NoticeLetter {
  userId: string;
  toName: string;
  toAddress: string;
  subject: string;
  heading: string;
  paragraphs: string[];
  action: { label: string; url: string };
  foot: string[];
  /** Where one POST ends mails like this one (RFC 8058); null: it is about something that was asked for or bought. */
  unsubscribeUrl: string | null;
}

export type NoticeLetterOf = (noticeId: string) => Promise<NoticeLetter | null>;

interface Row {
  id: string;
  userId: string;
  kind: NoticeKind;
  name: string;
  email: string;
  now: Date;
  isOpen: boolean;
}

export interface LetterDeps {
  db: Db;
  suggest: Suggest;
  /** Where the pages are: `https://tickets.example` */
  pages: string;
  unsubscribe: { post(userId: string): string; page(userId: string): string };
}

/** Null: it is no longer so, or came too late. */
export const createNoticeLetter =
  ({ db, suggest, pages, unsubscribe }: LetterDeps): NoticeLetterOf =>
  async (noticeId) => {
    const notice = await db.one<Row>(NOTICE, [noticeId]);
    if (!notice?.isOpen) return null;
    const { kind, userId } = notice;
    const standing = (await readStandings(db, suggest, [notice], notice.now.getTime())).get(notice.id);
    if (standing?.say !== 'tell') return null;
    const wanted = kind === 'suggestion';
    return {
      userId,
      toName: notice.name,
      toAddress: notice.email,
      subject: standing.said.title,
      heading: standing.said.title,
      paragraphs: [standing.said.body, ...(standing.lines ?? [])],
      action: { label: MAIL_WORDS.action[kind], url: pages + standing.url },
      foot: [
        MAIL_WORDS.why[kind],
        wanted ? MAIL_WORDS.unsubscribe(unsubscribe.page(userId)) : MAIL_WORDS.settings(`${pages}/profile`),
      ],
      unsubscribeUrl: wanted ? unsubscribe.post(userId) : null,
    };
  };
