/** Into a team: the invitation's mail, its link, and joining by it (rules VT10 to VT14). */
import type { Letters } from '../accounts/index.ts';
import type { Ids } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import {
  type InvitationLook,
  type MyTeam,
  type NewInvitation,
  ok,
  RefusalError,
  type Result,
  refuse,
  type TeamRight,
} from '../protocol/index.ts';
import { type Db, type Pool, statement } from '../stores/index.ts';
import { type By, STANDS, stillCovers } from './members.ts';
import { covers, ordered } from './rights.ts';

/** One after the other per vendor: whoever counts, counts what is. */
const LOCK_VENDOR = statement(
  'team_lock_vendor',
  `select id, name, email from accounts.users where id = $1 and role = 'vendor' and disabled_at is null for no key update`,
);
const COUNTS = statement(
  'team_counts',
  `select (select count(*)::int from accounts.team_members where vendor_id = $1) as members,
          (select count(*)::int from accounts.team_invitations i join accounts.letters l on l.id = i.letter_id
            where i.vendor_id = $1 and l.spent_at is null and l.expires_at > now() and ${STANDS}) as invitations`,
);
const INVITE = statement(
  'team_invite',
  'insert into accounts.team_invitations (letter_id, vendor_id, rights, invited_by) values ($1, $2, $3, $4)',
);
const EXPIRES = statement(
  'team_invitation_expires',
  'select expires_at as "expiresAt" from accounts.letters where id = $1',
);
const LOOK = statement(
  'team_invitation_look',
  `select i.vendor_id as "vendorId", v.name, i.rights, l.expires_at as "expiresAt"
     from accounts.team_invitations i join accounts.letters l on l.id = i.letter_id join accounts.users v on v.id = i.vendor_id
    where i.letter_id = $1 and v.disabled_at is null and ${STANDS}`,
);
/** Whoever is removing the one who invited is waited for. */
const LOCK_INVITER = statement(
  'team_lock_inviter',
  `select from accounts.team_invitations i join accounts.team_members m on m.vendor_id = i.vendor_id and m.user_id = i.invited_by
    where i.letter_id = $1 for share of m`,
);
const IS_GOOD = statement(
  'team_invitation_stands',
  `select from accounts.team_invitations i where i.letter_id = $1 and ${STANDS}`,
);
const OPEN_OF = statement(
  'team_open_invitation',
  `select i.rights from accounts.team_invitations i where i.letter_id = $1 and i.vendor_id = $2`,
);
const PERSON = statement('team_person', 'select name, email, role from accounts.users where id = $1');
const JOIN = statement(
  'team_join',
  `insert into accounts.team_members as m (vendor_id, user_id, rights, invited_by)
   select vendor_id, $2, rights, invited_by from accounts.team_invitations where letter_id = $1
   on conflict (vendor_id, user_id) do update
      set rights = (select array_agg(distinct r) from unnest(m.rights || excluded.rights) r)
   returning vendor_id as "vendorId", rights, created_at as since`,
);
const JOINED = statement(
  'team_joined',
  'update accounts.team_invitations set joined_by = $2 where letter_id = $1',
);

export interface InviteDeps {
  db: Pool;
  ids: Ids;
  letters: Letters;
}

interface Vendor {
  id: string;
  name: string;
  email: string;
}

const NOT_VALID = refuse('LINK_NOT_VALID');

/** NOT_FOUND: no such vendor. FORBIDDEN: rights that whoever invites lacks. LIMIT_EXCEEDED. */
export async function invite(
  { db, ids, letters }: InviteDeps,
  by: By,
  wanted: { vendorId: string; email: string; rights: readonly TeamRight[] },
): Promise<Result<NewInvitation>> {
  if (!covers(by.rights, wanted.rights)) return refuse('FORBIDDEN');
  const rights = ordered(wanted.rights);
  const id = ids.next();
  const expiresAt = await db.transaction(async (tx) => {
    const vendor = await tx.one<Vendor>(LOCK_VENDOR, [wanted.vendorId]);
    if (!vendor) return refuse('NOT_FOUND');
    if (!(await stillCovers(tx, by, vendor.id, rights))) return refuse('FORBIDDEN');
    const { invitations } = (await tx.one<{ invitations: number }>(COUNTS, [vendor.id]))!;
    if (invitations >= LIMITS.teamInvitationsOpen)
      return refuse('LIMIT_EXCEEDED', { max: LIMITS.teamInvitationsOpen });
    await letters.write(tx, {
      id,
      userId: vendor.id,
      kind: 'team_invitation',
      toAddress: wanted.email,
      detail: vendor.name,
    });
    await tx.all(INVITE, [id, vendor.id, rights, by.userId]);
    return ok((await tx.one<{ expiresAt: Date }>(EXPIRES, [id]))!.expiresAt);
  });
  if (!expiresAt.ok) return expiresAt;
  const link = await letters.linkOf(id);
  if (link === null) return NOT_VALID;
  return ok({ id, email: wanted.email, rights, expiresAt: expiresAt.value.toISOString(), link });
}

