/** Points: what a fan has of them, where they came from and went, and how they are put on an order. */
import { type Static, Type } from 'typebox';
import { TimeSchema, UuidSchema } from './uuid.ts';

/** What became of points: `earned`, `redeemed`, `returned`, `refunded`, `taken_back` (server/loyalty/RULES.md). */
export const POINT_KINDS = ['earned', 'redeemed', 'returned', 'refunded', 'taken_back'] as const;
export type PointKind = (typeof POINT_KINDS)[number];

export const PointsEntry = Type.Object({
  at: TimeSchema,
  kind: Type.Enum([...POINT_KINDS]),
  /** Below nothing: they went. */
  points: Type.Integer(),
  /** After this entry. */
  balance: Type.Integer(),
  owed: Type.Integer(),
  orderId: UuidSchema,
  reference: Type.String(),
  eventTitle: Type.String(),
});
export type PointsEntry = Static<typeof PointsEntry>;

export const PointsView = Type.Object({
  /** To spend. */
  balance: Type.Integer(),
  /** Taken back by a refund after they were spent: the next ones pay them off. */
  owed: Type.Integer(),
  earn: Type.Object({
    /** For each 1.00 paid in money. */
    pointsPer100Cents: Type.Integer(),
    /** What a point takes off an order, in its currency's minor unit. */
    pointWorthCents: Type.Integer(),
  }),
  /** Newest first. */
  items: Type.Array(PointsEntry),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
});
export type PointsView = Static<typeof PointsView>;

/** One of three: `use`, `freeTier`, or `upgradeTier` with `fromTier`. Flat, so that a fan is told which member is wrong. */
export const PointsWish = Type.Object(
  {
    /** At most so many points, as a discount over all tickets. */
    use: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
    /** All tickets of this tier in the order cost nothing. */
    freeTier: Type.Optional(UuidSchema),
    /** All tickets of this tier in the order cost what those of `fromTier` do. */
    upgradeTier: Type.Optional(UuidSchema),
    fromTier: Type.Optional(UuidSchema),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type PointsWish = Static<typeof PointsWish>;
