-- Puts points on an order that waits to be paid (rules Y10–Y15), in place of those it has, or nothing changes. Locks hold, order,
-- member. p_kind: discount (at most p_asked points) | free (tickets of p_tier) | upgrade (tickets of p_tier at p_from's price).
-- Outcomes: USED | NOT_ENOUGH_POINTS (needed, balance) | POINTS_NOT_USABLE (why: nothing, tier, from_tier, not_cheaper)
--   | ORDER_EXPIRED | PAYING | CLOSED | NOT_FOUND
create or replace function loyalty.use_points(
  p_order uuid, p_user uuid, p_kind text, p_asked int, p_tier uuid, p_from uuid,
  out outcome text, out why text, out needed bigint, out balance bigint
) language plpgsql volatile as $$
declare
  v_code uuid; v_from int; v_before bigint;
begin
  outcome := ticketing.lock_pending_order(p_order, p_user);
  if outcome <> 'PENDING' then return; end if;
  outcome := 'POINTS_NOT_USABLE';
  select u.code_id into v_code from ticketing.code_uses u where u.order_id = p_order and not u.presale and u.live;
  if p_kind <> 'discount' and not exists (
    select from ticketing.order_items i where i.order_id = p_order and i.tier_id = p_tier) then why := 'tier'; return; end if;
  if p_kind = 'upgrade' then
    -- asked for again it keeps the price it had; else the other tier must be one that can be bought
    select r.from_price_cents into v_from from loyalty.redemptions r
     where r.order_id = p_order and r.kind = 'upgrade' and r.tier_id = p_tier and r.from_tier_id = p_from;
    if not found then
      select t.price_cents into v_from
        from ticketing.ticket_tiers t join ticketing.orders o on o.id = p_order and o.event_id = t.event_id
       where t.id = p_from and t.status = 'active' and coalesce(t.presale_until, now()) <= now()
         and t.quantity - t.reserved_quantity - t.issued_quantity - t.kept_quantity > 0;
      if not found then why := 'from_tier'; return; end if;
    end if;
  end if;

  perform loyalty.lock_members(array[p_user]);
  balance := loyalty.balance_of(p_user);
  select coalesce(sum(s.quantity * s.unit_points), 0) into needed
    from loyalty.spread_points(p_order, v_code, p_kind, p_asked, p_tier, v_from) s;
  if needed = 0 then why := case p_kind when 'upgrade' then 'not_cheaper' else 'nothing' end; return; end if;
  select -coalesce(sum(e.points), 0) into v_before
    from loyalty.entries e where e.order_id = p_order and e.kind in ('redeemed', 'returned');
  balance := balance + v_before;
  if needed > balance then outcome := 'NOT_ENOUGH_POINTS'; return; end if;

  insert into loyalty.redemptions as r (order_id, user_id, kind, asked, tier_id, from_tier_id, from_price_cents, points)
  values (p_order, p_user, p_kind, p_asked, p_tier, p_from, v_from, needed)
  on conflict (order_id) do update
     set kind = excluded.kind, asked = excluded.asked, tier_id = excluded.tier_id, from_tier_id = excluded.from_tier_id,
         from_price_cents = excluded.from_price_cents, points = excluded.points;
  perform ticketing.price_order(p_order, v_code);
  outcome := 'USED';
end $$;
