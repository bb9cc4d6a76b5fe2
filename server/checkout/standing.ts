/** How one payment stands, with its order and its hold: what the saga reads before every step. */
import type { Charge, ProviderName } from '../payments/index.ts';
import type { HoldStatus, OrderStatus } from '../protocol/index.ts';
import { createReadTogether, type Db, statement } from '../stores/index.ts';
import { hasTickets } from './order.ts';

export type PaymentStatus =
  | 'started'
  | 'requires_action'
  | 'authorized'
  | 'captured'
  | 'declined'
  | 'voided'
  | 'capture_failed'
  | 'refunded'
  | 'unknown'
  | 'stray';

/** The cause of a withdrawal before anything was asked of the provider: it was known to be away. */
export const NOT_ASKED = 'provider_unavailable';

export interface Standing {
  paymentId: string;
  payment: PaymentStatus;
  provider: ProviderName;
  methodId: string | null;
  /** The provider's own name for it, once it is known there. */
  ref: string | null;
  amountCents: number;
  currency: string;
  orderId: string;
  order: OrderStatus;
  userId: string;
  dropId: string;
  eventId: string;
  hold: HoldStatus;
  /** Tickets the order is for. */
  quantity: number;
  /** Why it was withdrawn, where it was. */
  cause: string | null;
  /** The hold's hard cap while paying is over, or it was ended under the payment's feet. */
  capPassed: boolean;
}

const select = statement(
  'payment_standing',
  `select p.id as "paymentId", p.status as payment, p.provider, p.method_id as "methodId", p.provider_ref as ref, p.amount_cents as "amountCents", p.currency,
          o.id as "orderId", o.status as "order", o.user_id as "userId", o.drop_id as "dropId", o.event_id as "eventId",
          h.status as hold, (select sum(i.quantity)::int from ticketing.order_items i where i.order_id = o.id) as quantity,
          p.detail ->> 'cause' as cause,
          h.status <> 'paying' or h.paying_until <= now() as "capPassed"
     from ticketing.payments p
     join ticketing.orders o on o.id = p.order_id
     join ticketing.holds h on h.id = o.hold_id
    where p.id = any ($1)`,
);

export const chargeOf = (s: Standing): Charge => ({
  id: s.paymentId,
  amountCents: s.amountCents,
  currency: s.currency,
  ref: s.ref,
  orderId: s.orderId,
});

export type ReadStanding = (paymentId: string) => Promise<Standing | undefined>;

export function createReadStanding(db: Db): ReadStanding {
  const read = createReadTogether<string, Standing>(db, {
    statement: select,
    values: (ids) => [ids],
    keyOf: (id) => id,
    keyOfRow: (row) => row.paymentId,
  });
  return async (paymentId) => (await read(paymentId))[0];
}

/** Nobody is working on it this moment: it ended, or waits for the fan or the provider. */
export function isAtRest(s: Standing): boolean {
  if (s.payment === 'started') return false;
  // Cash at the door is authorised and stays so; everything else authorised is on its way to be captured.
  return s.payment !== 'authorized' || (s.provider === 'cash_on_arrival' && hasTickets(s.order));
}
