/** Vendors' teams: several people, each with their own account, for one vendor. RULES.md says what holds here. */
import type { Letters } from '../accounts/index.ts';
import type { Ids } from '../kernel/index.ts';
import type {
  InvitationLook,
  MyTeam,
  NewInvitation,
  Result,
  TeamAct,
  TeamRight,
  TeamView,
} from '../protocol/index.ts';
import type { Pool } from '../stores/index.ts';
import { createDoor, type TeamDoor } from './door.ts';
import { invite, join, lookAt, withdraw } from './invite.ts';
import {
  type By,
  changeRights,
  leaveTeam,
  readActs,
  readMyTeams,
  readTeam,
  removeMember,
} from './members.ts';

export type { TeamDoor } from './door.ts';
export { type NeededRight, OWNER_ALONE, ROUTE_RIGHTS } from './rights.ts';
export { teamRoutes } from './routes.ts';

export interface Teams {
  door: TeamDoor;
  read(vendorId: string): Promise<Result<TeamView>>;
  /** What members changed in the vendor's name, newest first. */
  acts(
    vendorId: string,
    limit: number,
    after: string | null,
  ): Promise<{ items: TeamAct[]; nextCursor: string | null }>;
  invite(
    by: By,
    wanted: { vendorId: string; email: string; rights: readonly TeamRight[] },
  ): Promise<Result<NewInvitation>>;
  withdraw(by: By, which: { vendorId: string; invitationId: string }): Promise<Result<null>>;
  changeRights(
    by: By,
    member: { vendorId: string; userId: string; rights: readonly TeamRight[] },
  ): Promise<Result<null>>;
  remove(by: By, member: { vendorId: string; userId: string }): Promise<Result<null>>;
  mine(userId: string): Promise<MyTeam[]>;
  lookAt(secret: string): Promise<Result<InvitationLook>>;
  join(wanted: { secret: string; userId: string }): Promise<Result<MyTeam>>;
  leave(member: { vendorId: string; userId: string }): Promise<Result<null>>;
}

/** @param db where who may do what is read as it is now: never a replica */
export function createTeams(deps: { db: Pool; ids: Ids; letters: Letters }): Teams {
  const { db } = deps;
  return {
    door: createDoor(deps),
    read: (vendorId) => readTeam(db, vendorId),
    acts: (vendorId, limit, after) => readActs(db, vendorId, limit, after),
    invite: (by, wanted) => invite(deps, by, wanted),
    withdraw: (by, which) => withdraw(deps, by, which),
    changeRights: (by, member) => changeRights(db, by, member),
    remove: (by, member) => removeMember(db, by, member),
    mine: (userId) => readMyTeams(db, userId),
    lookAt: (secret) => lookAt(deps, secret),
    join: (wanted) => join(deps, wanted),
    leave: (member) => leaveTeam(db, member),
  };
}
