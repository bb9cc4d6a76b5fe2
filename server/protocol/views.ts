/**
 * What the public contract shows of the domain: one source for types, validation and OpenAPI (TypeBox).
 * Money is integer minor units, times are ISO 8601 UTC strings, ids are UUIDs.
 */
import { type Static, Type } from 'typebox';
import { SeatRef } from './seating.ts';
import { TimeSchema, UuidSchema } from './uuid.ts';

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const DROP_PHASES = [
  'scheduled',
  'lobby',
  'drawing',
  'live',
  'paused',
  'sold_out',
  'ended',
  'canceled',
] as const;
export const DropPhase = Type.Enum([...DROP_PHASES]);
export type DropPhase = (typeof DROP_PHASES)[number];

export const ROLES = ['user', 'vendor', 'operator'] as const;
export type Role = (typeof ROLES)[number];

export const TierView = Type.Object({
  id: UuidSchema,
  name: Type.String(),
  priceCents: Type.Integer(),
  /** Per ticket, on top of the price. */
  feeCents: Type.Optional(Type.Integer()),
  taxCents: Type.Optional(Type.Integer()),
  /** Contained in price and fee. */
  taxIncludedCents: Type.Optional(Type.Integer()),
  /** What one ticket costs: price, fee and tax. */
  allInCents: Type.Optional(Type.Integer()),
  /** Where the price can go by its rule, all-in; absent: it stays. */
  priceRange: Type.Optional(Type.Object({ minCents: Type.Integer(), maxCents: Type.Integer() })),
  /** Until then a code is needed: ISO 8601; absent: no presale. */
  presaleUntil: Type.Optional(TimeSchema),
  currency: Type.String(),
  quantity: Type.Integer(),
  /** Neither held nor sold right now. */
  available: Type.Integer(),
  held: Type.Integer(),
  sold: Type.Integer(),
  /** Sold by the seat: asked for by `seatIds` or `bestAvailable`. */
  seated: Type.Optional(Type.Boolean()),
  /** Free seats that are kept for a channel; not among `available`. */
  kept: Type.Optional(Type.Integer()),
});
export type TierView = Static<typeof TierView>;

/** A drop's small public state, sent whole: `drop:state`, `GET /drops/{id}`, the snapshot of `drop:watch`. */
export const DropState = Type.Object({
  id: UuidSchema,
  eventId: UuidSchema,
  phase: DropPhase,
  /** Position in the stream: higher (epoch, version) wins. */
  epoch: Type.Integer(),
  version: Type.Integer(),
  /** The server's clock when this was read, for countdowns: ISO 8601. */
  serverTime: TimeSchema,
  hasLine: Type.Boolean(),
  lobbyOpensAt: Nullable(TimeSchema),
  opensAt: TimeSchema,
  endsAt: Nullable(TimeSchema),
  pausedAt: Nullable(TimeSchema),
  pauseReason: Nullable(Type.String()),
  /** Highest number called so far. */
  serving: Type.Integer(),
  /** Highest number given so far: the length of the numbered line. */
  lastNumber: Type.Integer(),
  /** Places in the lobby, while there is one. */
  lobbyCount: Type.Integer(),
  /** Live turns plus open calls, and their cap. */
  turnsInUse: Type.Integer(),
  maxTurns: Type.Integer(),
  limitPerFan: Type.Integer(),
  turnSeconds: Type.Integer(),
  holdSeconds: Type.Integer(),
  claimSeconds: Type.Integer(),
  extendable: Type.Boolean(),
  /** The map its seats are on; null: nothing here has a seat. */
  mapId: Type.Optional(Nullable(UuidSchema)),
  /** Turns called per minute, measured over the last minutes; null before there is a rate. */
  ratePerMinute: Nullable(Type.Number()),
  tiers: Type.Array(TierView),
});
export type DropState = Static<typeof DropState>;

export const PLACE_STATES = ['waiting', 'called', 'late', 'turn', 'done', 'expired', 'left'] as const;
export const PlaceState = Type.Enum([...PLACE_STATES]);
export type PlaceState = (typeof PLACE_STATES)[number];

