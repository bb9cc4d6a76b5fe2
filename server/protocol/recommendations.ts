/** Events picked for somebody, each with its reason. */
import { type Static, Type } from 'typebox';
import { UuidSchema } from './uuid.ts';
import { EventView } from './views.ts';

export const WHY_CODES = [
  /** An artist among the favourites of one's profile: `artist`. */
  'favourite_artist',
  /** Like an event that one went to, has tickets for, or looked at: `eventId`, `title`. */
  'went_to',
  'going_to',
  'looked_at',
  /** Of a kind, or in a city, among the favourites of one's profile: `type`, `city`. */
  'favourite_type',
  'favourite_city',
  /** What sells, in the city where one goes out (`city`), or anywhere. */
  'popular_in_city',
  'popular_now',
] as const;
export type WhyCode = (typeof WHY_CODES)[number];

export const WhyView = Type.Object({
  code: Type.Enum([...WHY_CODES]),
  eventId: Type.Optional(UuidSchema),
  title: Type.Optional(Type.String()),
  artist: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  city: Type.Optional(Type.String()),
});
export type WhyView = Static<typeof WhyView>;

export const RecommendationsView = Type.Object({
  items: Type.Array(Type.Object({ event: EventView, why: WhyView })),
  /** Nothing could be picked for this account just now: what sells best is shown instead. */
  fallback: Type.Boolean(),
});
export type RecommendationsView = Static<typeof RecommendationsView>;
