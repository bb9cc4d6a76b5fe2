/**
 * Ending suggestions by a mail's link, without logging in (rule N34). The link carries a signature over the account's id: it opens
 * nothing, it is good for this one thing, and it stays good while its key is in the ring.
 */

import { isUuid } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';

const OFF = statement(
  'suggestions_off',
  'update accounts.preferences set suggestions = false, updated_at = now() where user_id = $1 and suggestions',
);

export interface Unsubscribe {
  /** Takes a POST of anybody's. */
  post(userId: string): string;
  /** The page that asks before it sends that POST: mail programs open links by themselves. */
  page(userId: string): string;
  /** Refuses INVALID_REQUEST: no token of ours. */
  end(token: string): Promise<Result<void>>;
}

const words = (userId: string) => Buffer.from(`holdfast no more suggestions\n${userId}`);

/** @param pages where the pages are: `https://tickets.example` */
export function createUnsubscribe({
  db,
  keys,
  pages,
}: {
  db: Db;
  keys: KeyRing;
  pages: string;
}): Unsubscribe {
  function tokenOf(userId: string): string {
    const { kid, signature } = keys.sign('receipt', words(userId));
    return `${userId}.${kid}.${signature.toString('base64url')}`;
  }
  return {
    post: (userId) => `${pages}/suggestions/off?token=${tokenOf(userId)}`,
    page: (userId) => `${pages}/no-suggestions#${tokenOf(userId)}`,
    async end(token) {
      const [userId = '', kid = '', signature = '', ...more] = token.split('.');
      const good =
        more.length === 0 &&
        isUuid(userId) &&
        keys.verify('receipt', kid, words(userId), Buffer.from(signature, 'base64url'));
      if (!good)
        return refuse('INVALID_REQUEST', { field: 'token' }, 'This link is not whole. Copy all of it.');
      await db.all(OFF, [userId]);
      return ok(undefined);
    },
  };
}
