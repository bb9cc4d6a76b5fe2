/** A difference put into words: the sentence of its kind with the figures of this one. */
import type { Item, ItemPayment } from './item.ts';
import { type Difference, KINDS, type KindName, type Subject } from './kinds.ts';

export function differenceOf(
  kind: KindName,
  subject: Partial<Subject>,
  figures: string,
  amount: { cents: number; currency: string } | null,
): Difference {
  return {
    kind,
    subject: { orderId: null, paymentId: null, refundId: null, charge: null, ...subject },
    explanation: `${KINDS[kind].sentence} ${figures}`,
    amountCents: amount?.cents ?? null,
    currency: amount?.currency ?? null,
    figures,
  };
}

/** About a payment of an order. */
export function aboutPayment(item: Item, p: ItemPayment) {
  return (kind: KindName, cents: number, text: string, subject: Partial<Subject> = {}): Difference =>
    differenceOf(
      kind,
      { orderId: item.orderId, paymentId: p.id, ...subject },
      `Order ${item.reference}: ${text}`,
      {
        cents,
        currency: p.currency,
      },
    );
}
