-- A paid order was paid in full: what was captured for it, or is owed in cash at the door, is its total.
-- Money that bought nothing (stray) is not counted; cash that was never paid is owed by nobody once all tickets came back.
select o.id as order_id, o.total_cents, coalesce(sum(p.captured_cents) filter (where p.status <> 'stray'), 0) as captured_cents
from ticketing.orders o
left join ticketing.payments p on p.order_id = o.id
where o.status in ('paid', 'partially_refunded', 'refunded')
group by o.id
having coalesce(sum(p.captured_cents) filter (where p.status <> 'stray'), 0) <> o.total_cents
  and not coalesce(bool_or(p.provider = 'cash_on_arrival' and (p.status in ('authorized', 'captured')
    or (p.status = 'voided' and o.status = 'refunded'))), false)
