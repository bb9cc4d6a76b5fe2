-- What points would buy on an order whose code is p_code (rules Y10–Y12): one row per line that gets cheaper, for one ticket of it.
-- They go on what the code left. discount: up to p_asked points, over all tickets in proportion to their prices, rounded down
-- per ticket. free: price, fee and tax of p_tier's tickets. upgrade: what p_tier's tickets cost more than p_from_price.
create or replace function loyalty.spread_points(
  p_order uuid, p_code uuid, p_kind text, p_asked bigint, p_tier uuid, p_from_price int
) returns table (item_id uuid, quantity int, unit_points bigint, unit_off int) language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  with items as (
    select i.item_id, i.quantity, i.tier_id, (i.price - i.off)::bigint as due, i.fee, i.tax,
           sum(i.quantity * (i.price - i.off)::bigint) over () as all_due
      from ticketing.price_items(p_order, p_code) i
  ), spread as (
    select i.item_id, i.quantity, i.due, i.fee + i.tax as added,
           case p_kind
             when 'discount' then case when i.all_due > 0 then (least(p_asked, i.all_due)::numeric * i.due / i.all_due) else 0 end
             when 'free' then case when i.tier_id = p_tier then i.due else 0 end
             when 'upgrade' then case when i.tier_id = p_tier then greatest(i.due - p_from_price, 0) else 0 end
           end as off,
           p_kind = 'free' and i.tier_id = p_tier as free
      from items i
  ), whole as (
    select s.item_id, s.quantity, floor(s.off)::int as off, case when s.free then s.added else 0 end as added from spread s
  )
  select w.item_id, w.quantity, w.off::bigint + w.added, w.off from whole w where w.off + w.added > 0;
end $$;
