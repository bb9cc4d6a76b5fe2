/** One payment (or an order without any) with its order, tickets and refunds, as the ledger has them at one moment. */
import { LIMITS } from '../limits.ts';
import type { BookedDispute, ChargeState, ProviderName } from '../payments/index.ts';
import { type Db, statement } from '../stores/index.ts';

export interface ItemRefund {
  id: string;
  /** The provider's idempotency key of its present attempt. */
  key: string;
  status: 'requested' | 'rejected' | 'sending' | 'succeeded' | 'failed';
  cause: string;
  amountCents: number;
  /** Since it was decided. */
  ageMs: number;
  withoutTickets: boolean;
  /** Made on the provider's own pages and written down here later: the provider does not know it by our id. */
  recorded: boolean;
}

export interface ItemPayment {
  id: string;
  provider: ProviderName;
  methodId: string | null;
  ref: string | null;
  status: string;
  amountCents: number;
  capturedCents: number;
  refundedCents: number;
  currency: string;
  createdAtMs: number;
  ageMs: number;
  refunds: ItemRefund[];
  /** Chargebacks of it that were told of. */
  disputes: { ref: string; status: 'open' | 'won' | 'lost' }[];
  /** Refunds of it that the provider told of and nothing here knows. */
  reports: number;
  /** An earlier payment of the same account for the same, minutes before. */
  duplicateOf: string | null;
}

export interface Item {
  orderId: string;
  reference: string;
  order: string;
  totalCents: number;
  orderCurrency: string;
  /** Tickets there are, those that admit, those that should be and are not, and what these cost. */
  made: number;
  live: number;
  missing: number;
  missingCents: number;
  /** Tickets that admit whose seat is not claimed for them. */
  unclaimed: number;
  /** What all payments of the order took and did not give back. */
  orderNetCents: number;
  /** Another payment of the order took money and kept it. */
  paidOtherwise: boolean;
  /** Another payment of the order is open, or settled without money. */
  unsettled: boolean;
  /** Since anything of it changed. */
  quietMs: number;
  /** Changes with every change of it. */
  stamp: string;
  payment: ItemPayment | null;
}

/** What the provider says; `booked`: with its figures, where it told them. */
export interface Books {
  state: ChargeState;
  booked: {
    capturedCents: number;
    refundedCents: number;
    currency: string;
    ref: string;
    paymentId: string | null;
    madeAtMs: number;
    disputed: boolean;
  } | null;
  /** Its chargebacks there; null: not asked. */
  disputes: BookedDispute[] | null;
}

const LIVE = `('issued', 'transferred', 'redeemed')`;
const MS = (interval: string) => `(extract(epoch from ${interval}) * 1000)::float8`;

/** Of order `o` and, where there is one, its payment `p`. */
const FIELDS = `
  o.id as "orderId", o.reference, o.status as "order", o.total_cents as "totalCents", o.currency as "orderCurrency",
  t.made, t.live, t.missing, t."missingCents", t.unclaimed, m.net as "orderNetCents", m."paidOtherwise", m.unsettled,
  ${MS('now() - greatest(p.updated_at, o.updated_at, t.changed, r.changed, m.changed, s.changed)')} as "quietMs",
  concat_ws(' ', p.status, o.status, greatest(p.updated_at, o.updated_at, t.changed, r.changed, m.changed, s.changed)) as stamp,
  case when p.id is not null then jsonb_build_object(
    'id', p.id, 'provider', p.provider, 'methodId', p.method_id, 'ref', p.provider_ref, 'status', p.status,
    'amountCents', p.amount_cents, 'capturedCents', p.captured_cents, 'refundedCents', p.refunded_cents, 'currency', p.currency,
    'createdAtMs', floor(extract(epoch from p.created_at) * 1000), 'ageMs', ${MS('now() - p.created_at')},
    'refunds', r.rows, 'disputes', s.rows, 'reports', u.n, 'duplicateOf', d.id) end as payment`;

