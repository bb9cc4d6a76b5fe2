-- Ends holds and gives their stock back: `released` by their fan, `expired` by the sweep (rules H10–H12).
-- Same lock order as the batch; every hold is tested again after its lock, so that a payment that came first wins.
-- Returns the holds that ended here. p_holds is null for a sweep: then up to p_limit lapsed ones are taken.
create or replace function ticketing.end_holds(p_drop uuid, p_holds uuid[], p_status text, p_limit int)
returns table (hold_id uuid, user_id uuid) language plpgsql volatile as $$
declare
  v_lock bigint; v_epoch bigint; v_now timestamptz; v_ids uuid[]; v_event uuid; v_seats boolean;
begin
  select lock_key into v_lock from ticketing.drops where id = p_drop;
  if v_lock is null then return; end if;
  perform pg_advisory_xact_lock_shared(v_lock);
  -- a paused drop's clock stands still; in a canceled one every hold has run out
  select d.epoch, case when d.phase = 'canceled' then 'infinity' else coalesce(d.paused_at, now()) end, d.event_id
    into v_epoch, v_now, v_event from ticketing.drops d where d.id = p_drop;

  select array_agg(c.id) into v_ids from (
    select h.id from ticketing.holds h
     where h.drop_id = p_drop and h.status = 'active'
       and (p_holds is null or h.id = any (p_holds))
       and (p_status <> 'expired' or h.expires_at <= v_now)
     order by h.expires_at limit p_limit) c;
  if v_ids is null then return; end if;

  perform 1 from ticketing.ticket_tiers t
    where t.id in (select i.tier_id from ticketing.ticket_holds i where i.hold_id = any (v_ids))
    order by t.id for no key update;
  perform 1 from ticketing.fans f
    where f.drop_id = p_drop and f.user_id in (select h.user_id from ticketing.holds h where h.id = any (v_ids))
    order by f.user_id for no key update;
  perform 1 from ticketing.holds h where h.id = any (v_ids) order by h.id for no key update;
  select array_agg(h.id) into v_ids from ticketing.holds h
   where h.id = any (v_ids) and h.status = 'active' and (p_status <> 'expired' or h.expires_at <= v_now);
  if v_ids is null then return; end if;

  update ticketing.holds h set status = p_status, ended_at = now() where h.id = any (v_ids);
  update ticketing.ticket_holds i set status = p_status where i.hold_id = any (v_ids);
  update ticketing.fans f set held = f.held - g.qty
    from (select h.user_id, sum(h.quantity)::int as qty from ticketing.holds h where h.id = any (v_ids) group by 1) g
   where f.drop_id = p_drop and f.user_id = g.user_id;
  update ticketing.ticket_tiers t
     set reserved_quantity = t.reserved_quantity - g.qty, version = t.version + 1, updated_at = now()
    from (select i.tier_id, sum(i.quantity)::int as qty from ticketing.ticket_holds i
           where i.hold_id = any (v_ids) group by 1) g
   where t.id = g.tier_id;
  -- seats are free again, or back with the channel they are kept for (rule S67)
  select bool_or(i.seats is not null) into v_seats from ticketing.ticket_holds i where i.hold_id = any (v_ids);
  if v_seats then
    delete from ticketing.seat_claims c
     using ticketing.ticket_holds i cross join unnest(i.seats) as x (seat)
     where i.hold_id = any (v_ids) and c.event_id = v_event and c.seat = x.seat and c.hold_id = i.hold_id;
    update ticketing.ticket_tiers t set kept_quantity = t.kept_quantity + k.n
      from (select i.tier_id, count(*)::int as n from ticketing.ticket_holds i cross join unnest(i.seats) as x (seat)
              join ticketing.seats s on s.event_id = v_event and s.seat = x.seat and s.channel <> 0
             where i.hold_id = any (v_ids) group by 1) k
     where t.id = k.tier_id;
  end if;
  insert into ticketing.gate_credits (drop_id, hold_id, user_id, epoch, kind)
    select p_drop, h.id, h.user_id, v_epoch, 'release' from ticketing.holds h where h.id = any (v_ids);
  -- an order whose hold is gone can no longer be paid
  update ticketing.orders o set status = 'expired', updated_at = now()
   where o.hold_id = any (v_ids) and o.status = 'pending';
  return query select h.id, h.user_id from ticketing.holds h where h.id = any (v_ids);
end $$;
