/** Preferences between a form and the API: what a person types, and what is sent. Pure. */
import type { Preferences } from '../../server/protocol/profile.ts';
import type { FieldErrors } from '../shell/form.ts';
import { accountTexts } from '../texts/accounts.ts';
import { profileTexts as texts } from '../texts/profile.ts';

/** Favourites as lines with commas; hours as the browser's time fields give them. */
export interface AboutDraft {
  name: string;
  types: string;
  cities: string;
  artists: string;
  personalised: boolean;
  byEmail: boolean;
  byPush: boolean;
  suggestions: boolean;
  quiet: boolean;
  from: string;
  until: string;
  zone: string;
}

export const ABOUT_FIELDS = ['name', 'types', 'cities', 'artists', 'from', 'until', 'zone'] as const;
export type AboutField = (typeof ABOUT_FIELDS)[number];

const MOST = 50;
const HOUR = /^([01]\d|2[0-3]):[0-5]\d$/;

export const listed = (line: string): string[] =>
  line
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter(Boolean);

/** `zone`: this browser's, for whoever has said none. */
export const draftOf = (name: string, wanted: Preferences, zone: string): AboutDraft => ({
  name,
  types: wanted.favouriteTypes.join(', '),
  cities: wanted.favouriteCities.join(', '),
  artists: wanted.favouriteArtists.join(', '),
  personalised: wanted.personalised ?? true,
  byEmail: wanted.channels.email,
  byPush: wanted.channels.push,
  suggestions: wanted.suggestions ?? false,
  quiet: wanted.quietHours !== null,
  from: wanted.quietHours?.from ?? '22:00',
  until: wanted.quietHours?.until ?? '08:00',
  zone: wanted.timeZone ?? zone,
});

export const preferencesOf = (draft: AboutDraft): Preferences => ({
  favouriteTypes: listed(draft.types),
  favouriteCities: listed(draft.cities),
  favouriteArtists: listed(draft.artists),
  personalised: draft.personalised,
  channels: { email: draft.byEmail, push: draft.byPush },
  quietHours: draft.quiet ? { from: draft.from, until: draft.until } : null,
  timeZone: draft.zone.trim() || null,
  suggestions: draft.suggestions,
});

export function checkAbout(draft: AboutDraft): FieldErrors<AboutField> {
  const errors: FieldErrors<AboutField> = {};
  if (!draft.name.trim()) errors.name = accountTexts.nameMissing;
  for (const field of ['types', 'cities', 'artists'] as const)
    if (listed(draft[field]).length > MOST) errors[field] = texts.tooMany;
  if (draft.quiet) {
    for (const field of ['from', 'until'] as const)
      if (!HOUR.test(draft[field])) errors[field] = texts.hourWrong;
    if (!draft.zone.trim()) errors.zone = texts.zoneMissing;
  }
  return errors;
}

/** The server names what is wrong by its own words for it; here it stands under these. */
export const FIELD_OF: Record<string, AboutField> = {
  'preferences.timeZone': 'zone',
  'preferences.quietHours.from': 'from',
  'preferences.quietHours.until': 'until',
  'preferences.favouriteTypes': 'types',
  'preferences.favouriteCities': 'cities',
  'preferences.favouriteArtists': 'artists',
};
