/**
 * An order's life, pure (rules O2). The ledger's trigger `ticketing.guard_order` keeps the same edges.
 *
 *   pending ──pay──▶ paying ──complete──▶ committed ──capture──▶ paid ──refund──▶ partially_refunded ─▶ refunded
 *    │ │ ▲             │ │                    │
 *    │ │ └──withdraw───┘ └─lapse─┐            ├─fail─▶ canceled
 *    │ └─lapse─▶ expired ◀───────┘            └─refund─▶ … (cash that was not paid yet)
 *    │             └──complete──▶ committed   (a late yes, its stock still free)
 *    └─cancel─▶ canceled
 */
import type { OrderStatus } from '../protocol/index.ts';

export const ORDER_EVENTS = [
  /** A payment begins; the hold freezes. */
  'pay',
  /** The attempt took no money and never will; the hold thaws. */
  'withdraw',
  /** Authorised: the tickets are issued. */
  'complete',
  /** The money is in. */
  'capture',
  /** The money cannot be had: tickets and stock go back. */
  'fail',
  /** The hold has ended. */
  'lapse',
  /** Given up before any payment. */
  'cancel',
  'refund_part',
  'refund_all',
] as const;
export type OrderEvent = (typeof ORDER_EVENTS)[number];

const EDGES: Record<OrderStatus, Partial<Record<OrderEvent, OrderStatus>>> = {
  pending: { pay: 'paying', lapse: 'expired', cancel: 'canceled' },
  paying: { withdraw: 'pending', complete: 'committed', lapse: 'expired' },
  committed: {
    capture: 'paid',
    fail: 'canceled',
    refund_part: 'partially_refunded',
    refund_all: 'refunded',
  },
  paid: { refund_part: 'partially_refunded', refund_all: 'refunded' },
  partially_refunded: { refund_part: 'partially_refunded', refund_all: 'refunded' },
  refunded: {},
  expired: { complete: 'committed' },
  canceled: {},
};

/** Where the event takes the order, or null when it has no place there. */
export function nextStatus(status: OrderStatus, event: OrderEvent): OrderStatus | null {
  return EDGES[status][event] ?? null;
}

/** Whether the order has its tickets: nothing that asks for them does anything more. */
export function hasTickets(status: OrderStatus): boolean {
  return (
    status === 'committed' || status === 'paid' || status === 'partially_refunded' || status === 'refunded'
  );
}
