-- Locks an order, after its hold, for a change of what it costs, and says how it stands:
-- PENDING | ORDER_EXPIRED (its hold has ended) | PAYING | CLOSED | NOT_FOUND (or not this fan's)
create or replace function ticketing.lock_pending_order(p_order uuid, p_user uuid)
returns text language plpgsql volatile as $$
declare
  v_order ticketing.orders; v_hold ticketing.holds; v_now timestamptz; v_phase text;
begin
  select * into v_order from ticketing.orders o where o.id = p_order and o.user_id = p_user;
  if not found then return 'NOT_FOUND'; end if;
  select * into v_hold from ticketing.holds h where h.id = v_order.hold_id for update;
  select * into v_order from ticketing.orders o where o.id = p_order for update;
  if v_order.status = 'paying' then return 'PAYING'; end if;
  if v_order.status = 'expired' then return 'ORDER_EXPIRED'; end if;
  select coalesce(d.paused_at, now()), d.phase into v_now, v_phase from ticketing.drops d where d.id = v_order.drop_id;
  if v_order.status <> 'pending' or v_phase = 'canceled' then return 'CLOSED'; end if;
  if v_hold.status <> 'active' or v_hold.expires_at <= v_now then return 'ORDER_EXPIRED'; end if;
  return 'PENDING';
end $$;
