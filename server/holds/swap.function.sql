-- Exchanges one hold for another in one transaction (rules S60–S62): the old one ends, the new one is placed, or neither
-- happens. Arguments and answers as ticketing.place_holds, for a batch of one; p_old: the hold to be given up.
-- results is E when the old hold is not this fan's, has ended or is being paid for.
create or replace function ticketing.swap_hold(
  p_batch uuid, p_drop uuid, p_epoch bigint,
  p_hold uuid[], p_user uuid[], p_request uuid[], p_hash text[], p_qty int[],
  p_fan uuid[], p_fan_qty int[], p_tier uuid[], p_tier_qty int[],
  p_item_hold int[], p_item_tier uuid[], p_item_qty int[],
  p_item_seats text[], p_channel int[], p_accessible boolean[], p_old uuid,
  out status text, out results text, out expires_at timestamptz,
  out tier_ids text, out remaining text, out prices text, out taken text
) language plpgsql volatile as $$
declare
  v_lock bigint; v_epoch bigint; v_event uuid; v_old ticketing.holds;
begin
  select lock_key into v_lock from ticketing.drops where id = p_drop;
  if v_lock is null then status := 'GONE'; return; end if;
  perform pg_advisory_xact_lock_shared(v_lock);
  select d.epoch, d.event_id into v_epoch, v_event from ticketing.drops d where d.id = p_drop;
  if v_epoch <> p_epoch then status := 'STALE'; return; end if;
  -- both holds' tiers at once, or two exchanges could wait for each other
  perform 1 from ticketing.ticket_tiers t
    where t.event_id = v_event
      and (t.id = any (p_tier) or t.id in (select i.tier_id from ticketing.ticket_holds i where i.hold_id = p_old))
    order by t.id for no key update;
  perform 1 from ticketing.fans f where f.drop_id = p_drop and f.user_id = p_user[1] for no key update;
  status := 'OK';
  if exists (select 1 from ticketing.holds h where h.drop_id = p_drop and h.user_id = p_user[1] and h.request_id = p_request[1]) then
    -- asked before: place_holds answers with what it became
    select * into status, results, expires_at, tier_ids, remaining, prices, taken
      from ticketing.place_holds(p_batch, p_drop, p_epoch, p_hold, p_user, p_request, p_hash, p_qty, p_fan, p_fan_qty,
        p_tier, p_tier_qty, p_item_hold, p_item_tier, p_item_qty, p_item_seats, p_channel, p_accessible);
    return;
  end if;
  select h.* into v_old from ticketing.holds h join ticketing.drops d on d.id = h.drop_id
   where h.id = p_old and h.drop_id = p_drop and h.user_id = p_user[1] and h.status = 'active'
     and h.expires_at > coalesce(d.paused_at, now()) for no key update of h;
  if not found then
    results := 'E'; tier_ids := ''; return;
  end if;
  begin
    perform 1 from ticketing.end_holds(p_drop, array[p_old], 'released', 1);
    select * into status, results, expires_at, tier_ids, remaining, prices, taken
      from ticketing.place_holds(p_batch, p_drop, p_epoch, p_hold, p_user, p_request, p_hash, p_qty, p_fan, p_fan_qty,
        p_tier, p_tier_qty, p_item_hold, p_item_tier, p_item_qty, p_item_seats, p_channel, p_accessible);
    if results is distinct from 'G' then raise exception 'the exchange was refused' using errcode = 'HF001'; end if;
  exception when sqlstate 'HF001' then
    -- the old hold stands as it stood; the answer of place_holds is told
    return;
  end;
  update ticketing.holds h set expires_at = v_old.expires_at, extended = v_old.extended where h.id = p_hold[1];
  update ticketing.ticket_holds i set expires_at = v_old.expires_at where i.hold_id = p_hold[1];
  expires_at := v_old.expires_at;
end $$;