const PARTS = `
  cross join lateral (
    select coalesce(sum(x.made), 0)::int as made, coalesce(sum(x.live), 0)::int as live, coalesce(sum(x.missing), 0)::int as missing,
           coalesce(sum(x.missing * x.unit), 0)::bigint as "missingCents", coalesce(sum(x.unclaimed), 0)::int as unclaimed,
           max(x.changed) as changed
      from (select count(k.id) as made, count(*) filter (where k.status in ${LIVE}) as live,
                   i.unit_price_cents - i.unit_discount_cents + i.unit_fee_cents + i.unit_tax_cents as unit,
                   i.quantity - count(k.id) + count(*) filter (where k.status not in ${LIVE} and not exists (
                     select from ticketing.refund_tickets rt where rt.ticket_id = k.id and rt.live)) as missing,
                   count(*) filter (where k.status in ${LIVE} and k.seat is not null and not exists (
                     select from ticketing.seat_claims c where c.event_id = k.event_id and c.seat = k.seat and c.ticket_id = k.id)) as unclaimed,
                   max(k.updated_at) as changed
              from ticketing.order_items i left join ticketing.tickets k on k.order_item_id = i.id
             where i.order_id = o.id group by i.id) x) t
  cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'key', coalesce(f.attempt_id, f.id), 'status', f.status, 'cause', f.cause,
             'amountCents', f.amount_cents, 'ageMs', ${MS('now() - coalesce(f.decided_at, f.created_at)')},
             'withoutTickets', not exists (select from ticketing.refund_tickets rt where rt.refund_id = f.id),
             'recorded', exists (select from reconciliation.findings x where x.id = f.id and x.kind = 'REFUND_UNKNOWN_TO_LEDGER'))
             order by f.created_at, f.id), '[]') as rows,
           -- one that is being sent is written to with every try
           max(case f.status when 'sending' then coalesce(f.decided_at, f.created_at) else f.updated_at end) as changed
      from ticketing.refunds f where f.payment_id = p.id) r
  cross join lateral (
    select coalesce(sum(q.captured_cents - q.refunded_cents), 0)::bigint as net, max(q.updated_at) as changed,
           coalesce(bool_or(q.id <> p.id and q.captured_cents > q.refunded_cents), false) as "paidOtherwise",
           coalesce(bool_or(q.status in ('started', 'requires_action', 'unknown', 'authorized')
             or (q.provider in ('cash_on_arrival', 'free') and q.status = 'captured')), false) as unsettled
      from ticketing.payments q where q.order_id = o.id) m
  cross join lateral (
    select count(*)::int as n from ticketing.unknown_reports w where w.kind = 'refund' and w.payment_ref = p.provider_ref) u
  cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_object('ref', z.provider_ref, 'status', z.status)), '[]') as rows, max(z.recorded_at) as changed
      from ticketing.disputes z where z.payment_id = p.id) s
  left join lateral (
    select q.id from ticketing.orders b join ticketing.payments q on q.order_id = b.id
     where p.status = 'captured' and p.captured_cents > p.refunded_cents
       and b.user_id = o.user_id and b.event_id = o.event_id and b.id <> o.id and b.total_cents = o.total_cents and b.currency = o.currency
       and q.status = 'captured' and q.captured_cents > q.refunded_cents
       and (q.created_at, q.id) < (p.created_at, p.id) and q.created_at >= p.created_at - make_interval(secs => ${LIMITS.duplicateCaptureSeconds})
       and (select string_agg(i.tier_id || ' ' || i.quantity, ',' order by i.tier_id) from ticketing.order_items i where i.order_id = b.id)
         = (select string_agg(i.tier_id || ' ' || i.quantity, ',' order by i.tier_id) from ticketing.order_items i where i.order_id = o.id)
     order by q.created_at desc, q.id desc limit 1) d on true`;

const items = statement(
  'reconcile_items',
  `select ${FIELDS} from ticketing.payments p join ticketing.orders o on o.id = p.order_id ${PARTS}
    where p.id = any ($1) order by p.id`,
);
const orders = statement(
  'reconcile_orders',
  `select ${FIELDS} from ticketing.orders o
     left join lateral (select * from ticketing.payments z where z.order_id = o.id order by z.created_at desc, z.id desc limit 1) p on true
     ${PARTS} where o.id = any ($1) order by o.id`,
);

/** In the order of their ids; those that do not exist are left out. */
export const readItems = (db: Db, paymentIds: readonly string[]): Promise<Item[]> =>
  db.all<Item>(items, [paymentIds]);

/** Orders, each with the latest of its payments. */
export const readOrders = (db: Db, orderIds: readonly string[]): Promise<Item[]> =>
  db.all<Item>(orders, [orderIds]);
