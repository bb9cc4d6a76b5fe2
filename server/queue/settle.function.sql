-- Ends turns that ran out and lets unclaimed calls lapse (rules Q21, Q24), by the drop's clock, which stands still while paused.
-- Locks fans before places, as every other transaction does; each row is tested again after its lock.
create or replace function ticketing.settle_turns(p_drop uuid)
returns table (kind text, place_id uuid, user_id uuid, number bigint) language plpgsql volatile as $$
#variable_conflict use_column
declare v_lock bigint; v_now timestamptz; v_users uuid[]; v_ended uuid[]; v_lapsed uuid[];
begin
  select d.lock_key into v_lock from ticketing.drops d where d.id = p_drop;
  if v_lock is null then return; end if;
  perform pg_advisory_xact_lock_shared(v_lock);
  select coalesce(d.paused_at, now()) into v_now from ticketing.drops d where d.id = p_drop;

  v_users := array(select p.user_id from ticketing.places p
    where p.drop_id = p_drop and p.state = 'turn' and p.turn_expires_at <= v_now);
  perform 1 from ticketing.fans f
    where f.drop_id = p_drop and f.user_id = any (v_users) order by f.user_id for no key update;
  perform 1 from ticketing.places p
    where p.drop_id = p_drop and ((p.state = 'turn' and p.turn_expires_at <= v_now)
      or (p.state = 'called' and p.claim_by <= v_now))
    order by p.id for no key update;
  with ended as (
    update ticketing.places p set state = 'expired', ended_at = now(), end_reason = 'turn expired'
      where p.drop_id = p_drop and p.state = 'turn' and p.turn_expires_at <= v_now returning p.id
  ) select array_agg(e.id) into v_ended from ended e;
  update ticketing.fans f set turn_expires_at = null
    where f.drop_id = p_drop and f.user_id = any (v_users) and f.place_id = any (v_ended);
  with lapsed as (
    update ticketing.places p set state = 'late', asked_at = null
      where p.drop_id = p_drop and p.state = 'called' and p.claim_by <= v_now returning p.id
  ) select array_agg(l.id) into v_lapsed from lapsed l;
  return query select case when p.id = any (v_ended) then 'expired' else 'lapsed' end, p.id, p.user_id, p.number
    from ticketing.places p where p.id = any (v_ended) or p.id = any (v_lapsed);
end $$;
