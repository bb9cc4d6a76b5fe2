-- Closes a lobby whose time has come (rule Q10): exclusive fence, phase `drawing`, commit. Nothing is read here: the places
-- are read by a later transaction, whose snapshot has every join that got its "yes" (reading in the same statement missed one).
-- p_source: the beacon at hand, p_next_round: its first round after this moment, p_later_round: the one to take when the
-- fixed round is not later than the close (all null without a beacon). Returns whether this call closed it.
create or replace function ticketing.close_lobby(p_drop uuid, p_source text, p_next_round bigint, p_later_round bigint)
returns boolean language plpgsql volatile as $$
declare v_lock bigint; v_drop ticketing.drops%rowtype;
begin
  select lock_key into v_lock from ticketing.drops where id = p_drop;
  if v_lock is null then return false; end if;
  perform pg_advisory_xact_lock(v_lock);
  select * into v_drop from ticketing.drops where id = p_drop;
  if not v_drop.has_line or v_drop.phase not in ('scheduled', 'lobby') or v_drop.opens_at > clock_timestamp() then
    return false;
  end if;
  if v_drop.beacon_source = p_source and v_drop.beacon_round < p_next_round then
    insert into ticketing.drop_log (drop_id, action, reason, before, after)
      values (p_drop, 'beacon', 'closed later than the fixed round',
        jsonb_build_object('beaconRound', v_drop.beacon_round), jsonb_build_object('beaconRound', p_later_round));
    v_drop.beacon_round := p_later_round;
  end if;
  update ticketing.drops set phase = 'drawing', closed_at = clock_timestamp(), beacon_round = v_drop.beacon_round,
      updated_at = now()
    where id = p_drop;
  update ticketing.lines set version = version + 1 where drop_id = p_drop;
  return true;
end $$;
