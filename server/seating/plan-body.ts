/**
 * What a vendor says about an event's seats: the map, and which of its parts is which tier (rules S20, S21). Tiers are
 * named by their ids, or, where the event is only being made, by their place in its list: "0", "1" and so on.
 */
import { type Static, Type } from 'typebox';
import { UuidSchema } from '../protocol/index.ts';

const strict = { additionalProperties: false } as const;
/** An event has at most 50 tiers, a map at most 250 sections; rows and tier keys are what a person would still write. */
const NAMES_MAX = 5_000;

const TierName = Type.String({ minLength: 1, maxLength: 36 });
const ByName = Type.Record(Type.String({ minLength: 1, maxLength: 80 }), TierName, {
  maxProperties: NAMES_MAX,
});

export const Assignment = Type.Object(
  {
    /** A section's key → its tier. */
    sections: Type.Optional(ByName),
    /** `<section key>/<row label>` → its tier: goes before the map's own tier keys, and those before sections. */
    rows: Type.Optional(ByName),
    /** A tier key that the map names → its tier. */
    tiers: Type.Optional(ByName),
    /** A standing area's key → the tier sold there: general admission, within the area's capacity. */
    standing: Type.Optional(ByName),
  },
  strict,
);
export type Assignment = Static<typeof Assignment>;

export const SeatingBody = Type.Object(
  {
    mapId: UuidSchema,
    assignment: Assignment,
    /** Whether hand-picked seats may leave a single one alone; default: they may not. */
    orphanRule: Type.Optional(Type.Boolean()),
    /** The rule rests once this share of a tier's seats, or less, is free; default 5. */
    orphanRelaxPercent: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
    /** Until so long before the start accessible seats are kept for those who ask; default 48. Null or 0: never kept. */
    accessibleHoursBefore: Type.Optional(
      Type.Union([Type.Integer({ minimum: 0, maximum: 8_760 }), Type.Null()]),
    ),
  },
  strict,
);
export type SeatingBody = Static<typeof SeatingBody>;

/** What may change while an event sells. */
export const SeatRules = Type.Object(
  {
    orphanRule: Type.Optional(Type.Boolean()),
    orphanRelaxPercent: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
  },
  { ...strict, minProperties: 1 },
);
export type SeatRules = Static<typeof SeatRules>;

export const ORPHAN_RELAX_PERCENT_DEFAULT = 5;
export const ACCESSIBLE_HOURS_DEFAULT = 48;