export const HOLD_STATUSES = ['active', 'paying', 'completed', 'expired', 'released'] as const;
export type HoldStatus = (typeof HOLD_STATUSES)[number];

export const HoldItemView = Type.Object({
  tierId: UuidSchema,
  tierName: Type.Optional(Type.String()),
  quantity: Type.Integer(),
  unitPriceCents: Type.Integer(),
  unitDiscountCents: Type.Optional(Type.Integer()),
  unitFeeCents: Type.Optional(Type.Integer()),
  unitTaxCents: Type.Optional(Type.Integer()),
  /** What one of these costs, all in. */
  unitAllInCents: Type.Optional(Type.Integer()),
  currency: Type.String(),
  /** In a tier with seats: which ones. */
  seats: Type.Optional(Type.Array(SeatRef)),
});
export type HoldItemView = Static<typeof HoldItemView>;

export const HoldView = Type.Object({
  id: UuidSchema,
  dropId: UuidSchema,
  status: Type.Enum([...HOLD_STATUSES]),
  expiresAt: TimeSchema,
  extended: Type.Boolean(),
  items: Type.Array(HoldItemView),
  totalCents: Type.Integer(),
  currency: Type.String(),
  /** The order made from this hold, once there is one. */
  orderId: Type.Optional(Nullable(UuidSchema)),
});
export type HoldView = Static<typeof HoldView>;

/** The signed lobby receipt: whoever holds it can prove that the place was counted (receipt.ts reads it). */
export const PlaceView = Type.Object({
  placeId: UuidSchema,
  dropId: UuidSchema,
  /** Null until the draw, then for ever the same. */
  number: Nullable(Type.Integer()),
  state: PlaceState,
  joinedAt: TimeSchema,
  receipt: Type.String(),
  /** Until when a call may be claimed. */
  claimBy: Nullable(TimeSchema),
  /** Until when the turn lasts, and the signed admission token. */
  turn: Nullable(Type.Object({ token: Type.String(), expiresAt: TimeSchema })),
  /** While waiting or late: fans with lower numbers still to be called, and when that will probably be, from the line's real pace. */
  forecast: Type.Optional(
    Nullable(
      Type.Object({
        ahead: Type.Integer(),
        /** Seconds from now; null: not known (yet). */
        earliestSeconds: Nullable(Type.Integer()),
        latestSeconds: Nullable(Type.Integer()),
        /** Whether tickets will probably last until this number. */
        supply: Type.Enum(['unknown', 'enough', 'uncertain', 'unlikely']),
      }),
    ),
  ),
});
export type PlaceView = Static<typeof PlaceView>;

/** Everything one fan has in one drop: the page rebuilds itself from this after a refresh or on another device. */
export const MineView = Type.Object({
  dropId: UuidSchema,
  serverTime: TimeSchema,
  place: Nullable(PlaceView),
  holds: Type.Array(HoldView),
  /** Tickets already bought in this drop, and what the limit still allows. */
  bought: Type.Integer(),
  remainingAllowance: Type.Integer(),
});
export type MineView = Static<typeof MineView>;

