/**
 * What the public contract shows of money: ways to pay, an event's terms, codes, refunds, and what operators look through.
 * Money is integer minor units, shares are basis points (1/100 %), times are ISO 8601 UTC strings.
 */
import { type Static, Type } from 'typebox';
import { TimeSchema, UuidSchema } from './uuid.ts';

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const CARD_BRANDS = ['visa', 'mastercard', 'amex', 'discover', 'diners', 'jcb', 'unionpay'] as const;
export type CardBrand = (typeof CARD_BRANDS)[number];

/** One way to pay for an event, as fans see it (`GET /events/{id}/payment-methods`). */
export const WayToPay = Type.Object({
  /** Null: the installation's own. Sent back as `method.methodId`. */
  methodId: Nullable(UuidSchema),
  provider: Type.Enum(['test', 'cash_on_arrival', 'stripe']),
  label: Type.String(),
  /** Cards it is restricted to; null: any. */
  brands: Nullable(Type.Array(Type.Enum([...CARD_BRANDS]))),
  /** Stripe's, for its form. */
  publishableKey: Type.Optional(Type.String()),
});
export type WayToPay = Static<typeof WayToPay>;

/** A vendor's own way to pay (`GET /vendors/payment-methods`). Credentials are never shown, only their last four characters. */
export const PaymentMethodView = Type.Object({
  id: UuidSchema,
  provider: Type.Enum(['test', 'cash_on_arrival', 'stripe']),
  label: Type.String(),
  brands: Nullable(Type.Array(Type.Enum([...CARD_BRANDS]))),
  active: Type.Boolean(),
  /** Of its own credentials; null: it uses the installation's account. */
  credentialsHint: Nullable(Type.String()),
  /** Where the provider sends its webhooks for these credentials; null without own ones. */
  webhookPath: Nullable(Type.String()),
  /** Events that take it. */
  eventIds: Type.Array(UuidSchema),
  version: Type.Integer(),
  createdAt: TimeSchema,
});
export type PaymentMethodView = Static<typeof PaymentMethodView>;

/** What is added to a price, and on what terms a ticket comes back (`GET /events/{id}/terms`). */
export const TermsView = Type.Object({
  feeCents: Type.Integer(),
  feeBp: Type.Integer(),
  taxName: Type.String(),
  taxBp: Type.Integer(),
  /** Contained in prices instead of added to them. */
  taxIncluded: Type.Boolean(),
  /** Hours before the start; null: tickets do not come back. */
  refundUntilHours: Nullable(Type.Integer()),
  refundFeeCents: Type.Integer(),
  refundFeeBp: Type.Integer(),
  refundNeedsApproval: Type.Boolean(),
  version: Type.Integer(),
});
export type TermsView = Static<typeof TermsView>;

/** A promo or presale code of an event. */
export const CodeView = Type.Object({
  id: UuidSchema,
  code: Type.String(),
  /** `percent`: `value` in basis points; `amount`: `value` off each ticket; `presale`: opens tiers in presale. */
  kind: Type.Enum(['percent', 'amount', 'presale']),
  value: Type.Integer(),
  /** Tiers it is for; null: all. */
  tierIds: Nullable(Type.Array(UuidSchema)),
  /** Tickets in all, and per fan; null: no limit. */
  maxTickets: Nullable(Type.Integer()),
  maxPerFan: Nullable(Type.Integer()),
  startsAt: Nullable(TimeSchema),
  endsAt: Nullable(TimeSchema),
  /** Where it was given out, for the sales by channel. */
  channel: Nullable(Type.String()),
  active: Type.Boolean(),
  /** Tickets in live orders. */
  used: Type.Integer(),
});
export type CodeView = Static<typeof CodeView>;

/** How a tier's price moves by itself; off where there is none. */
export const PriceRuleView = Type.Object({
  tierId: UuidSchema,
  basePriceCents: Type.Integer(),
  floorCents: Type.Integer(),
  capCents: Type.Integer(),
  /** In order; the last one whose time has come or whose share is sold gives the price. */
  steps: Type.Array(
    Type.Object({
      at: Type.Optional(TimeSchema),
      /** Basis points of the tier's quantity sold. */
      soldBp: Type.Optional(Type.Integer()),
      priceCents: Type.Integer(),
    }),
  ),
  enabled: Type.Boolean(),
});
export type PriceRuleView = Static<typeof PriceRuleView>;

