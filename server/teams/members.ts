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

/** Of an invitation `i`: whoever sent it could send it now. Otherwise who is removed would keep a way in (rule VT15). */
export const STANDS = `(i.invited_by = i.vendor_id
  or exists (select from accounts.users o where o.id = i.invited_by and o.role = 'operator')
  or exists (select from accounts.team_members s where s.vendor_id = i.vendor_id and s.user_id = i.invited_by
      and s.rights @> (i.rights || 'team'::text)))`;

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
    where i.vendor_id = $1 and l.spent_at is null and l.expires_at > now() and ${STANDS} order by i.created_at desc, l.id`,
);
const MINE = statement(
  'team_mine',
  `select m.vendor_id as "vendorId", v.name, m.rights, m.created_at as since
     from accounts.team_members m join accounts.users v on v.id = m.vendor_id
    where m.user_id = $1 and v.disabled_at is null order by v.name, v.id`,
);
/** What is decided by these rights holds until it is written. In one order: two who change each other wait for each other. */
const LOCK = statement(
  'team_lock_members',
  `select user_id as "userId", rights from accounts.team_members
    where vendor_id = $1 and user_id = any ($2::uuid[]) order by user_id for update`,
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
  /** By a membership: it may have ended since they were let in. */
  isMember: boolean;
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

const lockMembers = async (tx: Db, vendorId: string, userIds: readonly string[]) =>
  new Map(
    (await tx.all<{ userId: string; rights: TeamRight[] }>(LOCK, [vendorId, userIds])).map((row) => [
      row.userId,
      row.rights,
    ]),
  );

/** Whether `by` may give or take `rights`, as things stand now; `own`: their rights as a member, undefined: none any more. */
const coversNow = (by: By, own: readonly TeamRight[] | undefined, rights: readonly TeamRight[]): boolean =>
  by.isMember ? own?.includes('team') === true && covers(new Set(own), rights) : covers(by.rights, rights);

/** The same, of whom nothing is locked yet. */
export async function stillCovers(
  tx: Db,
  by: By,
  vendorId: string,
  rights: readonly TeamRight[],
): Promise<boolean> {
  const own = by.isMember ? (await lockMembers(tx, vendorId, [by.userId])).get(by.userId) : undefined;
  return coversNow(by, own, rights);
}

/** Does `work` on a member; NOT_FOUND without such a one, FORBIDDEN where `by` has less than they have, or than is given. */
async function withMember(
  db: Pool,
  by: By,
  { vendorId, userId, given = [] }: { vendorId: string; userId: string; given?: readonly TeamRight[] },
  work: (tx: Db) => Promise<unknown>,
): Promise<Result<null>> {
  return db.transaction(async (tx) => {
    const members = await lockMembers(tx, vendorId, by.isMember ? [userId, by.userId] : [userId]);
    const rights = members.get(userId);
    if (!rights) return refuse('NOT_FOUND');
    if (!coversNow(by, members.get(by.userId), [...rights, ...given])) return refuse('FORBIDDEN');
    await work(tx);
    return ok(null);
  });
}

export function changeRights(
  db: Pool,
  by: By,
  { vendorId, userId, rights }: { vendorId: string; userId: string; rights: readonly TeamRight[] },
): Promise<Result<null>> {
  if (userId === by.userId)
    return Promise.resolve(refuse('FORBIDDEN', {}, 'Nobody changes their own rights.'));
  if (!covers(by.rights, rights)) return Promise.resolve(refuse('FORBIDDEN'));
  return withMember(db, by, { vendorId, userId, given: rights }, (tx) =>
    tx.all(CHANGE, [vendorId, userId, ordered(rights)]),
  );
}

/** Also oneself. */
export function removeMember(
  db: Pool,
  by: By,
  member: { vendorId: string; userId: string },
): Promise<Result<null>> {
  if (member.userId === by.userId) return leaveTeam(db, member);
  return withMember(db, by, member, (tx) => tx.all(REMOVE, [member.vendorId, member.userId]));
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
