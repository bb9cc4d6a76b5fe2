/** A profile between the ledger and its owner: rows, and the view of them. */
import type { Preferences, ProfileView, Role } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';

/** Quiet hours come as text: the driver has no type for a time of day. */
export const PROFILE = statement(
  'accounts_profile',
  `select u.id, u.email, u.name, u.role, u.created_at as "createdAt", u.version,
          u.email_verified_at is not null as "emailVerified",
          (select l.to_address from accounts.letters l
            where l.user_id = u.id and l.kind = 'change_email' and l.spent_at is null and l.expires_at > now()
            order by l.id desc limit 1) as "pendingEmail",
          p.favourite_types as "favouriteTypes", p.favourite_cities as "favouriteCities",
          p.favourite_artists as "favouriteArtists", p.personalised, p.by_email as "byEmail", p.by_push as "byPush",
          to_char(p.quiet_from, 'HH24:MI') as "quietFrom", to_char(p.quiet_until, 'HH24:MI') as "quietUntil",
          p.time_zone as "timeZone", p.suggestions
     from accounts.users u left join accounts.preferences p on p.user_id = u.id where u.id = $1`,
);

export const KEEP_PREFERENCES = statement(
  'accounts_keep_preferences',
  `insert into accounts.preferences as p
     (user_id, favourite_types, favourite_cities, favourite_artists, by_email, by_push, quiet_from, quiet_until, time_zone,
      suggestions)
   values ($1, $2, $3, $4, $5, $6, $7::text::time, $8::text::time, $9, coalesce($10, false))
   on conflict (user_id) do update set
     favourite_types = excluded.favourite_types, favourite_cities = excluded.favourite_cities,
     favourite_artists = excluded.favourite_artists, by_email = excluded.by_email, by_push = excluded.by_push,
     quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, time_zone = excluded.time_zone,
     suggestions = coalesce($10, p.suggestions), updated_at = now()`,
);

/** Beside the others, for whoever says anything about it; what is then forgotten stands with the table. */
export const KEEP_PERSONALISED = statement(
  'accounts_keep_personalised',
  'update accounts.preferences set personalised = $2 where user_id = $1 and personalised <> $2',
);

/** Columns of preferences are null where nothing was said. */
export interface ProfileRow {
  id: string;
  email: string;
  name: string;
  role: Role;
  createdAt: Date;
  version: number;
  emailVerified: boolean;
  pendingEmail: string | null;
  favouriteTypes: string[] | null;
  favouriteCities: string[] | null;
  favouriteArtists: string[] | null;
  personalised: boolean | null;
  byEmail: boolean | null;
  byPush: boolean | null;
  quietFrom: string | null;
  quietUntil: string | null;
  timeZone: string | null;
  suggestions: boolean | null;
}

/** One spelling each, in the order they were given. */
const plain = (names: readonly string[]): string[] => {
  const seen = new Map<string, string>();
  for (const name of names) {
    const trimmed = name.normalize('NFC').replace(/\s+/g, ' ').trim();
    const key = trimmed.toLowerCase();
    if (!seen.has(key)) seen.set(key, trimmed);
  }
  return [...seen.values()];
};

/** In the order of KEEP_PREFERENCES. */
export const preferencesRow = (userId: string, wanted: Preferences): unknown[] => [
  userId,
  plain(wanted.favouriteTypes),
  plain(wanted.favouriteCities),
  plain(wanted.favouriteArtists),
  wanted.channels.email,
  wanted.channels.push,
  wanted.quietHours?.from ?? null,
  wanted.quietHours?.until ?? null,
  wanted.timeZone,
  wanted.suggestions ?? null,
];

export const profileView = (row: ProfileRow): ProfileView => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  createdAt: row.createdAt.toISOString(),
  emailVerified: row.emailVerified,
  pendingEmail: row.pendingEmail,
  preferences: {
    favouriteTypes: row.favouriteTypes ?? [],
    favouriteCities: row.favouriteCities ?? [],
    favouriteArtists: row.favouriteArtists ?? [],
    personalised: row.personalised ?? true,
    channels: { email: row.byEmail ?? true, push: row.byPush ?? true },
    quietHours:
      row.quietFrom === null || row.quietUntil === null
        ? null
        : { from: row.quietFrom, until: row.quietUntil },
    timeZone: row.timeZone,
    suggestions: row.suggestions ?? false,
  },
  version: row.version,
});
