-- Keeps seats for a channel (p_add) and takes seats out of it (p_remove), all of them or none (rules S27, S28). Locks the shared
-- fence, the plan, then the tiers; channels and seats are only read under them. Whoever is taken out of a vendor's channel
-- goes back to the accessible seats while those are kept.
-- Outcomes: KEPT | NOT_FOUND (no plan) | NO_CHANNEL (or it was let go) | and with `seats`: UNKNOWN (not on sale) |
--   NOT_KEPT (to be taken out, but not in) | NOT_ACCESSIBLE (channel 1 is for accessible seats) | TAKEN (held or sold)
create or replace function ticketing.keep_seats(
  p_event uuid, p_channel int, p_add int[], p_remove int[], p_actor uuid,
  out outcome text, out seats int[], out drop_id uuid
) language plpgsql volatile as $$
declare v_lock bigint; v_accessible boolean; v_name text;
begin
  select d.id, d.lock_key into drop_id, v_lock from ticketing.drops d where d.event_id = p_event
   order by (d.phase not in ('ended', 'canceled')) desc, d.created_at desc limit 1;
  if v_lock is not null then perform pg_advisory_xact_lock_shared(v_lock); end if;
  perform 1 from ticketing.seat_plans p where p.event_id = p_event for no key update;
  if not found then outcome := 'NOT_FOUND'; return; end if;
  select c.name into v_name from ticketing.seat_channels c
   where c.event_id = p_event and c.channel = p_channel and c.released_at is null;
  if not found then outcome := 'NO_CHANNEL'; return; end if;
  perform 1 from ticketing.ticket_tiers t
    where t.id in (select s.tier_id from ticketing.seats s where s.event_id = p_event and s.seat = any (p_add || p_remove))
    order by t.id for no key update;

  select array_agg(n.seat order by n.seat) into seats from unnest(p_add || p_remove) as n (seat)
    left join ticketing.seats s on s.event_id = p_event and s.seat = n.seat where s.tier_id is null;
  if seats is not null then outcome := 'UNKNOWN'; return; end if;
  select array_agg(s.seat order by s.seat) into seats from ticketing.seats s
   where s.event_id = p_event and s.seat = any (p_remove) and s.channel <> p_channel;
  if seats is not null then outcome := 'NOT_KEPT'; return; end if;
  select array_agg(s.seat order by s.seat) into seats from ticketing.seats s
   where s.event_id = p_event and s.seat = any (p_add) and p_channel = 1 and s.flags & 3 = 0;
  if seats is not null then outcome := 'NOT_ACCESSIBLE'; return; end if;
  select array_agg(c.seat order by c.seat) into seats from ticketing.seat_claims c
   where c.event_id = p_event and c.seat = any (p_add);
  if seats is not null then outcome := 'TAKEN'; return; end if;

  select p_channel <> 1 and exists (select from ticketing.seat_channels c
    where c.event_id = p_event and c.channel = 1 and c.released_at is null) into v_accessible;
  perform ticketing.set_channels(p_event, array_agg(s.seat), array_agg(
      case when s.seat = any (p_add) then p_channel when v_accessible and s.flags & 3 <> 0 then 1 else 0 end))
    from ticketing.seats s where s.event_id = p_event and s.seat = any (p_add || p_remove);
  insert into ticketing.seat_log (event_id, actor_user_id, action, detail)
    select p_event, p_actor, l.action, jsonb_build_object('channel', p_channel, 'name', v_name, 'seats', to_jsonb(l.which))
      from (values ('release', p_remove), ('keep', p_add)) as l (action, which) where cardinality(l.which) > 0;
  outcome := 'KEPT';
end $$;
