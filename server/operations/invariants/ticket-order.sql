-- A ticket that admits belongs to an order that earned it.
select k.id as ticket_id, k.status, o.id as order_id, o.status as order_status
from ticketing.tickets k
join ticketing.orders o on o.id = k.order_id
where k.status in ('issued', 'transferred', 'redeemed')
  and o.status not in ('committed', 'paid', 'partially_refunded')
