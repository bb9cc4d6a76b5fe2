/** Pictures as the contract shows them. Whose a picture is stands nowhere: who was where is nobody's business. */
import { type Static, Type } from 'typebox';
import { TimeSchema, UuidSchema } from './uuid.ts';

const OrNull = Type.Union([Type.String(), Type.Null()]);

export const PictureView = Type.Object({
  id: UuidSchema,
  /** The whole picture: at most 1600 pixels long. */
  url: Type.String(),
  /** At most 480 pixels long. */
  smallUrl: Type.String(),
  /** Of the whole picture, pixels. */
  width: Type.Integer(),
  height: Type.Integer(),
  caption: OrNull,
  createdAt: TimeSchema,
  /** The night it is of. */
  eventId: UuidSchema,
  eventTitle: Type.String(),
  artist: OrNull,
  venueName: Type.String(),
  venueCity: OrNull,
  startsAt: TimeSchema,
  timeZone: Type.String(),
  /** To its owner: an operator hid it from everybody else. */
  hidden: Type.Optional(Type.Boolean()),
});
export type PictureView = Static<typeof PictureView>;

export const PictureCase = Type.Object({
  ...PictureView.properties,
  /** A fan's picture of a night, or a vendor's of an event. */
  kind: Type.Enum(['night', 'cover']),
  /** Whose it is. */
  userId: UuidSchema,
  hidden: Type.Boolean(),
  /** Those no operator has decided on. */
  openReports: Type.Integer(),
  /** The newest, open ones first. */
  reports: Type.Array(Type.Object({ reason: Type.String(), at: TimeSchema, settled: Type.Boolean() })),
  /** What was decided before, newest first. */
  decisions: Type.Array(
    Type.Object({
      action: Type.Enum(['hide', 'show', 'remove']),
      reason: OrNull,
      at: TimeSchema,
      by: Type.String(),
    }),
  ),
});
export type PictureCase = Static<typeof PictureCase>;
