-- Tells a sold-out sale from a live one by its stock (rule Q26): `live` without a free unit is `sold_out`, a unit that comes
-- back makes it `live` again. Both sell alike, so the shared fence is enough. Returns the new phase, or null.
create or replace function ticketing.turn_stock(p_drop uuid)
returns text language plpgsql volatile as $$
declare v_lock bigint; v_phase text; v_event uuid; v_units bigint; v_to text;
begin
  select lock_key into v_lock from ticketing.drops where id = p_drop;
  if v_lock is null then return null; end if;
  perform pg_advisory_xact_lock_shared(v_lock);
  select phase, event_id into v_phase, v_event from ticketing.drops where id = p_drop for no key update;
  select coalesce(sum(t.quantity - t.reserved_quantity - t.issued_quantity - t.kept_quantity), 0) into v_units
    from ticketing.ticket_tiers t where t.event_id = v_event and t.status = 'active';
  v_to := case when v_phase = 'live' and v_units = 0 then 'sold_out' when v_phase = 'sold_out' and v_units > 0 then 'live' end;
  if v_to is null then return null; end if;
  update ticketing.drops set phase = v_to, updated_at = now() where id = p_drop;
  update ticketing.lines set version = version + 1 where drop_id = p_drop;
  return v_to;
end $$;
