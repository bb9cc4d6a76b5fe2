/** Orders as their fan sees them. Another's order does not exist: the fan stands in every query (rule O16). */

import type { HoldItemView, OrderStatus, OrderView } from '../protocol/index.ts';
import { createReadTogether, type Db, statement } from '../stores/index.ts';

// A pending order is as alive as its hold (rule O3): expiry is a predicate, whatever the sweep has got to.
const SELECT = `
  select o.id, o.user_id, o.reference, o.event_id, e.title, o.drop_id, o.hold_id, o.subtotal_cents, o.discount_cents,
         o.fees_cents, o.tax_cents, o.tax_included_cents, o.total_cents,
         o.currency, o.created_at,
         (select c.code from ticketing.code_uses u join ticketing.codes c on c.id = u.code_id
           where u.order_id = o.id and not u.presale) as code,
         r.kind as points_kind, coalesce(r.points, 0)::bigint as points_used,
         case when r.order_id is null then 0::bigint else (
           select sum(ri.unit_off_cents::bigint * oi.quantity)::bigint from loyalty.redemption_items ri
             join ticketing.order_items oi on oi.id = ri.order_item_id where ri.order_id = r.order_id) end as points_cents,
         (select coalesce(sum(p.refunded_cents), 0)::bigint from ticketing.payments p
           where p.order_id = o.id and p.status in ('captured', 'refunded')) as refunded_cents,
         case when o.status = 'pending' and not (h.status = 'active' and h.expires_at > coalesce(d.paused_at, now()))
              then 'expired' else o.status end as status,
         case when o.status in ('pending', 'paying')
              then greatest(h.expires_at, h.paying_until) + (now() - coalesce(d.paused_at, now())) end as expires_at,
         (select json_agg(json_strip_nulls(json_build_object('tierId', i.tier_id, 'tierName', t.name, 'quantity', i.quantity,
                   'unitPriceCents', i.unit_price_cents, 'unitDiscountCents', i.unit_discount_cents,
                   'unitFeeCents', i.unit_fee_cents, 'unitTaxCents', i.unit_tax_cents,
                   'unitAllInCents', i.unit_price_cents - i.unit_discount_cents + i.unit_fee_cents + i.unit_tax_cents,
                   'currency', o.currency,
                   'seats', ticketing.name_seats(o.event_id, i.seats))) order by t.position, i.tier_id)
            from ticketing.order_items i join ticketing.ticket_tiers t on t.id = i.tier_id
           where i.order_id = o.id) as items
    from ticketing.orders o
    join ticketing.holds h on h.id = o.hold_id
    join ticketing.drops d on d.id = o.drop_id
    join events.events e on e.id = o.event_id
    left join loyalty.redemptions r on r.order_id = o.id
`;

const one = statement('order_one', `${SELECT} where o.user_id = $1 and o.id = $2`);
/** Pairs of fan and order: each finds its own only. */
const pairs = statement(
  'order_pairs',
  `${SELECT} join unnest($1::uuid[], $2::uuid[]) as asked (fan, id) on o.id = asked.id and o.user_id = asked.fan`,
);
const mine = statement(
  'orders_mine',
  `${SELECT} where o.user_id = $1 and ($2::uuid is null or o.id < $2) order by o.id desc limit $3`,
);

interface Row {
  id: string;
  user_id: string;
  reference: string;
  event_id: string;
  title: string;
  drop_id: string;
  hold_id: string;
  subtotal_cents: number;
  discount_cents: number;
  fees_cents: number;
  tax_cents: number;
  tax_included_cents: number;
  total_cents: number;
  currency: string;
  code: string | null;
  points_kind: 'discount' | 'free' | 'upgrade' | null;
  points_used: number;
  points_cents: number;
  refunded_cents: number;
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
  discountCents: row.discount_cents,
  feesCents: row.fees_cents,
  taxCents: row.tax_cents,
  taxIncludedCents: row.tax_included_cents,
  pointsCents: row.points_cents,
  pointsUsed: row.points_used,
  pointsKind: row.points_kind,
  code: row.code,
  refundedCents: row.refunded_cents,
  totalCents: row.total_cents,
  currency: row.currency,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at?.toISOString() ?? null,
});

export async function readOrder(db: Db, userId: string, orderId: string): Promise<OrderView | undefined> {
  const row = await db.one<Row>(one, [userId, orderId]);
  return row && view(row);
}

export type ReadOrder = (userId: string, orderId: string) => Promise<OrderView | undefined>;

/** The same, for a burst: what is asked for together is read together. */
export function createReadOrder(db: Db): ReadOrder {
  const read = createReadTogether<[string, string], Row>(db, {
    statement: pairs,
    keyOf: ([userId, orderId]) => `${userId} ${orderId}`,
    keyOfRow: (row) => `${row.user_id} ${row.id}`,
    values: (asked) => [asked.map(([userId]) => userId), asked.map(([, orderId]) => orderId)],
  });
  return async (userId, orderId) => {
    const [row] = await read([userId, orderId]);
    return row && view(row);
  };
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
