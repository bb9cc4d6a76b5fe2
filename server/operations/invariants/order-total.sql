-- An order's subtotal is the sum of its items, and its items are what its hold held.
select o.id as order_id, o.subtotal_cents, i.subtotal, i.quantity, h.quantity as held
from ticketing.orders o
join ticketing.holds h on h.id = o.hold_id
left join lateral (
  select sum(i.quantity::bigint * i.unit_price_cents) as subtotal, sum(i.quantity) as quantity
  from ticketing.order_items i where i.order_id = o.id
) i on true
where i.subtotal is distinct from o.subtotal_cents::bigint or i.quantity is distinct from h.quantity
