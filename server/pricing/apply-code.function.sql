-- Puts a promo code on an order that waits to be paid (rules C20–C25). Locks hold, order, code. A code takes the place of
-- the one before, or nothing changes.
-- Outcomes: APPLIED | SAME (has this code) | CODE_NOT_VALID (why: unknown, event, inactive, not_yet, over, tier) |
--   CODE_USED_UP | ORDER_EXPIRED | PAYING (a payment is under way) | CLOSED | NOT_FOUND
create or replace function ticketing.apply_code(
  p_order uuid, p_user uuid, p_code text,
  out outcome text, out why text
) language plpgsql volatile as $$
declare
  v_code ticketing.codes; v_tickets int; v_before uuid;
begin
  outcome := ticketing.lock_pending_order(p_order, p_user);
  if outcome <> 'PENDING' then return; end if;
  select c.* into v_code from ticketing.codes c join ticketing.orders o on o.event_id = c.event_id
   where o.id = p_order and lower(c.code) = lower(p_code) and c.kind <> 'presale' and c.removed_at is null;
  if not found then
    outcome := 'CODE_NOT_VALID';
    why := case when exists (
      select from ticketing.codes c join events.events e on e.id = c.event_id
        join ticketing.orders o on o.id = p_order join events.events m on m.id = o.event_id and m.vendor_id = e.vendor_id
       where lower(c.code) = lower(p_code) and c.kind <> 'presale' and c.removed_at is null) then 'event' else 'unknown' end;
    return;
  end if;
  select u.code_id into v_before from ticketing.code_uses u where u.order_id = p_order and not u.presale;
  if v_before = v_code.id then outcome := 'SAME'; return; end if;
  -- both, by id: two orders that change places do not wait for each other
  perform 1 from ticketing.codes c where c.id in (v_before, v_code.id) order by c.id for update;
  select * into v_code from ticketing.codes c where c.id = v_code.id;
  select sum(i.quantity) into v_tickets from ticketing.order_items i
   where i.order_id = p_order and i.tier_id = any (coalesce(v_code.tier_ids, array[i.tier_id]));
  why := case when not v_code.active or v_code.removed_at is not null then 'inactive'
              when v_code.starts_at > now() then 'not_yet'
              when v_code.ends_at <= now() then 'over'
              when v_tickets is null then 'tier' end;
  if why is not null then outcome := 'CODE_NOT_VALID'; return; end if;
  begin
    perform ticketing.forget_code(p_order);
    if not ticketing.use_code(p_order, v_code.id, p_user, false, v_tickets) then
      raise exception 'no uses left' using errcode = 'HF002';
    end if;
  exception when sqlstate 'HF002' then
    -- the code it had stays
    outcome := 'CODE_USED_UP'; return;
  end;
  perform ticketing.price_order(p_order, v_code.id);
  outcome := 'APPLIED';
end $$;
