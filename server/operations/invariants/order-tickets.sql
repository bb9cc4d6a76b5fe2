-- A committed or paid order has exactly its tickets, and a refunded one keeps their record.
with made as (
  select order_item_id, order_id, tier_id, count(*) as tickets, max(ordinal) as last,
    count(*) filter (where status in ('issued', 'transferred', 'redeemed')) as live
  from ticketing.tickets group by order_item_id, order_id, tier_id
)
select o.id as order_id, o.status, i.tier_id, i.quantity, m.tickets, m.live as live_tickets
from ticketing.orders o
join ticketing.order_items i on i.order_id = o.id
left join made m on m.order_item_id = i.id and m.order_id = i.order_id and m.tier_id = i.tier_id
where o.status in ('committed', 'paid', 'partially_refunded', 'refunded')
  and (m.tickets is distinct from i.quantity or m.last > i.quantity
    or (o.status in ('committed', 'paid') and m.live <> i.quantity))
