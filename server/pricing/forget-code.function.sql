-- Takes the promo code off an order, and its uses back to the code. The caller holds the order's lock and prices it anew.
create or replace function ticketing.forget_code(p_order uuid)
returns void language plpgsql volatile as $$
declare
  v_code uuid; v_tickets int;
begin
  select u.code_id, u.tickets into v_code, v_tickets from ticketing.code_uses u
   where u.order_id = p_order and not u.presale and u.live;
  if not found then return; end if;
  perform 1 from ticketing.codes c where c.id = v_code for update;
  delete from ticketing.code_uses u where u.order_id = p_order and not u.presale;
  update ticketing.codes set used = used - v_tickets where id = v_code;
end $$;
