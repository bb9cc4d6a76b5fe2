/** What mails and paper tell about an order, read from the ledger when they are made: a mail says what is true as it leaves. */
import type { OrderStatus, TicketView } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { readOrderTickets } from '../tickets/index.ts';

const ORDER = statement(
  'delivery_order',
  `select o.id, o.user_id as "userId", o.reference, o.status, o.total_cents as "totalCents", o.currency,
          u.name as "toName", u.email as "toAddress",
          e.title, e.venue_name as "venueName", e.venue_city as "venueCity", e.start_at as "startsAt", e.time_zone as "timeZone",
          (select p.provider from ticketing.payments p where p.order_id = o.id
              and p.status in ('authorized', 'captured', 'refunded') order by p.created_at desc limit 1) as provider
     from ticketing.orders o join accounts.users u on u.id = o.user_id join events.events e on e.id = o.event_id
    where o.id = $1`,
);
const REFUND = statement(
  'delivery_refund',
  `select id, order_id as "orderId", status, cause, reason, amount_cents as "amountCents", fee_cents as "feeCents", currency
     from ticketing.refunds where id = $1`,
);

interface OrderRow {
  id: string;
  userId: string;
  reference: string;
  status: OrderStatus;
  totalCents: number;
  currency: string;
  toName: string;
  toAddress: string;
  title: string;
  venueName: string;
  venueCity: string | null;
  startsAt: Date;
  timeZone: string;
  provider: string | null;
}

export interface OrderFacts extends OrderRow {
  /** Those that open a door now, each with its code. */
  tickets: ValidTicket[];
}
export type ValidTicket = TicketView & { qr: string };

export interface RefundFacts {
  id: string;
  orderId: string;
  status: string;
  cause: string;
  reason: string | null;
  amountCents: number;
  feeCents: number;
  currency: string;
}

/** A code that was released, of a ticket that was neither used nor given back (rule M7). */
export const isValid = (ticket: TicketView): ticket is ValidTicket =>
  ticket.qr !== null && (ticket.status === 'issued' || ticket.status === 'transferred');

export async function readOrderFacts(db: Db, orderId: string): Promise<OrderFacts | null> {
  const row = await db.one<OrderRow>(ORDER, [orderId]);
  if (!row) return null;
  const tickets = await readOrderTickets(db, row.userId, orderId);
  return { ...row, tickets: tickets.filter(isValid) };
}

export const readRefundFacts = (db: Db, refundId: string): Promise<RefundFacts | undefined> =>
  db.one<RefundFacts>(REFUND, [refundId]);

/** To be paid at the door, and not paid yet. */
export const isUnpaidCash = (order: Pick<OrderRow, 'provider' | 'status'>): boolean =>
  order.provider === 'cash_on_arrival' && order.status === 'committed';
