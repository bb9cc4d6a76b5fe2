/** Orders as their fan sees them. Another's order does not exist: the fan stands in every query (rule O16). */

import type { HoldItemView, OrderStatus, OrderView } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';

// A pending order is as alive as its hold (rule O3): expiry is a predicate, whatever the sweep has got to.
const SELECT = `
  select o.id, o.reference, o.event_id, e.title, o.drop_id, o.hold_id, o.subtotal_cents, o.fees_cents, o.total_cents,
         o.currency, o.created_at,
         case when o.status = 'pending' and not (h.status = 'active' and h.expires_at > coalesce(d.paused_at, now()))
              then 'expired' else o.status end as status,
         case when o.status in ('pending', 'paying')
              then greatest(h.expires_at, h.paying_until) + (now() - coalesce(d.paused_at, now())) end as expires_at,
         (select json_agg(json_strip_nulls(json_build_object('tierId', i.tier_id, 'tierName', t.name, 'quantity', i.quantity,
                   'unitPriceCents', i.unit_price_cents, 'currency', o.currency,
                   'seats', ticketing.name_seats(o.event_id, i.seats))) order by t.position, i.tier_id)
            from ticketing.order_items i join ticketing.ticket_tiers t on t.id = i.tier_id
           where i.order_id = o.id) as items
    from ticketing.orders o
    join ticketing.holds h on h.id = o.hold_id
    join ticketing.drops d on d.id = o.drop_id
    join events.events e on e.id = o.event_id
   where o.user_id = $1`;

const one = statement('order_one', `${SELECT} and o.id = $2`);
const mine = statement(
  'orders_mine',
  `${SELECT} and ($2::uuid is null or o.id < $2) order by o.id desc limit $3`,
);

interface Row {
  id: string;
  reference: string;
  event_id: string;
  title: string;
  drop_id: string;
  hold_id: string;
  subtotal_cents: number;
  fees_cents: number;
  total_cents: number;
  currency: string;
  created_at: Date;
  status: OrderStatus;
  expires_at: Date | null;
  items: HoldItemView[];
}

const view = (row: Row): OrderView => ({
  id: row.id,
  reference: row.reference,
  status: row.status,
  eventId: row.event_id,
  eventTitle: row.title,
  dropId: row.drop_id,
  holdId: row.hold_id,
  items: row.items,
  subtotalCents: row.subtotal_cents,
  feesCents: row.fees_cents,
  totalCents: row.total_cents,
  currency: row.currency,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at?.toISOString() ?? null,
});

export async function readOrder(db: Db, userId: string, orderId: string): Promise<OrderView | undefined> {
  const row = await db.one<Row>(one, [userId, orderId]);
  return row && view(row);
}

export interface OrderPage {
  items: OrderView[];
  /** Where the next page begins; null on the last one. */
  nextCursor: string | null;
}

/** Newest first. */
export async function readMyOrders(
  db: Db,
  userId: string,
  limit: number,
  after: string | null,
): Promise<OrderPage> {
  const rows = await db.all<Row>(mine, [userId, after, limit + 1]);
  const items = rows.slice(0, limit).map(view);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
