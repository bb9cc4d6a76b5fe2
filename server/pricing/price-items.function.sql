-- What one unit of each of an order's lines costs with p_code's discount, from what was locked with its hold (rules C20, C21);
-- null: none. The discount comes off the unit's price; tax, of either kind, shrinks in proportion with what is left of price
-- and fee, rounded half up. Points are not in it: they go on what is left here.
create or replace function ticketing.price_items(p_order uuid, p_code uuid)
returns table (item_id uuid, tier_id uuid, quantity int, price int, off int, fee int, tax int, tax_included int)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select i.id, i.tier_id, i.quantity, h.unit_price_cents, x.off, h.unit_fee_cents,
         ticketing.tax_left(h.unit_tax_cents, x.base, x.off), ticketing.tax_left(h.unit_tax_included_cents, x.base, x.off)
    from ticketing.orders o
    join ticketing.order_items i on i.order_id = o.id
    join ticketing.ticket_holds h on h.hold_id = o.hold_id and h.tier_id = i.tier_id
    left join ticketing.codes c on c.id = p_code
    cross join lateral (
      select h.unit_price_cents::bigint + h.unit_fee_cents as base,
             (case when c.id is null or not h.tier_id = any (coalesce(c.tier_ids, array[h.tier_id])) then 0
                   when c.kind = 'percent' then (h.unit_price_cents::bigint * c.value + 5000) / 10000
                   when c.kind = 'amount' then least(c.value, h.unit_price_cents)
                   else 0 end)::int as off) x
   where o.id = p_order;
end $$;
