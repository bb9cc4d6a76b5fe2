-- Ends a drop (rule Q27), `ended` or `canceled`, under the exclusive fence: no hold, claim or call can be under way. Open calls
-- and turns end with it. p_due: only when its time is over or all is issued (the worker's call). Returns whether this call did it.
create or replace function ticketing.finish_drop(p_drop uuid, p_phase text, p_due boolean, p_actor uuid, p_reason text)
returns boolean language plpgsql volatile as $$
declare v_lock bigint; v_drop ticketing.drops%rowtype; v_over boolean;
begin
  select lock_key into v_lock from ticketing.drops where id = p_drop;
  if v_lock is null then return false; end if;
  perform pg_advisory_xact_lock(v_lock);
  select * into v_drop from ticketing.drops where id = p_drop;
  if v_drop.phase in ('ended', 'canceled') then return false; end if;
  if p_due then
    select coalesce(v_drop.ends_at, e.start_at) <= clock_timestamp() or (v_drop.phase in ('live', 'sold_out') and
        (select coalesce(sum(t.issued_quantity) >= sum(t.quantity) and sum(t.quantity) > 0, false)
           from ticketing.ticket_tiers t where t.event_id = e.id and t.status = 'active'))
      into v_over from events.events e where e.id = v_drop.event_id;
    if not v_over then return false; end if;
  end if;
  update ticketing.fans set turn_expires_at = null where drop_id = p_drop and turn_expires_at is not null;
  update ticketing.places set state = 'expired', ended_at = now(), end_reason = 'sale ' || p_phase
    where drop_id = p_drop and state in ('called', 'late', 'turn');
  update ticketing.drops set phase = p_phase, ended_at = clock_timestamp(), paused_at = null, pause_reason = null,
      phase_before_pause = null, updated_at = now()
    where id = p_drop;
  update ticketing.lines set version = version + 1, turns_in_use = 0 where drop_id = p_drop;
  insert into ticketing.drop_log (drop_id, actor_user_id, action, reason, before, after)
    values (p_drop, p_actor, case p_phase when 'ended' then 'end' else 'cancel' end, p_reason,
      jsonb_build_object('phase', v_drop.phase), jsonb_build_object('phase', p_phase));
  return true;
end $$;
