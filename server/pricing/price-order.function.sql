-- Works out an order's items and sums from what was locked with its hold, less p_code's discount (rules C20, C21); null:
-- none. The discount comes off the unit's price; tax, of either kind, shrinks in proportion with what is left of price and
-- fee, rounded half up. The caller holds the order's lock.
create or replace function ticketing.price_order(p_order uuid, p_code uuid)
returns void language plpgsql volatile as $$
begin
  update ticketing.order_items i
     set unit_discount_cents = x.off,
         unit_tax_cents = case when x.base = 0 then 0 else (2 * h.unit_tax_cents * (x.base - x.off) + x.base) / (2 * x.base) end,
         unit_tax_included_cents =
           case when x.base = 0 then 0 else (2 * h.unit_tax_included_cents * (x.base - x.off) + x.base) / (2 * x.base) end
    from ticketing.orders o
    join ticketing.ticket_holds h on h.hold_id = o.hold_id
    left join ticketing.codes c on c.id = p_code
    cross join lateral (
      select h.unit_price_cents::bigint + h.unit_fee_cents as base,
             case when c.id is null or not h.tier_id = any (coalesce(c.tier_ids, array[h.tier_id])) then 0
                  when c.kind = 'percent' then (h.unit_price_cents::bigint * c.value + 5000) / 10000
                  when c.kind = 'amount' then least(c.value, h.unit_price_cents)
                  else 0 end as off) x
   where o.id = p_order and i.order_id = o.id and i.tier_id = h.tier_id;
  update ticketing.orders o
     set subtotal_cents = s.price, discount_cents = s.off, fees_cents = s.fee, tax_cents = s.tax,
         tax_included_cents = s.tax_included, total_cents = s.price - s.off + s.fee + s.tax, updated_at = now()
    from (select sum(i.quantity::bigint * i.unit_price_cents) as price, sum(i.quantity::bigint * i.unit_discount_cents) as off,
                 sum(i.quantity::bigint * i.unit_fee_cents) as fee, sum(i.quantity::bigint * i.unit_tax_cents) as tax,
                 sum(i.quantity::bigint * i.unit_tax_included_cents) as tax_included
            from ticketing.order_items i where i.order_id = p_order) s
   where o.id = p_order;
end $$;
