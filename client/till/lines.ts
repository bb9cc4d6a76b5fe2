/** A sum taken apart: what the tickets cost, what a code takes off, fees, taxes. Every line is an integer of minor units. */
import type { HoldView, OrderView, TierView } from '../../server/protocol/views.ts';

export interface PriceParts {
  /** The tickets alone. */
  subtotalCents: number;
  /** All that is taken off; of it, what points took. */
  discountCents: number;
  pointsCents: number;
  pointsUsed: number;
  code: string | null;
  feesCents: number;
  /** Added to the price. */
  taxCents: number;
  /** Contained in it. */
  taxIncludedCents: number;
  refundedCents: number;
  totalCents: number;
  currency: string;
}

export function partsOfOrder(order: OrderView): PriceParts {
  return {
    subtotalCents: order.subtotalCents,
    discountCents: order.discountCents ?? 0,
    pointsCents: order.pointsCents ?? 0,
    pointsUsed: order.pointsUsed ?? 0,
    code: order.code ?? null,
    feesCents: order.feesCents,
    taxCents: order.taxCents ?? 0,
    taxIncludedCents: order.taxIncludedCents ?? 0,
    refundedCents: order.refundedCents ?? 0,
    totalCents: order.totalCents,
    currency: order.currency,
  };
}

/** Before there is an order, and so before any code. */
export function partsOfHold(hold: HoldView): PriceParts {
  const sum = (of: (item: HoldView['items'][number]) => number | undefined): number =>
    hold.items.reduce((total, item) => total + item.quantity * (of(item) ?? 0), 0);
  return {
    subtotalCents: sum((item) => item.unitPriceCents),
    discountCents: sum((item) => item.unitDiscountCents),
    pointsCents: 0,
    pointsUsed: 0,
    code: null,
    feesCents: sum((item) => item.unitFeeCents),
    taxCents: sum((item) => item.unitTaxCents),
    taxIncludedCents: 0,
    refundedCents: 0,
    totalCents: hold.totalCents,
    currency: hold.currency,
  };
}

export function partsOfTier(tier: TierView): PriceParts {
  return {
    subtotalCents: tier.priceCents,
    discountCents: 0,
    pointsCents: 0,
    pointsUsed: 0,
    code: null,
    feesCents: tier.feeCents ?? 0,
    taxCents: tier.taxCents ?? 0,
    taxIncludedCents: tier.taxIncludedCents ?? 0,
    refundedCents: 0,
    totalCents: tier.allInCents ?? tier.priceCents,
    currency: tier.currency,
  };
}

/** Whether there is anything to take apart. */
export const isPlain = (parts: PriceParts): boolean =>
  parts.discountCents + parts.pointsUsed + parts.feesCents + parts.taxCents + parts.taxIncludedCents === 0;

/** The order this hold became, as long as that is what will be paid. */
export const orderOf = (hold: HoldView, order: OrderView | null): OrderView | null =>
  order && order.holdId === hold.id && (order.status === 'pending' || order.status === 'paying')
    ? order
    : null;

/** What is held, at what it will cost: with a code on its order, that order's prices. */
export const heldAt = (hold: HoldView, order: OrderView | null): HoldView =>
  order && order.holdId === hold.id ? { ...hold, items: order.items, totalCents: order.totalCents } : hold;

/** What the page names as the sum, and what is therefore sent along. */
export const dueOf = (hold: HoldView, order: OrderView | null): number =>
  orderOf(hold, order)?.totalCents ?? hold.totalCents;
