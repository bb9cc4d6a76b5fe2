/** Refunds as their fan, their vendor and operators see them. Another's does not exist: whose it is stands in every query. */
import type { DisputeView, RefundCase, RefundStatus, RefundView } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';

const SELECT = `
  select r.id, r.order_id as "orderId", o.reference, r.event_id as "eventId", e.title, o.drop_id as "dropId", r.status, r.cause, r.reason,
         (select coalesce(array_agg(t.ticket_id order by t.ticket_id), '{}') from ticketing.refund_tickets t where t.refund_id = r.id) as "ticketIds",
         r.amount_cents as "amountCents", r.fee_cents as "feeCents", r.currency, r.created_at as "createdAt", r.settled_at as "settledAt",
         r.user_id as "userId", u.email, p.provider, r.tries, r.failure, r.decided_by as "decidedBy"
    from ticketing.refunds r
    join ticketing.orders o on o.id = r.order_id
    join events.events e on e.id = r.event_id
    join accounts.users u on u.id = r.user_id
    left join ticketing.payments p on p.id = r.payment_id`;
const PAGE = '($2::uuid is null or r.id < $2) order by r.id desc limit $3';

const one = statement('refund_one', `${SELECT} where r.id = $1`);
const ofRequest = statement('refunds_of_request', `${SELECT} where r.request_id = $1 order by r.id`);
const mine = statement('refunds_mine', `${SELECT} where r.user_id = $1 and ${PAGE}`);
const ofEvent = statement('refunds_of_event', `${SELECT} where r.event_id = $1 and ${PAGE}`);
const byStatus = statement(
  'refunds_by_status',
  `${SELECT} where ($1::text is null or r.status = $1) and ${PAGE}`,
);
const vendorOf = statement('refunds_vendor_of', 'select vendor_id from events.events where id = $1');
const disputes = statement(
  'disputes_list',
  `select d.id, d.payment_id as "paymentId", d.order_id as "orderId", d.user_id as "userId", u.email as "userEmail",
          d.amount_cents as "amountCents", d.currency, d.reason, d.status, d.opened_at as "openedAt", d.closed_at as "closedAt"
     from ticketing.disputes d join accounts.users u on u.id = d.user_id
    where ($1::uuid is null or d.id < $1) order by d.id desc limit $2`,
);

export interface RefundRow {
  id: string;
  orderId: string;
  reference: string;
  eventId: string;
  title: string;
  dropId: string;
  status: RefundStatus;
  cause: string;
  reason: string | null;
  ticketIds: string[];
  amountCents: number;
  feeCents: number;
  currency: string;
  createdAt: Date;
  settledAt: Date | null;
  userId: string;
  email: string;
  provider: string | null;
  tries: number;
  failure: string | null;
  decidedBy: string | null;
}

export interface Page<Item> {
  items: Item[];
  /** Where the next page begins; null on the last one. */
  nextCursor: string | null;
}

export interface PageAsked {
  limit: number;
  after: string | null;
}

/** A vendor learns of a refund what is to be known of it, but not the fan's address. */
export type VendorRefund = Omit<RefundCase, 'userEmail'>;

export const refundView = (row: RefundRow): RefundView => ({
  id: row.id,
  orderId: row.orderId,
  orderReference: row.reference,
  eventId: row.eventId,
  eventTitle: row.title,
  ticketIds: row.ticketIds,
  status: row.status,
  cause: row.cause,
  reason: row.reason,
  amountCents: row.amountCents,
  feeCents: row.feeCents,
  currency: row.currency,
  createdAt: row.createdAt.toISOString(),
  settledAt: row.settledAt?.toISOString() ?? null,
});

const vendorView = (row: RefundRow): VendorRefund => ({
  ...refundView(row),
  userId: row.userId,
  provider: row.provider,
  tries: row.tries,
  failure: row.failure,
  decidedBy: row.decidedBy,
});

export const refundCase = (row: RefundRow): RefundCase => ({ ...vendorView(row), userEmail: row.email });

function pageOf<Row extends { id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  return { items: shown.map(view), nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
}

export const readRefund = (db: Db, id: string): Promise<RefundRow | undefined> => db.one(one, [id]);
/** What was asked for in one request, one per order. */
export const readRequest = (db: Db, requestId: string): Promise<RefundRow[]> =>
  db.all(ofRequest, [requestId]);

/** Newest first, as all of these lists. */
export async function listMine(db: Db, userId: string, { limit, after }: PageAsked) {
  return pageOf(await db.all<RefundRow>(mine, [userId, after, limit + 1]), limit, refundView);
}

/** Undefined: no such event, or another vendor's. */
export async function listOfEvent(
  db: Db,
  eventId: string,
  vendorId: string | null,
  { limit, after }: PageAsked,
): Promise<Page<VendorRefund> | undefined> {
  const event = await db.one<{ vendor_id: string }>(vendorOf, [eventId]);
  if (!event || (vendorId !== null && event.vendor_id !== vendorId)) return undefined;
  return pageOf(await db.all<RefundRow>(ofEvent, [eventId, after, limit + 1]), limit, vendorView);
}

export async function listCases(db: Db, status: RefundStatus | null, { limit, after }: PageAsked) {
  return pageOf(await db.all<RefundRow>(byStatus, [status, after, limit + 1]), limit, refundCase);
}

type DisputeRow = Omit<DisputeView, 'openedAt' | 'closedAt'> & { openedAt: Date; closedAt: Date | null };

export async function listDisputes(db: Db, { limit, after }: PageAsked): Promise<Page<DisputeView>> {
  const rows = await db.all<DisputeRow>(disputes, [after, limit + 1]);
  return pageOf(rows, limit, (row) => ({
    ...row,
    openedAt: row.openedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
  }));
}
