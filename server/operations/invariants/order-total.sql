-- An order's sums are those of its items, and its items are what its hold held, at the prices locked by it.
with items as (
  select order_id, sum(quantity::bigint * unit_price_cents) as subtotal, sum(quantity::bigint * unit_discount_cents) as discount,
    sum(quantity::bigint * unit_fee_cents) as fees, sum(quantity::bigint * unit_tax_cents) as tax, sum(quantity) as quantity
  from ticketing.order_items group by order_id
)
select o.id as order_id, o.subtotal_cents, i.subtotal, o.discount_cents, i.discount, o.fees_cents, i.fees, o.tax_cents, i.tax,
  i.quantity, h.quantity as held
from ticketing.orders o
join ticketing.holds h on h.id = o.hold_id
left join items i on i.order_id = o.id
where (i.subtotal, i.discount, i.fees, i.tax) is distinct from
    (o.subtotal_cents::numeric, o.discount_cents::numeric, o.fees_cents::numeric, o.tax_cents::numeric)
  or i.quantity is distinct from h.quantity
