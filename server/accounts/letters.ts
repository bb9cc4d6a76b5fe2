/**
 * Mails that an account's own affairs ask for, and the links in some of them (rules A60 to A63, A70 to A73).
 *
 *   written down ─outbox▶ a mail is queued ─▶ the mail is made: the link's secret is minted, its hash kept ─▶ spent once
 *
 * A secret is derived from the letter's id with a signing key, so that a mail sent twice has the same link, and nothing in the
 * ledger, its outbox or its copies opens an account. It is minted when the mail is made: a key that was changed meanwhile
 * costs nobody their link.
 */
import { createHash } from 'node:crypto';
import type { KeyRing } from '../keys/index.ts';
import { LIMITS } from '../limits.ts';
import { type Db, statement } from '../stores/index.ts';

/** Those with a link: how long it is good for. */
const LINKS = {
  verify_email: { seconds: LIMITS.verifyLinkSeconds, page: '/verify-email' },
  change_email: { seconds: LIMITS.verifyLinkSeconds, page: '/verify-email' },
  reset_password: { seconds: LIMITS.resetLinkSeconds, page: '/reset-password' },
  team_invitation: { seconds: LIMITS.teamLinkSeconds, page: '/join-team' },
} as const;
export type LinkKind = keyof typeof LINKS;
export type LetterKind =
  | LinkKind
  | 'email_changing'
  | 'email_changed'
  | 'password_changed'
  | 'passkey_added'
  | 'passkey_frozen'
  | 'team_joined';

/** A second one of the same id is none: what writes it may be repeated. */
const WRITE = statement(
  'letter_write',
  `with letter as (
     insert into accounts.letters (id, user_id, kind, to_address, detail, expires_at)
     values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
     on conflict (id) do nothing returning id)
   insert into ticketing.outbox (topic, payload)
   select 'account.letter', jsonb_build_object('letterId', id) from letter`,
);
const OPEN = `spent_at is null and expires_at > now()`;
const KIND = statement('letter_kind', `select kind from accounts.letters where id = $1 and ${OPEN}`);
const MINT = statement(
  'letter_mint',
  `update accounts.letters set secret_hash = $2 where id = $1 and ${OPEN}`,
);
const BY_SECRET = statement(
  'letter_by_secret',
  `select id, user_id as "userId", kind, to_address as "toAddress" from accounts.letters where secret_hash = $1 and ${OPEN}`,
);
const SPEND = statement(
  'letter_spend',
  `update accounts.letters set spent_at = now() where id = $1 and ${OPEN} returning id`,
);
const SPEND_KINDS = statement(
  'letter_spend_kinds',
  'update accounts.letters set spent_at = now() where user_id = $1 and kind = any ($2) and spent_at is null and expires_at is not null',
);

export interface Letter {
  id: string;
  userId: string;
  kind: LetterKind;
  toAddress: string;
  detail?: string;
}
export interface OpenLetter {
  id: string;
  userId: string;
  kind: LinkKind;
  toAddress: string;
}

export interface Letters {
  /** Within the transaction of what it is about. */
  write(db: Db, letter: Letter): Promise<void>;
  /** The address that a letter's mail leads to; null: the letter has none, or its time is over. */
  linkOf(letterId: string): Promise<string | null>;
  /** The letter a link came in, if it may still be used; nothing is spent yet. */
  find(secret: string): Promise<OpenLetter | null>;
  /** True for the one who spends it. */
  spend(db: Db, letterId: string): Promise<boolean>;
  /** Links of these kinds open nothing any more. */
  spendAll(db: Db, userId: string, kinds: readonly LinkKind[]): Promise<void>;
}

const SECRET = /^hfl_[A-Za-z0-9_-]{43}$/;
const hashOf = (secret: string) => createHash('sha256').update(secret).digest();
const isLink = (kind: LetterKind): kind is LinkKind => kind in LINKS;

/** @param pages where the pages are: `https://tickets.example` */
export function createLetters({ db, keys, pages }: { db: Db; keys: KeyRing; pages: string }): Letters {
  function secretOf(letterId: string): string {
    const { signature } = keys.sign('access', Buffer.from(`holdfast letter\n${letterId}`));
    return `hfl_${createHash('sha256').update(signature).digest('base64url')}`;
  }

  return {
    async write(on, { id, userId, kind, toAddress, detail }) {
      const seconds = isLink(kind) ? LINKS[kind].seconds : null;
      await on.all(WRITE, [id, userId, kind, toAddress, detail ?? null, seconds]);
    },
    async linkOf(letterId) {
      const letter = await db.one<{ kind: LinkKind }>(KIND, [letterId]);
      if (!letter) return null;
      const secret = secretOf(letterId);
      await db.all(MINT, [letterId, hashOf(secret)]);
      // After the #: browsers send it to nobody, so that it stands in no log and no Referer.
      return `${pages}${LINKS[letter.kind].page}#${secret}`;
    },
    async find(secret) {
      if (!SECRET.test(secret)) return null;
      return (await db.one<OpenLetter>(BY_SECRET, [hashOf(secret)])) ?? null;
    },
    spend: async (on, letterId) => (await on.one(SPEND, [letterId])) !== undefined,
    async spendAll(on, userId, kinds) {
      await on.all(SPEND_KINDS, [userId, kinds]);
    },
  };
}
