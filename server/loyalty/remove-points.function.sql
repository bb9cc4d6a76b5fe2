-- Takes the points off an order that waits to be paid (rule Y13): it costs again what it did without them.
-- Outcomes: REMOVED (also where there were none) | ORDER_EXPIRED | PAYING | CLOSED | NOT_FOUND
create or replace function loyalty.remove_points(p_order uuid, p_user uuid)
returns text language plpgsql volatile as $$
declare
  v_stands text := ticketing.lock_pending_order(p_order, p_user); v_points bigint;
begin
  if v_stands <> 'PENDING' then return v_stands; end if;
  delete from loyalty.redemptions r where r.order_id = p_order returning r.points into v_points;
  if v_points is null then return 'REMOVED'; end if;
  perform loyalty.lock_members(array[p_user]);
  perform loyalty.append_entry(p_user, 'returned', v_points, p_order, null);
  perform ticketing.price_order(p_order, (
    select u.code_id from ticketing.code_uses u where u.order_id = p_order and not u.presale and u.live));
  return 'REMOVED';
end $$;
