-- An order and its hold stand at the same point: frozen while paying, completed once committed.
select o.id as order_id, o.status as order_status, h.id as hold_id, h.status as hold_status
from ticketing.orders o
join ticketing.holds h on h.id = o.hold_id
where (o.status = 'paying' and h.status <> 'paying')
  or (o.status in ('committed', 'paid', 'partially_refunded', 'refunded') and h.status <> 'completed')
  or (o.status in ('pending', 'expired') and h.status = 'completed')
  or o.user_id <> h.user_id or o.drop_id <> h.drop_id
