-- Sets a sale's clock going again (rule Q29): calls, turns and holds that were alive when it stopped get the pause's length back.
-- Exclusive fence, so no batch, claim or sweep is under way. Returns OK | INVALID_STATE (not paused).
create or replace function ticketing.resume_drop(p_drop uuid, p_actor uuid, p_reason text)
returns text language plpgsql volatile as $$
declare v_lock bigint; v_drop ticketing.drops%rowtype; v_pause interval;
begin
  select lock_key into v_lock from ticketing.drops where id = p_drop;
  perform pg_advisory_xact_lock(v_lock);
  select * into v_drop from ticketing.drops where id = p_drop;
  if v_drop.phase is distinct from 'paused' then return 'INVALID_STATE'; end if;
  v_pause := clock_timestamp() - v_drop.paused_at;

  update ticketing.fans set turn_expires_at = turn_expires_at + v_pause
    where drop_id = p_drop and turn_expires_at > v_drop.paused_at;
  -- payments take a hold before its rows, and without the fence
  perform 1 from ticketing.holds h
    where h.drop_id = p_drop and h.status in ('active', 'paying') and h.expires_at > v_drop.paused_at
    order by h.id for no key update;
  update ticketing.ticket_holds i set expires_at = i.expires_at + v_pause
    from ticketing.holds h
    where h.drop_id = p_drop and h.status in ('active', 'paying') and h.expires_at > v_drop.paused_at and i.hold_id = h.id;
  update ticketing.holds set expires_at = expires_at + v_pause
    where drop_id = p_drop and status in ('active', 'paying') and expires_at > v_drop.paused_at;
  update ticketing.places set turn_expires_at = turn_expires_at + v_pause
    where drop_id = p_drop and state = 'turn' and turn_expires_at > v_drop.paused_at;
  update ticketing.places set claim_by = claim_by + v_pause
    where drop_id = p_drop and state = 'called' and claim_by > v_drop.paused_at;
  update ticketing.drops set phase = v_drop.phase_before_pause, phase_before_pause = null, paused_at = null,
      pause_reason = null, updated_at = now()
    where id = p_drop;
  update ticketing.lines set version = version + 1 where drop_id = p_drop;
  insert into ticketing.drop_log (drop_id, actor_user_id, action, reason, before, after)
    values (p_drop, p_actor, 'resume', p_reason, jsonb_build_object('phase', 'paused', 'pausedAt', v_drop.paused_at),
      jsonb_build_object('phase', v_drop.phase_before_pause, 'pausedSeconds', extract(epoch from v_pause)));
  return 'OK';
end $$;
