-- One fan's claim (rules Q21-Q23). Fence, fan, place, in that order. Returns what the place is now:
--   TURN (new or the same one) | NOT_CALLED with p_ahead | CALL_LAPSED (and from now on it waits to be called first)
--   | NO_PLACE | NOT_OPEN | DROP_PAUSED | NOT_FOUND
create or replace function ticketing.claim_turn(p_drop uuid, p_user uuid,
  out code text, out place_id uuid, out number bigint, out expires_at timestamptz, out ahead bigint, out fresh boolean)
language plpgsql volatile as $$
#variable_conflict use_column
declare v_lock bigint; v_drop ticketing.drops%rowtype; v_place ticketing.places%rowtype; v_now timestamptz;
begin
  fresh := false;
  select d.lock_key into v_lock from ticketing.drops d where d.id = p_drop;
  if v_lock is null then code := 'NOT_FOUND'; return; end if;
  perform pg_advisory_xact_lock_shared(v_lock);
  select * into v_drop from ticketing.drops d where d.id = p_drop;
  if v_drop.phase = 'paused' then code := 'DROP_PAUSED'; return; end if;
  if v_drop.phase not in ('live', 'sold_out') then code := 'NOT_OPEN'; return; end if;

  insert into ticketing.fans (drop_id, user_id)
    select p_drop, p_user where exists (select 1 from ticketing.places p
      where p.drop_id = p_drop and p.user_id = p_user and p.ended_at is null)
    on conflict do nothing;
  perform 1 from ticketing.fans f where f.drop_id = p_drop and f.user_id = p_user for no key update;
  select * into v_place from ticketing.places p
    where p.drop_id = p_drop and p.user_id = p_user and p.ended_at is null for no key update;
  v_now := clock_timestamp();
  if not found or (v_place.state = 'turn' and v_place.turn_expires_at <= v_now) then code := 'NO_PLACE'; return; end if;
  place_id := v_place.id; number := v_place.number;

  if v_place.state = 'turn' then
    code := 'TURN'; expires_at := v_place.turn_expires_at;
  elsif v_place.state = 'waiting' then
    code := 'NOT_CALLED';
    select v_place.number - l.serving - 1 into ahead from ticketing.lines l where l.drop_id = p_drop;
  elsif v_place.state = 'called' and v_place.claim_by > v_now then
    code := 'TURN'; fresh := true; expires_at := v_now + make_interval(secs => v_drop.turn_seconds);
    update ticketing.places p set state = 'turn', claimed_at = v_now, turn_expires_at = claim_turn.expires_at
      where p.id = v_place.id;
    update ticketing.fans f set turn_expires_at = claim_turn.expires_at, place_id = v_place.id
      where f.drop_id = p_drop and f.user_id = p_user;
  else
    code := 'CALL_LAPSED';
    update ticketing.places p set state = 'late', asked_at = coalesce(p.asked_at, v_now)
      where p.id = v_place.id and (p.state = 'called' or p.asked_at is null);
  end if;
end $$;
