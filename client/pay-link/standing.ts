/** What the page behind a payment link shows, as a pure function of the order and of what its payment answered. */
import type { OrderView } from '../../server/protocol/views.ts';

/** The step a bank asks for. */
export interface Step {
  type: string;
  clientSecret?: string;
  publishableKey?: string;
}

export type Standing = 'pay' | 'paying' | 'step' | 'paid' | 'confirmed' | 'over';

export function standingOf(order: OrderView, step: Step | null, nowMs: number): Standing {
  switch (order.status) {
    case 'paid':
      return 'paid';
    case 'committed':
      return 'confirmed';
    case 'paying':
      return step ? 'step' : 'paying';
    case 'pending':
      return order.expiresAt !== null && Date.parse(order.expiresAt) <= nowMs ? 'over' : 'pay';
    default:
      return 'over';
  }
}
