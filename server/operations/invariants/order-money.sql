-- A paid order was paid in full: what was captured, or is owed in cash at the door, is its total.
select o.id as order_id, o.total_cents, coalesce(sum(p.captured_cents), 0) as captured_cents
from ticketing.orders o
left join ticketing.payments p on p.order_id = o.id
where o.status in ('paid', 'partially_refunded', 'refunded')
group by o.id
having coalesce(sum(p.captured_cents), 0) <> o.total_cents
  and not coalesce(bool_or(p.provider = 'cash_on_arrival' and p.status in ('authorized', 'captured')), false)
