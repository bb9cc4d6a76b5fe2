/** What others see of an account. */
import { type Static, Type } from 'typebox';
import { ROLES, TimeSchema, UuidSchema } from '../protocol/index.ts';
import type { SessionOwner } from './sessions.ts';

export const UserView = Type.Object({
  id: UuidSchema,
  email: Type.String(),
  name: Type.String(),
  role: Type.Enum([...ROLES]),
  createdAt: TimeSchema,
});
export type UserView = Static<typeof UserView>;

/** What a log-in answers. */
export const SignedInView = Type.Object({
  accessToken: Type.String(),
  refreshToken: Type.String(),
  expiresIn: Type.Integer(),
  user: UserView,
});

export function userView({ id, email, name, role, createdAt }: SessionOwner): UserView {
  return { id, email, name, role, createdAt: createdAt.toISOString() };
}