export const REFUND_STATUSES = ['requested', 'rejected', 'sending', 'succeeded', 'failed'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

export const RefundView = Type.Object({
  id: UuidSchema,
  orderId: UuidSchema,
  orderReference: Type.String(),
  eventId: UuidSchema,
  eventTitle: Type.String(),
  ticketIds: Type.Array(UuidSchema),
  status: Type.Enum([...REFUND_STATUSES]),
  cause: Type.String(),
  reason: Nullable(Type.String()),
  /** What goes back, after the fee. */
  amountCents: Type.Integer(),
  feeCents: Type.Integer(),
  currency: Type.String(),
  createdAt: TimeSchema,
  settledAt: Nullable(TimeSchema),
});
export type RefundView = Static<typeof RefundView>;

/** What giving a ticket back would bring now (`GET /tickets/{id}/refund`). */
export const RefundQuote = Type.Object({
  ticketId: UuidSchema,
  possible: Type.Boolean(),
  /** Why not: `too_late`, `not_offered`, `used`, `refunded`, `pending`, `disputed`, `not_paid`. */
  why: Nullable(Type.String()),
  amountCents: Type.Integer(),
  feeCents: Type.Integer(),
  /** Points that come back with it, whole. */
  points: Type.Optional(Type.Integer()),
  currency: Type.String(),
  /** Until when; null: never possible. */
  until: Nullable(TimeSchema),
  needsApproval: Type.Boolean(),
  /** The refund there is already. */
  refund: Nullable(RefundView),
});
export type RefundQuote = Static<typeof RefundQuote>;

/** A refund as an operator decides it (`GET /operations/refunds`). */
export const RefundCase = Type.Object({
  ...RefundView.properties,
  userId: UuidSchema,
  userEmail: Type.String(),
  provider: Nullable(Type.String()),
  tries: Type.Integer(),
  failure: Nullable(Type.String()),
  decidedBy: Nullable(UuidSchema),
});
export type RefundCase = Static<typeof RefundCase>;

export const DisputeView = Type.Object({
  id: UuidSchema,
  paymentId: UuidSchema,
  orderId: UuidSchema,
  userId: UuidSchema,
  userEmail: Type.String(),
  amountCents: Type.Integer(),
  currency: Type.String(),
  reason: Nullable(Type.String()),
  status: Type.Enum(['open', 'won', 'lost']),
  openedAt: TimeSchema,
  closedAt: Nullable(TimeSchema),
});
export type DisputeView = Static<typeof DisputeView>;

export const WebhookView = Type.Object({
  id: UuidSchema,
  provider: Type.String(),
  eventId: Type.String(),
  type: Type.String(),
  objectId: Nullable(Type.String()),
  status: Type.Enum(['received', 'processed', 'ignored', 'dead']),
  attempts: Type.Integer(),
  error: Nullable(Type.String()),
  receivedAt: TimeSchema,
  processedAt: Nullable(TimeSchema),
});
export type WebhookView = Static<typeof WebhookView>;

/** A difference between ledger, provider and tickets, with what is or was done about it. */
export const FindingView = Type.Object({
  id: UuidSchema,
  kind: Type.String(),
  /** For a person. */
  explanation: Type.String(),
  orderId: Nullable(UuidSchema),
  paymentId: Nullable(UuidSchema),
  amountCents: Nullable(Type.Integer()),
  currency: Nullable(Type.String()),
  /** What mends it, in words. */
  action: Type.String(),
  /** `mended`: by itself; `open`: waits for a person; `approved`, `dismissed`: by one; `gone`: no longer there. */
  status: Type.Enum(['open', 'mended', 'approved', 'dismissed', 'gone']),
  firstSeenAt: TimeSchema,
  lastSeenAt: TimeSchema,
});
export type FindingView = Static<typeof FindingView>;

export const ReconciliationView = Type.Object({
  id: UuidSchema,
  startedAt: TimeSchema,
  endedAt: Nullable(TimeSchema),
  dryRun: Type.Boolean(),
  trigger: Type.Enum(['nightly', 'command', 'operator']),
  /** Payments, provider charges and tickets compared. */
  compared: Type.Object({ payments: Type.Integer(), charges: Type.Integer(), tickets: Type.Integer() }),
  found: Type.Integer(),
  mended: Type.Integer(),
  queued: Type.Integer(),
  /** Of those found: carts that were paid twice. */
  duplicates: Type.Optional(Type.Integer()),
  error: Nullable(Type.String()),
});
export type ReconciliationView = Static<typeof ReconciliationView>;

/** A mail as the mailbox page lists it. */
export const MailView = Type.Object({
  id: UuidSchema,
  to: Type.String(),
  subject: Type.String(),
  kind: Type.String(),
  orderId: Nullable(UuidSchema),
  status: Type.Enum(['queued', 'sent', 'failed']),
  tries: Type.Integer(),
  attachments: Type.Array(Type.String()),
  createdAt: TimeSchema,
  sentAt: Nullable(TimeSchema),
});
export type MailView = Static<typeof MailView>;

/** A service as `GET /status` and `service:status` show it. */
export const ServiceNote = Type.Object({
  state: Type.Enum(['available', 'degraded', 'unavailable']),
  /** For a person: what is paused and why; null while available. */
  reason: Nullable(Type.String()),
  since: Nullable(TimeSchema),
  /** When it is tried again; null: not waiting. */
  retryAt: Nullable(TimeSchema),
});
export type ServiceNote = Static<typeof ServiceNote>;
