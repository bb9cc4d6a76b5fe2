-- Works an order's points out for what it costs with p_code, and moves the difference to what it had (rules Y10–Y14). Called by
-- ticketing.price_order whenever an order is priced, so that code and points always fit each other. A discount shrinks to what
-- its fan still has; a free or cheaper ticket that is not covered any more, or that points buy nothing of, loses its points.
-- The caller holds the order's lock.
create or replace function loyalty.take_points(p_order uuid, p_code uuid)
returns void language plpgsql volatile as $$
declare
  v loyalty.redemptions; v_before bigint; v_has bigint; v_points bigint;
begin
  select * into v from loyalty.redemptions r where r.order_id = p_order and r.live;
  if not found then return; end if;
  perform loyalty.lock_members(array[v.user_id]);
  -- what the order has of them, by the ledger: a wish that was just written has none yet
  select -coalesce(sum(e.points), 0) into v_before
    from loyalty.entries e where e.order_id = p_order and e.kind in ('redeemed', 'returned');
  v_has := loyalty.balance_of(v.user_id) + v_before;
  delete from loyalty.redemption_items i where i.order_id = p_order;
  insert into loyalty.redemption_items (order_item_id, order_id, unit_points, unit_off_cents)
  select s.item_id, p_order, s.unit_points, s.unit_off
    from loyalty.spread_points(p_order, p_code, v.kind, least(v.asked, v_has), v.tier_id, v.from_price_cents) s;
  select coalesce(sum(i.unit_points * o.quantity), 0) into v_points
    from loyalty.redemption_items i join ticketing.order_items o on o.id = i.order_item_id where i.order_id = p_order;
  if v_points = 0 or v_points > v_has then
    delete from loyalty.redemptions r where r.order_id = p_order;
    v_points := 0;
  else
    update loyalty.redemptions r set points = v_points where r.order_id = p_order;
  end if;
  if v_points <> v_before then
    perform loyalty.append_entry(v.user_id, case when v_points > v_before then 'redeemed' else 'returned' end,
                                 v_before - v_points, p_order, null);
  end if;
end $$;
