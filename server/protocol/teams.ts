/** Several people who work for one vendor (docs/teams.md). */
import { type Static, Type } from 'typebox';
import { TimeSchema, UuidSchema } from './uuid.ts';

/** `events`: make, change and run them; `sales`: figures; `money`: payment methods, refunds, affiliates, cancelling; `team`: who else is in it. */
export const TEAM_RIGHTS = ['events', 'sales', 'money', 'team'] as const;
export const TeamRight = Type.Enum([...TEAM_RIGHTS]);
export type TeamRight = Static<typeof TeamRight>;
export const TeamRights = Type.Array(TeamRight, {
  minItems: 1,
  maxItems: TEAM_RIGHTS.length,
  uniqueItems: true,
});

export const TeamMember = Type.Object({
  userId: UuidSchema,
  name: Type.String(),
  email: Type.String(),
  rights: Type.Array(TeamRight),
  since: TimeSchema,
});
export type TeamMember = Static<typeof TeamMember>;

export const TeamInvitation = Type.Object({
  id: UuidSchema,
  email: Type.String(),
  rights: Type.Array(TeamRight),
  expiresAt: TimeSchema,
});
export type TeamInvitation = Static<typeof TeamInvitation>;

/** Told once, to whoever invites: the same link goes by mail. */
export const NewInvitation = Type.Object({ ...TeamInvitation.properties, link: Type.String() });
export type NewInvitation = Static<typeof NewInvitation>;

export const TeamView = Type.Object({
  vendorId: UuidSchema,
  members: Type.Array(TeamMember),
  invitations: Type.Array(TeamInvitation),
});
export type TeamView = Static<typeof TeamView>;

/** Something a member changed, or tried to, in the vendor's name. */
export const TeamAct = Type.Object({
  id: UuidSchema,
  userId: UuidSchema,
  /** Null: the account is gone. */
  name: Type.Union([Type.String(), Type.Null()]),
  method: Type.String(),
  route: Type.String(),
  path: Type.String(),
  at: TimeSchema,
  /** HTTP status of the answer; null: it has not ended. */
  status: Type.Union([Type.Integer(), Type.Null()]),
});
export type TeamAct = Static<typeof TeamAct>;

/** A team one is in. */
export const MyTeam = Type.Object({
  vendorId: UuidSchema,
  name: Type.String(),
  rights: Type.Array(TeamRight),
  since: TimeSchema,
});
export type MyTeam = Static<typeof MyTeam>;

/** What a link invites to. */
export const InvitationLook = Type.Object({
  vendorId: UuidSchema,
  name: Type.String(),
  rights: Type.Array(TeamRight),
  expiresAt: TimeSchema,
});
export type InvitationLook = Static<typeof InvitationLook>;
