-- Writes the next entry of a fan's points (rules Y1, Y2): p_points come, or go where they are below nothing. What comes pays
-- off what is owed before it can be spent; what goes beyond the balance is owed. The caller holds the member's lock
-- (loyalty.lock_members). Spending is judged before: only points that are taken back may become owed.
create or replace function loyalty.append_entry(p_user uuid, p_kind text, p_points bigint, p_order uuid, p_refund uuid)
returns void language plpgsql volatile as $$
declare
  v_seq int; v_net bigint;
begin
  select e.seq, e.balance - e.owed + p_points into v_seq, v_net
    from loyalty.entries e where e.user_id = p_user order by e.seq desc limit 1;
  v_net := coalesce(v_net, p_points);
  insert into loyalty.entries (user_id, seq, kind, points, balance, owed, order_id, refund_id)
  values (p_user, coalesce(v_seq, 0) + 1, p_kind, p_points, greatest(v_net, 0), greatest(-v_net, 0), p_order, p_refund);
end $$;
