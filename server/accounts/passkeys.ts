/** One's own passkeys: the list, their names, and taking one away (rule A95). */
import { ok, type PasskeyView, type Result, refuse } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { normaliseName } from './register.ts';

const COLUMNS = `id, name, created_at as "createdAt", last_used_at as "lastUsedAt", backed_up as "backedUp",
  frozen_at is not null as frozen`;
const LIST = statement(
  'passkeys_list',
  `select ${COLUMNS} from accounts.passkeys where user_id = $1 order by created_at, id`,
);
const RENAME = statement(
  'passkey_rename',
  `update accounts.passkeys set name = $3 where id = $1 and user_id = $2 returning ${COLUMNS}`,
);
const REMOVE = statement(
  'passkey_remove',
  'delete from accounts.passkeys where id = $1 and user_id = $2 returning id',
);

export type PasskeyRow = Omit<PasskeyView, 'createdAt' | 'lastUsedAt'> & {
  createdAt: Date;
  lastUsedAt: Date | null;
};

export const passkeyView = (row: PasskeyRow): PasskeyView => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
});

export async function listPasskeys(db: Db, userId: string): Promise<PasskeyView[]> {
  return (await db.all<PasskeyRow>(LIST, [userId])).map(passkeyView);
}

export async function renamePasskey(
  db: Db,
  userId: string,
  passkeyId: string,
  name: string,
): Promise<Result<PasskeyView>> {
  const plain = normaliseName(name);
  if (plain === '') return refuse('INVALID_REQUEST', { field: 'name' }, 'Give it a name.');
  const row = await db.one<PasskeyRow>(RENAME, [passkeyId, userId, plain]);
  return row ? ok(passkeyView(row)) : refuse('NOT_FOUND');
}

/** Removing the last one is fine: there is always the password, or a mail to set a new one. */
export async function removePasskey(db: Db, userId: string, passkeyId: string): Promise<Result<null>> {
  return (await db.one(REMOVE, [passkeyId, userId])) ? ok(null) : refuse('NOT_FOUND');
}
