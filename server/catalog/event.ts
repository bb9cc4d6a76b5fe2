/**
 * An event as vendors write it and everybody reads it.
 *
 *   draft ──publish──▶ published
 *     └──────delete──────┴──(nothing sold)──▶ canceled
 *
 * A draft has no drop yet: its settings wait in `draft_drop`, so that nothing of it can open, be joined or be sold.
 */
import { type Static, Type } from 'typebox';
import { TermsBody } from '../pricing/index.ts';
import type { DropSettings } from '../queue/index.ts';
import { SeatingBody } from '../seating/index.ts';

const strict = { additionalProperties: false } as const;

/** One line of text: no control characters, not blank. (Postgres refuses U+0000; the rest has no place in a title.) */
const Line = (maxLength: number) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: '^[^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$',
  });
/** Several lines: tabs and line breaks are welcome. */
const Paragraphs = (maxLength: number) =>
  Type.String({ maxLength, pattern: '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$' });
const Time = Type.String({ format: 'date-time', maxLength: 40 });
const Seconds = (minimum: number, maximum: number) => Type.Optional(Type.Integer({ minimum, maximum }));

export const VenueBody = Type.Object(
  { name: Line(200), city: Type.Optional(Line(120)), timeZone: Type.Optional(Line(60)) },
  strict,
);

export const TierBody = Type.Object(
  {
    name: Line(120),
    priceCents: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
    currency: Type.String({ pattern: '^[A-Za-z]{3}$' }),
    /** Left out in tiers with seats: their map knows. */
    quantity: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
  },
  strict,
);
export type TierBody = Static<typeof TierBody>;

/** The bounds are the ledger's own (migration 0003). */
export const DropBody = Type.Object(
  {
    /** False: holds and limits within the drop's times, no line. */
    line: Type.Optional(Type.Boolean()),
    lobbyOpensAt: Type.Optional(Time),
    opensAt: Time,
    endsAt: Type.Optional(Time),
    turnSeconds: Seconds(5, 86_400),
    claimSeconds: Seconds(1, 3_600),
    holdSeconds: Seconds(5, 86_400),
    extendSeconds: Seconds(1, 86_400),
    maxTurns: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    overbook: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 100_000 })),
    limitPerFan: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
    maxCallsPerMinute: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  },
  strict,
);
export type DropBody = Static<typeof DropBody>;

const Tiers = Type.Array(TierBody, { minItems: 1, maxItems: 50 });
const Status = Type.Enum(['draft', 'published']);

export const EventBody = Type.Object(
  {
    title: Line(200),
    type: Line(60),
    artist: Type.Optional(Line(200)),
    description: Type.Optional(Paragraphs(10_000)),
    venue: VenueBody,
    startsAt: Time,
    status: Status,
    tiers: Tiers,
    drop: Type.Optional(DropBody),
    /** Reserved seats; tiers are named by their place in `tiers`: "0", "1" and so on. */
    seating: Type.Optional(SeatingBody),
    /** Fee, tax and how tickets come back; later by `PUT /events/{id}/terms`. */
    terms: Type.Optional(TermsBody),
  },
  strict,
);
export type EventBody = Static<typeof EventBody>;

/**
 * What is left out stays. Tiers, drop and seats belong to drafts; afterwards the drop has its own `PATCH /drops/{id}`, and the
 * seats `PUT /events/{id}/seating`.
 */
export const EventEdit = Type.Object(
  {
    title: Type.Optional(Line(200)),
    type: Type.Optional(Line(60)),
    artist: Type.Optional(Type.Union([Line(200), Type.Null()])),
    description: Type.Optional(Type.Union([Paragraphs(10_000), Type.Null()])),
    venue: Type.Optional(VenueBody),
    startsAt: Type.Optional(Time),
    status: Type.Optional(Status),
    tiers: Type.Optional(Tiers),
    drop: Type.Optional(Type.Union([DropBody, Type.Null()])),
    /** Null, beside new tiers: they are sold without seats. */
    seating: Type.Optional(Type.Union([SeatingBody, Type.Null()])),
  },
  { ...strict, minProperties: 1 },
);
export type EventEdit = Static<typeof EventEdit>;

/** A drop that waits for its event to be published. `opensAt: null` opens then. */
export interface DropPlan extends Omit<DropBody, 'line' | 'opensAt'> {
  dropId: string;
  hasLine: boolean;
  opensAt: string | null;
}

/** No `drop`: a plain sale, open from publication on. */
export function planDrop(dropId: string, body: DropBody | null | undefined): DropPlan {
  if (!body) return { dropId, hasLine: false, opensAt: null };
  const { line = true, ...rest } = body;
  return { dropId, hasLine: line, ...rest };
}

/** The plan as the queue takes it. */
export function settingsOf(plan: DropPlan, eventId: string, now: Date): DropSettings {
  const { opensAt, lobbyOpensAt, endsAt, ...rest } = plan;
  return {
    ...rest,
    eventId,
    opensAt: opensAt === null ? now : new Date(opensAt),
    lobbyOpensAt: lobbyOpensAt === undefined ? null : new Date(lobbyOpensAt),
    endsAt: endsAt === undefined ? null : new Date(endsAt),
  };
}