export const ORDER_STATUSES = [
  'pending',
  'paying',
  'committed',
  'paid',
  'partially_refunded',
  'refunded',
  'expired',
  'canceled',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const OrderView = Type.Object({
  id: UuidSchema,
  /** Short human reference, e.g. 4K-71B2. */
  reference: Type.String(),
  status: Type.Enum([...ORDER_STATUSES]),
  eventId: UuidSchema,
  eventTitle: Type.String(),
  dropId: UuidSchema,
  holdId: Nullable(UuidSchema),
  items: Type.Array(HoldItemView),
  subtotalCents: Type.Integer(),
  discountCents: Type.Optional(Type.Integer()),
  feesCents: Type.Integer(),
  taxCents: Type.Optional(Type.Integer()),
  taxIncludedCents: Type.Optional(Type.Integer()),
  /** Of the discount: what points took off the tickets' prices. The rest is the code's. */
  pointsCents: Type.Optional(Type.Integer()),
  /** Points on this order; those that have come back (it ended, tickets were given back) are still counted. */
  pointsUsed: Type.Optional(Type.Integer()),
  /** How they are used. */
  pointsKind: Type.Optional(Nullable(Type.Enum(['discount', 'free', 'upgrade']))),
  /** The code that took the discount. */
  code: Type.Optional(Nullable(Type.String())),
  refundedCents: Type.Optional(Type.Integer()),
  totalCents: Type.Integer(),
  currency: Type.String(),
  createdAt: TimeSchema,
  expiresAt: Nullable(TimeSchema),
});
export type OrderView = Static<typeof OrderView>;

export const TICKET_STATUSES = ['issued', 'transferred', 'redeemed', 'refunded', 'canceled'] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

export const TicketView = Type.Object({
  id: UuidSchema,
  orderId: UuidSchema,
  orderReference: Type.String(),
  eventId: UuidSchema,
  tierId: UuidSchema,
  tierName: Type.String(),
  status: Type.Enum([...TICKET_STATUSES]),
  holderName: Type.String(),
  eventTitle: Type.String(),
  venueName: Type.String(),
  venueCity: Nullable(Type.String()),
  startsAt: TimeSchema,
  timeZone: Type.String(),
  /** Null in tiers without seats. */
  seat: Type.Optional(Nullable(SeatRef)),
  /** The signed QR text; null until payment released it. */
  qr: Nullable(Type.String()),
});
export type TicketView = Static<typeof TicketView>;

export const EventView = Type.Object({
  id: UuidSchema,
  vendorId: UuidSchema,
  title: Type.String(),
  type: Type.String(),
  artist: Nullable(Type.String()),
  description: Nullable(Type.String()),
  venue: Type.Object({ name: Type.String(), city: Nullable(Type.String()), timeZone: Type.String() }),
  startsAt: TimeSchema,
  status: Type.Enum(['draft', 'published', 'canceled', 'ended']),
  /** The vendor's picture of it, `…/small` for a small one; null: none. */
  imageUrl: Type.Optional(Nullable(Type.String())),
  currency: Type.String(),
  version: Type.Integer(),
  drop: Nullable(
    Type.Object({
      id: UuidSchema,
      phase: DropPhase,
      hasLine: Type.Boolean(),
      lobbyOpensAt: Nullable(TimeSchema),
      opensAt: TimeSchema,
      endsAt: Nullable(TimeSchema),
      limitPerFan: Type.Integer(),
    }),
  ),
  /** The map its seats are on (`GET /events/{id}/seating`); null: nothing of it has a seat. */
  mapId: Type.Optional(Nullable(UuidSchema)),
  tiers: Type.Array(TierView),
});
export type EventView = Static<typeof EventView>;

/** One vendor's event, live: every figure belongs to the ledger version beside it. */
export const SalesView = Type.Object({
  eventId: UuidSchema,
  dropId: UuidSchema,
  phase: DropPhase,
  /** Sum of the tiers' row versions: rises with every counter that moves. */
  ledgerVersion: Type.Integer(),
  asOf: TimeSchema,
  currency: Type.String(),
  capacity: Type.Integer(),
  sold: Type.Integer(),
  held: Type.Integer(),
  revenueCents: Type.Integer(),
  revenueLastMinuteCents: Type.Integer(),
  lineLength: Type.Integer(),
  serving: Type.Integer(),
  ratePerMinute: Nullable(Type.Number()),
  turnsInUse: Type.Integer(),
  maxTurns: Type.Integer(),
  funnel: Type.Object({
    joined: Type.Integer(),
    called: Type.Integer(),
    claimed: Type.Integer(),
    held: Type.Integer(),
    paid: Type.Integer(),
  }),
  tiers: Type.Array(TierView),
  /** Tickets sold per minute, oldest first; `minute` is the start of the minute. */
  perMinute: Type.Array(
    Type.Object({ minute: TimeSchema, tickets: Type.Integer(), revenueCents: Type.Integer() }),
  ),
});
export type SalesView = Static<typeof SalesView>;
