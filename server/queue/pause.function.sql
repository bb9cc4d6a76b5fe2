-- Stops a sale's clock (rule Q28): under the exclusive fence, so that no call, claim or hold is still on its way.
-- Returns OK | INVALID_STATE (not on sale).
create or replace function ticketing.pause_drop(p_drop uuid, p_actor uuid, p_reason text)
returns text language plpgsql volatile as $$
declare v_lock bigint; v_phase text;
begin
  select lock_key into v_lock from ticketing.drops where id = p_drop;
  perform pg_advisory_xact_lock(v_lock);
  select phase into v_phase from ticketing.drops where id = p_drop;
  if v_phase is null or v_phase not in ('live', 'sold_out') then return 'INVALID_STATE'; end if;
  update ticketing.drops set phase = 'paused', phase_before_pause = v_phase, paused_at = clock_timestamp(),
      pause_reason = p_reason, updated_at = now()
    where id = p_drop;
  update ticketing.lines set version = version + 1 where drop_id = p_drop;
  insert into ticketing.drop_log (drop_id, actor_user_id, action, reason, before, after)
    values (p_drop, p_actor, 'pause', p_reason, jsonb_build_object('phase', v_phase), jsonb_build_object('phase', 'paused'));
  return 'OK';
end $$;
