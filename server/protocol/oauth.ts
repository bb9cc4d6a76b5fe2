/** Other programs that people may let in (docs/oauth.md). */
import { type Static, Type } from 'typebox';
import { TimeSchema, UuidSchema } from './uuid.ts';

/** A registered program, as whoever registered it sees it. */
export const AppView = Type.Object({
  clientId: UuidSchema,
  name: Type.String(),
  redirectUris: Type.Array(Type.String()),
  scopes: Type.Array(Type.String()),
  /** `public`: keeps no secret, PKCE alone. */
  kind: Type.Enum(['public', 'confidential']),
  /** May ask for tokens in its own name (client credentials). */
  ownName: Type.Boolean(),
  createdAt: TimeSchema,
});
export type AppView = Static<typeof AppView>;

/** With its secret, told once; null for a public one. */
export const NewAppView = Type.Object({
  ...AppView.properties,
  clientSecret: Type.Union([Type.String(), Type.Null()]),
});
export type NewAppView = Static<typeof NewAppView>;

/** What a person is asked to allow. */
export const ConsentView = Type.Object({
  requestId: Type.String(),
  app: Type.Object({ clientId: UuidSchema, name: Type.String(), owner: Type.String() }),
  scopes: Type.Array(Type.String()),
  /** Where the answer goes. */
  returnsTo: Type.String(),
});
export type ConsentView = Static<typeof ConsentView>;

/** A program that a person let in. */
export const ConnectedAppView = Type.Object({
  clientId: UuidSchema,
  name: Type.String(),
  owner: Type.String(),
  scopes: Type.Array(Type.String()),
  since: TimeSchema,
});
export type ConnectedAppView = Static<typeof ConnectedAppView>;

/** An outside provider by which one may log in. */
export const OutsideView = Type.Object({
  name: Type.Union([Type.String(), Type.Null()]),
  /** Whether this account is tied to one there; null: nobody is logged in. */
  tied: Type.Union([Type.Boolean(), Type.Null()]),
});
export type OutsideView = Static<typeof OutsideView>;
