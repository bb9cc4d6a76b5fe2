/** One's own profile: reading it, and changing name, preferences, address and password in one edit (rules A50 to A55). */
import { createHash } from 'node:crypto';
import { isTimeZone } from '../kernel/index.ts';
import { ok, type Preferences, type ProfileView, type Result, refuse } from '../protocol/index.ts';
import type { Db } from '../stores/index.ts';
import { matchesVersion } from '../transport/index.ts';
import { keepHash, type PasswordDeps, prepareHash } from './change-password.ts';
import {
  KEEP_PERSONALISED,
  KEEP_PREFERENCES,
  PROFILE,
  type ProfileRow,
  preferencesRow,
  profileView,
} from './profile-rows.ts';
import { type Owner, proveOwner } from './prove.ts';
import { normaliseEmail, normaliseName } from './register.ts';
import { LOCK_USER, RENAME_USER, USER_BY_ID, type UserRow } from './statements.ts';

export interface ProfileChange {
  name?: string | undefined;
  /** Kept whole. */
  preferences?: Preferences | undefined;
  /** Where the account shall be; takes effect when it is confirmed there. The present one withdraws a change that waits. */
  email?: string | undefined;
  /** The new password. */
  password?: string | undefined;
  /** Proves that it is the owner who asks, and not whoever found the phone. */
  currentPassword?: string | undefined;
}

export interface Changed {
  profile: ProfileView;
  /** Sessions that ended with the old password. */
  endedSessions: string[];
}

/** The version an editor has read, and a digest of what is shown: `"3-5f0c…"`. */
export function etagOf(profile: ProfileView): string {
  const digest = createHash('sha256').update(JSON.stringify(profile)).digest('base64url').slice(0, 22);
  return `"${profile.version}-${digest}"`;
}

export async function readProfile(db: Db, userId: string): Promise<Result<ProfileView>> {
  const row = await db.one<ProfileRow>(PROFILE, [userId]);
  return row ? ok(profileView(row)) : refuse('NOT_FOUND');
}

/** What is wrong with it before anything is asked or changed. */
function problemWith({ name, preferences, password, currentPassword }: ProfileChange): Result<null> {
  if (name !== undefined && normaliseName(name) === '')
    return refuse('INVALID_REQUEST', { field: 'name' }, 'Say what we may call you.');
  if (password !== undefined && currentPassword === undefined)
    return refuse('INVALID_REQUEST', { field: 'currentPassword' }, 'Give your present password too.');
  const zone = preferences?.timeZone ?? null;
  if (zone !== null && !isTimeZone(zone))
    return refuse(
      'INVALID_REQUEST',
      { field: 'preferences.timeZone' },
      'That is no time zone. Use a name such as Europe/Zurich.',
    );
  if (preferences?.quietHours && zone === null)
    return refuse(
      'INVALID_REQUEST',
      { field: 'preferences.timeZone' },
      'Quiet hours need a time zone: say by whose clock.',
    );
  return ok(null);
}

type Address = 'same' | 'new' | null;

/** Whether the address may be changed: by its owner, and not to fill strangers' mailboxes. */
async function mayMove(
  deps: PasswordDeps,
  owner: Owner,
  user: UserRow,
  change: ProfileChange,
): Promise<Result<Address>> {
  if (change.email === undefined) return ok(null);
  const wanted = normaliseEmail(change.email);
  if (wanted === user.email) return ok('same');
  const proven = await proveOwner(deps, owner, user, change.currentPassword);
  if (!proven.ok) return proven;
  const allowed = await deps.throttle.letter(user.id, wanted);
  return allowed.ok ? ok('new') : allowed;
}

async function moveAddress(
  { ids, letters }: PasswordDeps,
  tx: Db,
  user: UserRow,
  change: ProfileChange,
): Promise<void> {
  const wanted = normaliseEmail(change.email ?? '');
  await letters.spendAll(tx, user.id, ['change_email']);
  if (wanted === user.email) return;
  const letter = { userId: user.id, detail: wanted };
  await letters.write(tx, { ...letter, id: ids.next(), kind: 'change_email', toAddress: wanted });
  await letters.write(tx, { ...letter, id: ids.next(), kind: 'email_changing', toAddress: user.email });
}

/** EDIT_CONFLICT when `ifMatch` names another version, or another change of the password was quicker. */
export async function changeProfile(
  deps: PasswordDeps,
  owner: Owner,
  change: ProfileChange,
  ifMatch?: string,
): Promise<Result<Changed>> {
  const fit = problemWith(change);
  if (!fit.ok) return fit;
  const user = await deps.db.one<UserRow>(USER_BY_ID, [owner.userId]);
  if (!user) return refuse('NOT_FOUND');
  const address = await mayMove(deps, owner, user, change);
  if (!address.ok) return address;
  const { password, currentPassword = '' } = change;
  const hash =
    password === undefined
      ? null
      : await prepareHash(
          deps,
          user,
          {
            current: { field: 'currentPassword', password: currentPassword },
            next: { field: 'password', password },
          },
          owner.address,
        );
  if (hash && !hash.ok) return hash;
  return deps.db.transaction(async (tx) => {
    const locked = await tx.one<{ version: number }>(LOCK_USER, [user.id]);
    if (!locked) return refuse('NOT_FOUND');
    if (!matchesVersion(ifMatch, locked.version)) return refuse('EDIT_CONFLICT');
    const ended = hash
      ? await keepHash(deps, tx, user, { hash: hash.value, keepSession: owner.sessionId })
      : [];
    if (!ended) return refuse('EDIT_CONFLICT');
    if (change.preferences) await tx.all(KEEP_PREFERENCES, preferencesRow(user.id, change.preferences));
    const { personalised } = change.preferences ?? {};
    if (personalised !== undefined) await tx.all(KEEP_PERSONALISED, [user.id, personalised]);
    if (address.value) await moveAddress(deps, tx, user, change);
    await tx.all(RENAME_USER, [user.id, change.name === undefined ? null : normaliseName(change.name)]);
    const profile = await readProfile(tx, user.id);
    return profile.ok ? ok({ profile: profile.value, endedSessions: ended }) : profile;
  });
}
