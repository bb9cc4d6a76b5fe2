/** Affiliates as vendors and they themselves see them. */
import { type Static, Type } from 'typebox';
import { TimeSchema, UuidSchema } from './uuid.ts';

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

/** What came by one's links, per currency: currencies are never added up. Money in minor units, less what went back. */
export const AffiliateFigures = Type.Object({
  currency: Type.String(),
  /** Paid orders, those given back later too. */
  orders: Type.Integer(),
  tickets: Type.Integer(),
  /** Prices after discounts, before fees and taxes put on top. */
  ticketCents: Type.Integer(),
  commissionCents: Type.Integer(),
});
export type AffiliateFigures = Static<typeof AffiliateFigures>;

export const AffiliateView = Type.Object({
  id: UuidSchema,
  name: Type.String(),
  code: Type.String(),
  /** Basis points of `ticketCents`, for orders from now on. */
  commissionBp: Type.Integer(),
  /** Null: all of the vendor's events. */
  eventIds: orNull(Type.Array(UuidSchema)),
  email: orNull(Type.String()),
  active: Type.Boolean(),
  startsAt: orNull(TimeSchema),
  endsAt: orNull(TimeSchema),
  createdAt: TimeSchema,
  figures: Type.Array(AffiliateFigures),
});
export type AffiliateView = Static<typeof AffiliateView>;

/** Of one who is an affiliate: never who bought. */
export const AffiliationView = Type.Object({
  id: UuidSchema,
  vendor: Type.String(),
  code: Type.String(),
  commissionBp: Type.Integer(),
  /** What their links may lead to; null: all of the vendor's events. */
  eventIds: orNull(Type.Array(UuidSchema)),
  active: Type.Boolean(),
  startsAt: orNull(TimeSchema),
  endsAt: orNull(TimeSchema),
  figures: Type.Array(AffiliateFigures),
});
export type AffiliationView = Static<typeof AffiliationView>;
