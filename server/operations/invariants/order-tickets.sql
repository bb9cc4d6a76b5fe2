-- A committed or paid order has exactly its tickets; one that is refunded in part has some of them left, a refunded one their record.
with made as (
  select order_item_id, order_id, tier_id, count(*) as tickets, max(ordinal) as last,
    count(*) filter (where status in ('issued', 'transferred', 'redeemed')) as live
  from ticketing.tickets group by order_item_id, order_id, tier_id
), sold as (
  select o.id as order_id, o.status, i.tier_id, i.quantity, m.tickets, m.last, m.live,
    sum(m.live) over o as of_order_live, sum(i.quantity) over o as of_order
  from ticketing.orders o
  join ticketing.order_items i on i.order_id = o.id
  left join made m on m.order_item_id = i.id and m.order_id = i.order_id and m.tier_id = i.tier_id
  where o.status in ('committed', 'paid', 'partially_refunded', 'refunded')
  window o as (partition by o.id)
)
select order_id, status, tier_id, quantity, tickets, live as live_tickets
from sold
where tickets is distinct from quantity or last > quantity
  or case status
    when 'refunded' then of_order_live <> 0
    when 'partially_refunded' then of_order_live = 0 or of_order_live = of_order
    else live <> quantity end
