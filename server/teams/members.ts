/** Who is in a vendor's team, and with which rights (rules VT20 to VT23, VT31). */
import {
  type MyTeam,
  ok,
  type Result,
  refuse,
  type TeamAct,
  type TeamInvitation,
  type TeamMember,
  type TeamRight,
  type TeamView,
} from '../protocol/index.ts';
import { type Db, type Pool, statement } from '../stores/index.ts';
import { covers, ordered } from './rights.ts';

const IS_VENDOR = statement('team_is_vendor', `select from accounts.users where id = $1 and role = 'vendor'`);
const MEMBERS = statement(
  'team_members',
  `select u.id as "userId", u.name, u.email, m.rights, m.created_at as since
     from accounts.team_members m join accounts.users u on u.id = m.user_id
    where m.vendor_id = $1 order by m.created_at, u.id`,
);
const INVITATIONS = statement(
  'team_invitations',
  `select l.id, l.to_address as email, i.rights, l.expires_at as "expiresAt"
     from accounts.team_invitations i join accounts.letters l on l.id = i.letter_id
    where i.vendor_id = $1 and l.spent_at is null and l.expires_at > now() order by i.created_at desc, l.id`,
);
const MINE = statement(
  'team_mine',
  `select m.vendor_id as "vendorId", v.name, m.rights, m.created_at as since
     from accounts.team_members m join accounts.users v on v.id = m.vendor_id
    where m.user_id = $1 and v.disabled_at is null order by v.name, v.id`,
);
/** The member's row is locked: what is decided by its rights holds until it is written. */
const LOCK = statement(
  'team_lock_member',
  'select rights from accounts.team_members where vendor_id = $1 and user_id = $2 for update',
);
const CHANGE = statement(
  'team_change_rights',
  'update accounts.team_members set rights = $3 where vendor_id = $1 and user_id = $2',
);
const REMOVE = statement(
  'team_remove_member',
  'delete from accounts.team_members where vendor_id = $1 and user_id = $2 returning user_id',
);
const ACTS = statement(
  'team_acts',
  `select a.id, a.user_id as "userId", u.name, a.method, a.route, a.path, a.asked_at as at, a.status
     from accounts.team_acts a left join accounts.users u on u.id = a.user_id
    where a.vendor_id = $1 and ($3::uuid is null or a.id < $3) order by a.id desc limit $2`,
);

/** Whoever asks: the person, and what they may themselves. */
export interface By {
  userId: string;
  rights: ReadonlySet<TeamRight>;
}

type Dated<T, K extends keyof T> = Omit<T, K> & Record<K, Date>;

/** NOT_FOUND: no vendor of that id. */
export async function readTeam(db: Db, vendorId: string): Promise<Result<TeamView>> {
  const [vendor, members, invitations] = await Promise.all([
    db.one(IS_VENDOR, [vendorId]),
    db.all<Dated<TeamMember, 'since'>>(MEMBERS, [vendorId]),
    db.all<Dated<TeamInvitation, 'expiresAt'>>(INVITATIONS, [vendorId]),
  ]);
  if (!vendor) return refuse('NOT_FOUND');
  return ok({
    vendorId,
    members: members.map((row) => ({
      ...row,
      rights: ordered(row.rights),
      since: row.since.toISOString(),
    })),
    invitations: invitations.map((row) => ({
      ...row,
      rights: ordered(row.rights),
      expiresAt: row.expiresAt.toISOString(),
    })),
  });
}

export async function readMyTeams(db: Db, userId: string): Promise<MyTeam[]> {
  const rows = await db.all<Dated<MyTeam, 'since'>>(MINE, [userId]);
  return rows.map((row) => ({ ...row, rights: ordered(row.rights), since: row.since.toISOString() }));
}

/** `work` sees the member's rights as they are; NOT_FOUND without such a member, FORBIDDEN where `by` has less than they have. */
async function withMember(
  db: Pool,
  by: By,
  { vendorId, userId }: { vendorId: string; userId: string },
  work: (tx: Db, rights: TeamRight[]) => Promise<Result<null>>,
): Promise<Result<null>> {
  return db.transaction(async (tx) => {
    const member = await tx.one<{ rights: TeamRight[] }>(LOCK, [vendorId, userId]);
    if (!member) return refuse('NOT_FOUND');
    if (!covers(by.rights, member.rights)) return refuse('FORBIDDEN');
    return work(tx, member.rights);
  });
}

export function changeRights(
  db: Pool,
  by: By,
  member: { vendorId: string; userId: string; rights: readonly TeamRight[] },
): Promise<Result<null>> {
  if (member.userId === by.userId)
    return Promise.resolve(refuse('FORBIDDEN', {}, 'Nobody changes their own rights.'));
  if (!covers(by.rights, member.rights)) return Promise.resolve(refuse('FORBIDDEN'));
  return withMember(db, by, member, async (tx) => {
    await tx.all(CHANGE, [member.vendorId, member.userId, ordered(member.rights)]);
    return ok(null);
  });
}

/** Also oneself. */
export function removeMember(
  db: Pool,
  by: By,
  member: { vendorId: string; userId: string },
): Promise<Result<null>> {
  if (member.userId === by.userId) return leaveTeam(db, member);
  return withMember(db, by, member, async (tx) => {
    await tx.all(REMOVE, [member.vendorId, member.userId]);
    return ok(null);
  });
}

/** NOT_FOUND: not in it. */
export async function leaveTeam(
  db: Db,
  { vendorId, userId }: { vendorId: string; userId: string },
): Promise<Result<null>> {
  return (await db.one(REMOVE, [vendorId, userId])) ? ok(null) : refuse('NOT_FOUND');
}

/** Newest first. `after`: the last one of the page before. */
export async function readActs(
  db: Db,
  vendorId: string,
  limit: number,
  after: string | null,
): Promise<{ items: TeamAct[]; nextCursor: string | null }> {
  const rows = await db.all<Dated<TeamAct, 'at'>>(ACTS, [vendorId, limit + 1, after]);
  const items = rows.slice(0, limit).map((row) => ({ ...row, at: row.at.toISOString() }));
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
