-- Whatever money was captured has its tickets or its refund.
-- $1: grace in seconds for a refund under way.
select p.id as payment_id, p.order_id, o.status as order_status, p.captured_cents, p.refunded_cents
from ticketing.payments p
join ticketing.orders o on o.id = p.order_id
where p.captured_cents > p.refunded_cents
  and p.updated_at <= now() - make_interval(secs => $1::double precision)
  and not exists (
    select from ticketing.tickets k
    where k.order_id = p.order_id and k.status in ('issued', 'transferred', 'redeemed')
  )
