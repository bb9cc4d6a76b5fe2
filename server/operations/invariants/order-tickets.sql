-- A committed or paid order has exactly its tickets, and a refunded one keeps their record.
select o.id as order_id, o.status, i.tier_id, i.quantity, count(k.id) as tickets,
  count(k.id) filter (where k.status in ('issued', 'transferred', 'redeemed')) as live_tickets
from ticketing.orders o
join ticketing.order_items i on i.order_id = o.id
left join ticketing.tickets k on k.order_item_id = i.id and k.order_id = o.id and k.tier_id = i.tier_id
where o.status in ('committed', 'paid', 'partially_refunded', 'refunded')
group by o.id, i.id
having count(k.id) <> i.quantity or max(k.ordinal) > i.quantity
  or (o.status in ('committed', 'paid')
    and count(k.id) filter (where k.status in ('issued', 'transferred', 'redeemed')) <> i.quantity)
