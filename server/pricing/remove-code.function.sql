-- Takes the promo code off an order that waits to be paid (rule C25): it costs again what was locked with its hold.
-- Outcomes: REMOVED (also where there was none) | ORDER_EXPIRED | PAYING | CLOSED | NOT_FOUND
create or replace function ticketing.remove_code(p_order uuid, p_user uuid)
returns text language plpgsql volatile as $$
declare
  v_stands text := ticketing.lock_pending_order(p_order, p_user);
begin
  if v_stands <> 'PENDING' then return v_stands; end if;
  perform ticketing.forget_code(p_order);
  perform ticketing.price_order(p_order, null);
  return 'REMOVED';
end $$;
