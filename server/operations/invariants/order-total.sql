-- An order's subtotal is the sum of its items, and its items are what its hold held.
with items as (
  select order_id, sum(quantity::bigint * unit_price_cents) as subtotal, sum(quantity) as quantity
  from ticketing.order_items group by order_id
)
select o.id as order_id, o.subtotal_cents, i.subtotal, i.quantity, h.quantity as held
from ticketing.orders o
join ticketing.holds h on h.id = o.hold_id
left join items i on i.order_id = o.id
where i.subtotal is distinct from o.subtotal_cents::bigint or i.quantity is distinct from h.quantity
