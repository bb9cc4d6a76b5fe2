/** Mails that say what a device would have been told (rules N33, N34): from a notice of server/notifications to what is queued and said. */
import type { Ids } from '../kernel/index.ts';
import type { NoticeLetterOf } from '../notifications/index.ts';
import type { Db } from '../stores/index.ts';
import { oneLine } from './in-words.ts';
import type { Letter } from './mail.ts';
import { MAIL_TEXTS } from './messages.ts';
import { writeMail } from './queue.ts';

/** Runs any number of times: of each notice there is one mail, and none where nothing is left to say. */
export async function queueNoticeMail(
  db: Db,
  ids: Ids,
  noticeOf: NoticeLetterOf,
  noticeId: string,
): Promise<void> {
  const letter = await noticeOf(noticeId);
  if (!letter) return;
  const { userId, toName, toAddress, subject } = letter;
  await writeMail(db, {
    id: ids.next(),
    kind: 'notice',
    about: noticeId,
    userId,
    toName,
    toAddress,
    subject,
  });
}

/** Null: it is no longer so, or too late by now. */
export async function writeNoticeLetter(
  noticeOf: NoticeLetterOf,
  noticeId: string,
): Promise<{ letter: Letter; unsubscribeUrl: string | null } | null> {
  const said = await noticeOf(noticeId);
  if (!said) return null;
  const { subject, heading, toName, paragraphs, action, foot, unsubscribeUrl } = said;
  const greeting = MAIL_TEXTS.greeting(oneLine(toName));
  return {
    letter: { subject, heading, greeting, paragraphs, action, rows: [], tickets: [], foot },
    unsubscribeUrl,
  };
}
