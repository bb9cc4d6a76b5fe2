/**
 * Seats as the public contract shows them. A seat is a number within its map (its place in the map's order); outside it
 * has a UUID made of the map's id and that number, so that a page that has the map needs no list of 20,000 ids.
 */
import { type Static, Type } from 'typebox';
import { TimeSchema, UuidSchema } from './uuid.ts';

export { seatIdOf, seatIdPrefix, seatOfId } from './seat-ids.ts';

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

/** What a seat is called: "Stalls left, row C, seat 12". */
export const SeatRef = Type.Object({
  id: UuidSchema,
  section: Type.String(),
  row: Type.String(),
  label: Type.String(),
});
export type SeatRef = Static<typeof SeatRef>;

/** A map as pages draw it (`GET /venue-maps/{id}`): never changes, so it is cached for ever. Units are the map's own. */
const Outline = Type.Array(Type.Tuple([Type.Number(), Type.Number()]));
export const VenueGeometry = Type.Object({
  id: UuidSchema,
  name: Type.String(),
  seats: Type.Integer(),
  /** [left, top, right, bottom] */
  bounds: Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()]),
  /** The point everybody wants to be near to. */
  focal: Type.Tuple([Type.Number(), Type.Number()]),
  stage: Nullable(Type.Object({ label: Type.String(), outline: Outline })),
  sections: Type.Array(
    Type.Object({
      key: Type.String(),
      label: Type.String(),
      outline: Outline,
      /** Number of its first seat; its seats follow each other. */
      first: Type.Integer(),
      count: Type.Integer(),
      rows: Type.Array(
        Type.Object({
          label: Type.String(),
          first: Type.Integer(),
          labels: Type.Array(Type.String()),
          x: Type.Array(Type.Number()),
          y: Type.Array(Type.Number()),
          /** Offsets within the row of seats with a flag. */
          accessible: Type.Optional(Type.Array(Type.Integer())),
          companion: Type.Optional(Type.Array(Type.Integer())),
          restricted: Type.Optional(Type.Array(Type.Integer())),
          /** Offsets of seats with an aisle after them: their next seat is not their neighbour. */
          aisles: Type.Optional(Type.Array(Type.Integer())),
        }),
      ),
    }),
  ),
  standing: Type.Array(
    Type.Object({ key: Type.String(), label: Type.String(), outline: Outline, capacity: Type.Integer() }),
  ),
});
export type VenueGeometry = Static<typeof VenueGeometry>;

/** How an event uses a map (`GET /events/{id}/seating`). */
export const SeatingView = Type.Object({
  eventId: UuidSchema,
  dropId: Nullable(UuidSchema),
  mapId: UuidSchema,
  /** Tier ids; `tierRuns` counts along the seats in order: [index into `tiers`, or -1 where not on sale, how many]. */
  tiers: Type.Array(UuidSchema),
  tierRuns: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()])),
  /** Standing area key → the tier sold there. */
  standing: Type.Record(Type.String(), UuidSchema),
  orphanRule: Type.Boolean(),
  orphanRelaxPercent: Type.Integer(),
  /** Until then accessible seats are kept for those who ask for them; null: they are everybody's. */
  accessibleUntil: Nullable(TimeSchema),
});
export type SeatingView = Static<typeof SeatingView>;

export const SEAT_STATES = ['free', 'held', 'sold', 'kept'] as const;
/** A seat's state on the wire is its index: 0 free, 1 held, 2 sold, 3 kept for a channel. */
export type SeatState = 0 | 1 | 2 | 3;

/** Every seat's state at one position of the stream (`seats:watch`, `GET /drops/{id}/seats`). */
export const SeatStates = Type.Object({
  dropId: UuidSchema,
  mapId: UuidSchema,
  epoch: Type.Integer(),
  version: Type.Integer(),
  seats: Type.Integer(),
  /** Two bits a seat, four seats a byte, first seat in the lowest bits; raw DEFLATE; base64. */
  states: Type.String(),
});
export type SeatStates = Static<typeof SeatStates>;

/**
 * `seats:delta`: applies to the state at exactly (`fromEpoch`, `from`); whoever has another asks for all states again.
 * `from` -1: so does everybody. Without news it comes with `from` = `version` and no runs: that is how things stand.
 */
export const SeatsDelta = Type.Object({
  dropId: UuidSchema,
  epoch: Type.Integer(),
  /** Left out: `epoch`. */
  fromEpoch: Type.Optional(Type.Integer()),
  from: Type.Integer(),
  version: Type.Integer(),
  /** Runs of changed seats (seat-states.ts), base64. */
  runs: Type.String(),
});
export type SeatsDelta = Static<typeof SeatsDelta>;

/** Seats offered instead of others: kept for this fan until then, if taken. */
export const SeatOffer = Type.Object({
  tierId: UuidSchema,
  seats: Type.Array(SeatRef),
  expiresAt: TimeSchema,
});
export type SeatOffer = Static<typeof SeatOffer>;

/** Whom a vendor keeps seats for (`GET /events/{id}/channels`). Channel 1 is the accessible seats. */
export const SeatChannel = Type.Object({
  channel: Type.Integer(),
  name: Type.String(),
  /** What a buyer shows to be sold from it; null: nobody can buy from it, but from channel 1 whoever asks. */
  code: Nullable(Type.String()),
  /** When what is left becomes everybody's. */
  releaseAt: Nullable(TimeSchema),
  /** When it did. */
  releasedAt: Nullable(TimeSchema),
  seats: Type.Integer(),
  /** Neither held nor sold. */
  free: Type.Integer(),
  /** Its seats, as runs of their numbers: [first, how many]. */
  runs: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()])),
});
export type SeatChannel = Static<typeof SeatChannel>;

/** All a vendor sees of one seat (`GET /events/{id}/seats/{seatId}`). */
export const SeatDetail = Type.Object({
  seat: SeatRef,
  state: Type.Enum([...SEAT_STATES]),
  accessible: Type.Boolean(),
  companion: Type.Boolean(),
  restricted: Type.Boolean(),
  /** Null: not on sale. */
  tier: Nullable(Type.Object({ id: UuidSchema, name: Type.String() })),
  /** Whom it is kept for, or was when it was sold. */
  channel: Nullable(Type.Object({ channel: Type.Integer(), name: Type.String() })),
  ticket: Nullable(
    Type.Object({
      id: UuidSchema,
      status: Type.String(),
      orderReference: Type.String(),
      holderName: Type.String(),
    }),
  ),
  /** Until when it is held, while it is. */
  heldUntil: Nullable(TimeSchema),
});
export type SeatDetail = Static<typeof SeatDetail>;
