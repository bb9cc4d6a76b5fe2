-- Counts an order's use of a code (rules C22–C24), under the code's row lock: never over its limits. Locks come after the
-- order's. p_tickets: how many it counts for. Returns whether they fit.
create or replace function ticketing.use_code(p_order uuid, p_code uuid, p_user uuid, p_presale boolean, p_tickets int)
returns boolean language plpgsql volatile as $$
declare
  v_code ticketing.codes; v_mine int;
begin
  select * into v_code from ticketing.codes c where c.id = p_code for update;
  select coalesce(sum(u.tickets), 0) into v_mine
    from ticketing.code_uses u where u.code_id = p_code and u.user_id = p_user and u.live;
  if v_code.used + p_tickets > v_code.max_tickets or v_mine + p_tickets > v_code.max_per_fan then return false; end if;
  insert into ticketing.code_uses (order_id, presale, code_id, user_id, tickets)
  values (p_order, p_presale, p_code, p_user, p_tickets);
  update ticketing.codes set used = used + p_tickets where id = p_code;
  return true;
end $$;
