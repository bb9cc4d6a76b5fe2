/**
 * Socket events by name: what a client may ask (each with an acknowledgement) and what a server may push.
 * Handlers validate `CLIENT_EVENTS` payloads strictly: unknown members are refused.
 */
import { type Static, Type } from 'typebox';
import type { ErrorBody } from './errors.ts';
import type { ServiceNote } from './money.ts';
import type { SeatsDelta } from './seating.ts';
import { UuidSchema } from './uuid.ts';
import { DropPhase, type DropState, type HoldView, type OrderView, type SalesView } from './views.ts';

const strict = { additionalProperties: false } as const;
const byDrop = Type.Object({ dropId: UuidSchema }, strict);
const byHold = Type.Object({ holdId: UuidSchema }, strict);

/** At most this many lines in one hold (before duplicate tiers are merged), and this many seats in one line. */
const MAX_ITEMS = 20;
const MAX_QUANTITY = 1000;

/**
 * How far a group may be apart: `row`: side by side in one row; `rows` (the default): or split over two rows behind each
 * other; `any`: or wherever seats are free.
 */
export const TOGETHER = ['row', 'rows', 'any'] as const;
export type Together = (typeof TOGETHER)[number];

export const HoldItem = Type.Union([
  Type.Object({ tierId: UuidSchema, quantity: Type.Integer({ minimum: 1, maximum: MAX_QUANTITY }) }, strict),
  Type.Object(
    {
      tierId: UuidSchema,
      seatIds: Type.Array(UuidSchema, { minItems: 1, maxItems: MAX_ITEMS, uniqueItems: true }),
    },
    strict,
  ),
  Type.Object(
    {
      /** Left out: any tier with seats; a group is always of one tier. */
      tierId: Type.Optional(UuidSchema),
      bestAvailable: Type.Integer({ minimum: 1, maximum: MAX_ITEMS }),
      /** A section's key. */
      section: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
      together: Type.Optional(Type.Enum([...TOGETHER])),
    },
    strict,
  ),
]);
export type HoldItem = Static<typeof HoldItem>;

export const HoldItems = Type.Array(HoldItem, { minItems: 1, maxItems: MAX_ITEMS });

const seatWishes = {
  /** Asks for accessible seats: they are kept for those who do. With `bestAvailable` each group has one at least. */
  accessible: Type.Optional(Type.Boolean()),
  /** The code of a channel that seats are kept for. */
  channel: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
};

export const HoldPlace = Type.Object(
  { dropId: UuidSchema, requestId: UuidSchema, items: HoldItems, ...seatWishes },
  strict,
);
export type HoldPlace = Static<typeof HoldPlace>;

/** Exchanges a hold for another one of the same drop, all or nothing: until the new one stands, the old one is kept. */
export const HoldSwap = Type.Object(
  { holdId: UuidSchema, dropId: UuidSchema, requestId: UuidSchema, items: HoldItems, ...seatWishes },
  strict,
);
export type HoldSwap = Static<typeof HoldSwap>;

export const CLIENT_EVENTS = {
  'drop:watch': byDrop,
  'drop:unwatch': byDrop,
  'queue:join': byDrop,
  'queue:claim': byDrop,
  'queue:leave': byDrop,
  'hold:place': HoldPlace,
  'hold:swap': HoldSwap,
  'hold:release': byHold,
  'hold:extend': byHold,
  'seats:watch': byDrop,
  'seats:unwatch': byDrop,
  'sales:watch': Type.Object({ eventId: UuidSchema }, strict),
} as const;
export type ClientEvent = keyof typeof CLIENT_EVENTS;

export type Ack<T> = { ok: true; data: T } | { ok: false; error: ErrorBody };

/** `queue:tick`: at most about 60 bytes of payload, however long the line is. */
export const QueueTick = Type.Object({
  dropId: UuidSchema,
  epoch: Type.Integer(),
  version: Type.Integer(),
  serving: Type.Integer(),
  lastNumber: Type.Integer(),
  phase: DropPhase,
});
export type QueueTick = Static<typeof QueueTick>;

/** `stock:tick`: whole, coalesced; `tiers` maps tier id to [available, held, sold]. */
export const StockTick = Type.Object({
  dropId: UuidSchema,
  epoch: Type.Integer(),
  version: Type.Integer(),
  tiers: Type.Record(Type.String(), Type.Tuple([Type.Integer(), Type.Integer(), Type.Integer()])),
});
export type StockTick = Static<typeof StockTick>;

export interface ServerEvents {
  'drop:state': DropState;
  'queue:tick': QueueTick;
  'stock:tick': StockTick;
  'seats:delta': SeatsDelta;
  'place:updated': { placeId: string; dropId: string; number: number | null; state: string };
  'hold:updated': HoldView;
  'hold:expired': { holdId: string; dropId: string };
  'order:updated': OrderView;
  'sales:tick': SalesView;
  'service:status': {
    services: Record<string, 'available' | 'degraded' | 'unavailable'>;
    /** The same services with what is the matter, since when, and when it is tried again. */
    details: Record<string, ServiceNote>;
  };
  /** Sent before an edge closes: move to another one after a random share of `withinMs`. */
  'server:draining': { withinMs: number };
  /** The edge could not deliver for a while; a fresh snapshot follows. */
  'server:stale': { dropId: string };
}
