/** A person's own account, as its pages show it: profile, preferences, sessions, passkeys. */
import { type Static, Type } from 'typebox';
import { TimeSchema, UuidSchema } from './uuid.ts';
import { ROLES } from './views.ts';

const strict = { additionalProperties: false } as const;
/** One line of visible text. */
const Line = (maxLength: number) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: '^[^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$',
  });
const Favourites = (maxLength: number) => Type.Array(Line(maxLength), { maxItems: 50 });
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const HourSchema = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' });

/** What an account likes, and how it may be told. */
export const Preferences = Type.Object(
  {
    favouriteTypes: Favourites(60),
    favouriteCities: Favourites(120),
    favouriteArtists: Favourites(120),
    /** Whether suggestions learn from what this account looks at and buys. Left out: as it was; at first they do. */
    personalised: Type.Optional(Type.Boolean()),
    channels: Type.Object({ email: Type.Boolean(), push: Type.Boolean() }, strict),
    /** Nothing that can wait is sent between these, on the clock of `timeZone`; over midnight when `from` is the later one. */
    quietHours: Nullable(Type.Object({ from: HourSchema, until: HourSchema }, strict)),
    /** A name of the IANA database. */
    timeZone: Nullable(Line(64)),
    /** At most one a week, of events one may like. Left out: as it was; at first nobody gets any. */
    suggestions: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type Preferences = Static<typeof Preferences>;

export const ProfileView = Type.Object({
  id: UuidSchema,
  email: Type.String(),
  name: Type.String(),
  role: Type.Enum([...ROLES]),
  createdAt: TimeSchema,
  emailVerified: Type.Boolean(),
  /** A new address that waits to be confirmed at its own mailbox. */
  pendingEmail: Nullable(Type.String()),
  preferences: Preferences,
  /** What the ETag begins with. */
  version: Type.Integer(),
});
export type ProfileView = Static<typeof ProfileView>;

export const SessionView = Type.Object({
  id: UuidSchema,
  /** "Firefox on Linux"; null: it did not say. */
  device: Nullable(Type.String()),
  /** The network it was last used from, such as 203.0.113.x; null: unknown. */
  network: Nullable(Type.String()),
  createdAt: TimeSchema,
  /** To about ten minutes: when it last asked for fresh tokens. */
  lastUsedAt: TimeSchema,
  current: Type.Boolean(),
});
export type SessionView = Static<typeof SessionView>;

export const PasskeyView = Type.Object({
  id: UuidSchema,
  name: Type.String(),
  createdAt: TimeSchema,
  lastUsedAt: Nullable(TimeSchema),
  /** Synchronised between its owner's devices. */
  backedUp: Type.Boolean(),
  /** Its counter went back, as a copy's would: it opens nothing any more. */
  frozen: Type.Boolean(),
});
export type PasskeyView = Static<typeof PasskeyView>;
