/** Mails about an account's own affairs: from a letter of the accounts slice to what is queued and said (rules M60 to M63). */
import type { Ids } from '../kernel/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { ACCOUNT_WORDS, LINK_WITHHELD, PLAIN_GREETING } from './account-messages.ts';
import { oneLine } from './in-words.ts';
import { type AccountMailKind, isAccountMail, type Letter } from './mail.ts';
import { MAIL_TEXTS } from './messages.ts';
import { writeMail } from './queue.ts';

const LETTER = statement(
  'delivery_account_letter',
  `select l.id, l.kind, l.user_id as "userId", l.to_address as "toAddress", l.detail, l.spent_at is not null as spent, u.name
     from accounts.letters l join accounts.users u on u.id = l.user_id where l.id = $1`,
);

interface AccountLetter {
  id: string;
  kind: string;
  userId: string;
  toAddress: string;
  detail: string | null;
  spent: boolean;
  name: string;
}

/** Gives the address that a letter's link leads to; null: it is over, or shall not be told. */
export type LinkOf = (letterId: string) => Promise<string | null>;

/** Addresses that nobody has proven yet. */
const UNPROVEN: readonly AccountMailKind[] = ['verify_email', 'change_email', 'team_invitation'];
const isUnproven = (kind: AccountMailKind) => UNPROVEN.includes(kind);

/** Runs any number of times: of each letter there is one mail. */
export async function queueAccountMail(db: Db, ids: Ids, letterId: string): Promise<void> {
  const letter = await db.one<AccountLetter>(LETTER, [letterId]);
  if (!letter || !isAccountMail(letter.kind)) return;
  await writeMail(db, {
    id: ids.next(),
    kind: letter.kind,
    about: letter.id,
    userId: letter.userId,
    toName: isUnproven(letter.kind) ? '' : letter.name,
    toAddress: letter.toAddress,
    subject: ACCOUNT_WORDS[letter.kind].subject,
  });
}

/** Null: its link is used or over, or the letter is forgotten. `linkOf` absent: told without the link. */
export async function writeAccountLetter(
  db: Db,
  kind: AccountMailKind,
  letterId: string,
  linkOf: LinkOf | null,
): Promise<Letter | null> {
  const letter = await db.one<AccountLetter>(LETTER, [letterId]);
  if (!letter) return null;
  const words = ACCOUNT_WORDS[kind];
  const url = words.action === undefined || linkOf === null ? null : await linkOf(letterId);
  if (words.action !== undefined && linkOf !== null && url === null) return null;
  const withheld = words.action !== undefined && url === null ? [LINK_WITHHELD] : [];
  return {
    subject: words.subject,
    heading: words.heading,
    greeting: isUnproven(kind) ? PLAIN_GREETING : MAIL_TEXTS.greeting(oneLine(letter.name)),
    paragraphs: [...words.paragraphs(oneLine(letter.detail ?? '')), ...withheld],
    action: words.action !== undefined && url !== null ? { label: words.action, url } : null,
    rows: [],
    tickets: [],
    foot: [words.why],
  };
}
