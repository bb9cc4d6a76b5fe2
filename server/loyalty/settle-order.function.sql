-- Brings an order's points to what its money and tickets say now (rules Y3–Y6): earned once what its payment brought, taken back
-- in proportion to what of that went back since, and, of p_refund's tickets, the points that had bought them. Everything is read
-- under the member's lock and only the difference is written: run twice, or before an older one, it has the same effect.
-- Locks order (shared, for the entries name it), then member. p_per_100: points for each 1.00 of money.
create or replace function loyalty.settle_order(p_order uuid, p_refund uuid, p_per_100 int)
returns void language plpgsql volatile as $$
declare
  v_user uuid; v_paid bigint; v_left bigint; v_earned bigint; v_taken bigint; v_back bigint;
begin
  select o.user_id into v_user from ticketing.orders o where o.id = p_order for key share;
  if not found then return; end if;
  perform loyalty.lock_members(array[v_user]);

  -- tickets first: what comes back pays off what is then taken
  select sum(i.unit_points) into v_back
    from ticketing.refunds r
    join ticketing.refund_tickets t on t.refund_id = r.id and t.live
    join ticketing.tickets k on k.id = t.ticket_id
    join loyalty.redemption_items i on i.order_item_id = k.order_item_id
    join loyalty.redemptions d on d.order_id = i.order_id and d.live
   where r.id = p_refund and r.order_id = p_order and r.status in ('sending', 'succeeded', 'failed')
     and not exists (select from loyalty.entries e where e.refund_id = r.id and e.kind = 'refunded');
  if v_back > 0 then perform loyalty.append_entry(v_user, 'refunded', v_back, p_order, p_refund); end if;

  select sum(p.captured_cents), sum(greatest(p.captured_cents - p.refunded_cents - p.disputed_cents, 0)) into v_paid, v_left
    from ticketing.payments p join ticketing.orders o on o.id = p.order_id
   where p.order_id = p_order and p.status in ('captured', 'refunded') and o.status in ('paid', 'partially_refunded', 'refunded');
  if coalesce(v_paid, 0) = 0 then return; end if;
  select sum(e.points) filter (where e.kind = 'earned'), -coalesce(sum(e.points) filter (where e.kind = 'taken_back'), 0)
    into v_earned, v_taken from loyalty.entries e where e.order_id = p_order;
  if v_earned is null then
    v_earned := v_paid * p_per_100 / 100;
    if v_earned = 0 then return; end if;
    perform loyalty.append_entry(v_user, 'earned', v_earned, p_order, null);
  end if;
  v_taken := v_earned - floor(v_earned::numeric * v_left / v_paid)::bigint - v_taken;
  if v_taken > 0 then perform loyalty.append_entry(v_user, 'taken_back', -v_taken, p_order, p_refund); end if;
end $$;
