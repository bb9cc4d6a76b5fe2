-- Works out an order's items and sums from what was locked with its hold: less p_code's discount (rules C20, C21; null: none),
-- and what its fan's points take off the rest (rules Y10–Y14). Tax shrinks with price and fee; a ticket that points made free
-- has neither. Whatever reads an order's prices, from its invoice to its refunds, reads what is written here.
-- The caller holds the order's lock.
create or replace function ticketing.price_order(p_order uuid, p_code uuid)
returns void language plpgsql volatile as $$
begin
  perform loyalty.take_points(p_order, p_code);
  update ticketing.order_items i
     set unit_discount_cents = x.off + coalesce(r.unit_off_cents, 0),
         unit_fee_cents = case when f.free then 0 else x.fee end,
         unit_tax_cents = case when f.free then 0 else ticketing.tax_left(h.unit_tax_cents, f.base, x.off + coalesce(r.unit_off_cents, 0)) end,
         unit_tax_included_cents =
           case when f.free then 0 else ticketing.tax_left(h.unit_tax_included_cents, f.base, x.off + coalesce(r.unit_off_cents, 0)) end
    from ticketing.price_items(p_order, p_code) x
    join ticketing.orders o on o.id = p_order
    join ticketing.ticket_holds h on h.hold_id = o.hold_id and h.tier_id = x.tier_id
    left join loyalty.redemption_items r on r.order_item_id = x.item_id
    left join loyalty.redemptions d on d.order_id = r.order_id
    cross join lateral (
      select coalesce(d.kind = 'free', false) as free, h.unit_price_cents::bigint + h.unit_fee_cents as base) f
   where i.id = x.item_id;
  update ticketing.orders o
     set subtotal_cents = s.price, discount_cents = s.off, fees_cents = s.fee, tax_cents = s.tax,
         tax_included_cents = s.tax_included, total_cents = s.price - s.off + s.fee + s.tax, updated_at = now()
    from (select sum(i.quantity::bigint * i.unit_price_cents) as price, sum(i.quantity::bigint * i.unit_discount_cents) as off,
                 sum(i.quantity::bigint * i.unit_fee_cents) as fee, sum(i.quantity::bigint * i.unit_tax_cents) as tax,
                 sum(i.quantity::bigint * i.unit_tax_included_cents) as tax_included
            from ticketing.order_items i where i.order_id = p_order) s
   where o.id = p_order;
end $$;
