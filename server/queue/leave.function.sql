-- One fan leaves the line, or is done with a turn (rules Q8, Q25): the place ends as `left` or `done`. Returns the ended state,
-- `GONE` when there was nothing left to leave, null for an unknown drop. A place in the lobby's tree stays there.
create or replace function ticketing.leave_line(p_drop uuid, p_user uuid) returns text language plpgsql volatile as $$
declare v_lock bigint; v_state text; v_place uuid;
begin
  select lock_key into v_lock from ticketing.drops where id = p_drop;
  if v_lock is null then return null; end if;
  perform pg_advisory_xact_lock_shared(v_lock);
  perform 1 from ticketing.fans where drop_id = p_drop and user_id = p_user for no key update;
  select id, state into v_place, v_state from ticketing.places
    where drop_id = p_drop and user_id = p_user and ended_at is null for no key update;
  if not found then return 'GONE'; end if;
  v_state := case v_state when 'turn' then 'done' else 'left' end;
  update ticketing.places set state = v_state, ended_at = now(), end_reason = v_state where id = v_place;
  if v_state = 'done' then
    update ticketing.fans set turn_expires_at = null where drop_id = p_drop and user_id = p_user and place_id = v_place;
  end if;
  return v_state;
end $$;