/** NOT_FOUND: none that is open. FORBIDDEN: it gives more than whoever withdraws it has. */
export async function withdraw(
  { db, letters }: InviteDeps,
  by: By,
  { vendorId, invitationId }: { vendorId: string; invitationId: string },
): Promise<Result<null>> {
  const found = await db.one<{ rights: TeamRight[] }>(OPEN_OF, [invitationId, vendorId]);
  if (!found) return refuse('NOT_FOUND');
  if (!covers(by.rights, found.rights)) return refuse('FORBIDDEN');
  return (await letters.spend(db, invitationId)) ? ok(null) : refuse('NOT_FOUND');
}

/** What a link invites to; nothing is spent. LINK_NOT_VALID. */
export async function lookAt({ db, letters }: InviteDeps, secret: string): Promise<Result<InvitationLook>> {
  const letter = await letters.find(secret);
  if (letter?.kind !== 'team_invitation') return NOT_VALID;
  const row = await db.one<Omit<InvitationLook, 'expiresAt'> & { expiresAt: Date }>(LOOK, [letter.id]);
  if (!row) return NOT_VALID;
  return ok({ ...row, rights: ordered(row.rights), expiresAt: row.expiresAt.toISOString() });
}

/** @throws RefusalError which takes the spent link back */
async function joinInside(
  { ids, letters }: InviteDeps,
  tx: Db,
  { letterId, vendorId, userId }: { letterId: string; vendorId: string; userId: string },
): Promise<MyTeam> {
  const vendor = await tx.one<Vendor>(LOCK_VENDOR, [vendorId]);
  await tx.all(LOCK_INVITER, [letterId]);
  if (!vendor || !(await tx.one(IS_GOOD, [letterId])) || !(await letters.spend(tx, letterId)))
    throw new RefusalError('LINK_NOT_VALID');
  const person = (await tx.one<{ name: string; email: string; role: string }>(PERSON, [userId]))!;
  if (person.role === 'operator')
    throw new RefusalError('FORBIDDEN', {}, 'Operators see all events already.');
  if (userId === vendor.id) throw new RefusalError('INVALID_STATE', {}, 'This is your own team.');
  const made = (await tx.one<{ vendorId: string; rights: TeamRight[]; since: Date }>(JOIN, [
    letterId,
    userId,
  ]))!;
  const { members } = (await tx.one<{ members: number }>(COUNTS, [vendor.id]))!;
  if (members > LIMITS.teamMembers) throw new RefusalError('LIMIT_EXCEEDED', { max: LIMITS.teamMembers });
  await tx.all(JOINED, [letterId, userId]);
  await letters.write(tx, {
    id: ids.next(),
    userId: vendor.id,
    kind: 'team_joined',
    toAddress: vendor.email,
    detail: `${person.name} (${person.email})`.slice(0, 254),
  });
  return { vendorId, name: vendor.name, rights: ordered(made.rights), since: made.since.toISOString() };
}

/** LINK_NOT_VALID; FORBIDDEN for operators; INVALID_STATE in one's own team; LIMIT_EXCEEDED. A refused link stays good. */
export async function join(
  deps: InviteDeps,
  { secret, userId }: { secret: string; userId: string },
): Promise<Result<MyTeam>> {
  const letter = await deps.letters.find(secret);
  if (letter?.kind !== 'team_invitation') return NOT_VALID;
  const wanted = { letterId: letter.id, vendorId: letter.userId, userId };
  try {
    return ok(await deps.db.transaction((tx) => joinInside(deps, tx, wanted)));
  } catch (err) {
    // Found inside the transaction, it travels as an exception so that the link is not spent.
    if (err instanceof RefusalError) return { ok: false, error: err.refusal };
    throw err;
  }
}
