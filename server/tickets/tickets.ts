/** Tickets as their owner sees them. Another's ticket does not exist (rule T4): the owner stands in every query. */
import {
  ok,
  type Result,
  refuse,
  type SeatRef,
  type TicketStatus,
  type TicketView,
} from '../protocol/index.ts';
import { createReadTogether, type Db, statement } from '../stores/index.ts';

const SELECT = `
  select k.id, k.owner_user_id, k.order_id, o.reference, k.event_id, k.tier_id, t.name as tier_name, k.status, u.name as holder_name,
         e.title, e.venue_name, e.venue_city, e.start_at, e.time_zone,
         -- while a bank looks into its payment, a ticket admits nobody
         case when k.suspended_at is null then k.qr_code end as qr_code,
         case when k.seat is not null then ticketing.name_seats(k.event_id, array[k.seat]) -> 0 end as seat
    from ticketing.tickets k
    join ticketing.orders o on o.id = k.order_id
    join ticketing.ticket_tiers t on t.id = k.tier_id
    join accounts.users u on u.id = k.owner_user_id
    join events.events e on e.id = k.event_id
`;

const one = statement('ticket_one', `${SELECT} where k.owner_user_id = $1 and k.id = $2`);
const ofOrder = statement(
  'tickets_of_order',
  `${SELECT} where k.owner_user_id = $1 and k.order_id = $2 order by t.position, k.tier_id, k.ordinal`,
);
const ofOrders = statement(
  'tickets_of_orders',
  `${SELECT} join unnest($1::uuid[], $2::uuid[]) as asked (fan, id) on k.order_id = asked.id and k.owner_user_id = asked.fan
   order by t.position, k.tier_id, k.ordinal`,
);
/** Ids are time-ordered: newest first, and a page begins where the last one ended, whatever was bought meanwhile. */
const mine = statement(
  'tickets_mine',
  `${SELECT} where k.owner_user_id = $1 and ($2::uuid is null or k.id < $2) order by k.id desc limit $3`,
);

interface Row {
  id: string;
  owner_user_id: string;
  order_id: string;
  reference: string;
  event_id: string;
  tier_id: string;
  tier_name: string;
  status: TicketStatus;
  holder_name: string;
  title: string;
  venue_name: string;
  venue_city: string | null;
  start_at: Date;
  time_zone: string;
  qr_code: string | null;
  seat: SeatRef | null;
}

const view = (row: Row): TicketView => ({
  id: row.id,
  orderId: row.order_id,
  orderReference: row.reference,
  eventId: row.event_id,
  tierId: row.tier_id,
  tierName: row.tier_name,
  status: row.status,
  holderName: row.holder_name,
  eventTitle: row.title,
  venueName: row.venue_name,
  venueCity: row.venue_city,
  startsAt: row.start_at.toISOString(),
  timeZone: row.time_zone,
  seat: row.seat,
  qr: row.qr_code,
});

export async function readTicket(db: Db, ownerId: string, ticketId: string): Promise<Result<TicketView>> {
  const row = await db.one<Row>(one, [ownerId, ticketId]);
  return row ? ok(view(row)) : refuse('NOT_FOUND');
}

/** An order's tickets, in the order of its tiers; empty until it is committed. */
export async function readOrderTickets(db: Db, ownerId: string, orderId: string): Promise<TicketView[]> {
  return (await db.all<Row>(ofOrder, [ownerId, orderId])).map(view);
}

export type ReadOrderTickets = (ownerId: string, orderId: string) => Promise<TicketView[]>;

/** The same, for a burst: what is asked for together is read together. */
export function createReadOrderTickets(db: Db): ReadOrderTickets {
  const read = createReadTogether<[string, string], Row>(db, {
    statement: ofOrders,
    keyOf: ([ownerId, orderId]) => `${ownerId} ${orderId}`,
    keyOfRow: (row) => `${row.owner_user_id} ${row.order_id}`,
    values: (asked) => [asked.map(([ownerId]) => ownerId), asked.map(([, orderId]) => orderId)],
  });
  return async (ownerId, orderId) => (await read([ownerId, orderId])).map(view);
}

export interface TicketPage {
  items: TicketView[];
  /** Where the next page begins; null on the last one. */
  nextCursor: string | null;
}

export async function readMyTickets(
  db: Db,
  ownerId: string,
  limit: number,
  after: string | null,
): Promise<TicketPage> {
  const rows = await db.all<Row>(mine, [ownerId, after, limit + 1]);
  const items = rows.slice(0, limit).map(view);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** The signed text, once the payment released it (rule T3). */
export function qrOf({ qr, status }: TicketView): Result<string> {
  if (qr === null || status === 'canceled' || status === 'refunded')
    return refuse(
      'INVALID_STATE',
      { status },
      'This ticket has no code: its payment is not complete, or it is no longer valid.',
    );
  return ok(qr);
}
