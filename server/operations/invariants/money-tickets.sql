-- Whatever money was captured has its tickets or its refund.
-- $1: grace in seconds for a refund under way. What the event's terms kept of tickets that came back is the vendor's; where a
-- dispute was lost, the bank has decided whose the money is.
select p.id as payment_id, p.order_id, o.status as order_status, p.captured_cents, p.refunded_cents, k.kept_cents
from ticketing.payments p
join ticketing.orders o on o.id = p.order_id
cross join lateral (
  select coalesce(sum(r.fee_cents), 0) as kept_cents
  from ticketing.refunds r where r.payment_id = p.id and r.status in ('sending', 'succeeded', 'failed')
) k
where p.captured_cents > p.refunded_cents + k.kept_cents
  and p.updated_at <= now() - make_interval(secs => $1::double precision)
  -- money that bought nothing has no tickets, whatever its order has
  and (p.status = 'stray' or not exists (
    select from ticketing.tickets k
    where k.order_id = p.order_id and k.status in ('issued', 'transferred', 'redeemed')
  ))
  and not exists (select from ticketing.disputes d where d.payment_id = p.id and d.status = 'lost')
