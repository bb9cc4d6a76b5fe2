-- Lets all seats of a channel go, once (rules S29, S30). Who holds or bought one through the channel keeps it. A vendor's
-- accessible seats go back to the accessible ones while those are kept. p_due: only if its time has come.
-- Outcomes: RELEASED (how many seats were let go: freed) | DONE (was let go before) | NOT_DUE | NOT_FOUND
create or replace function ticketing.release_channel(
  p_event uuid, p_channel int, p_actor uuid, p_due boolean,
  out outcome text, out freed int, out drop_id uuid
) language plpgsql volatile as $$
declare v_lock bigint; v_channel ticketing.seat_channels; v_accessible boolean; v_seats int[]; v_to int[];
begin
  select d.id, d.lock_key into drop_id, v_lock from ticketing.drops d where d.event_id = p_event
   order by (d.phase not in ('ended', 'canceled')) desc, d.created_at desc limit 1;
  if v_lock is not null then perform pg_advisory_xact_lock_shared(v_lock); end if;
  perform 1 from ticketing.seat_plans p where p.event_id = p_event for no key update;
  select * into v_channel from ticketing.seat_channels c where c.event_id = p_event and c.channel = p_channel for no key update;
  if not found then outcome := 'NOT_FOUND'; return; end if;
  if v_channel.released_at is not null then outcome := 'DONE'; return; end if;
  if p_due and coalesce(v_channel.release_at > now(), true) then outcome := 'NOT_DUE'; return; end if;
  perform 1 from ticketing.ticket_tiers t
    where t.id in (select s.tier_id from ticketing.seats s where s.event_id = p_event and s.channel = p_channel)
    order by t.id for no key update;

  select p_channel <> 1 and exists (select from ticketing.seat_channels c
    where c.event_id = p_event and c.channel = 1 and c.released_at is null) into v_accessible;
  select array_agg(s.seat order by s.seat), array_agg(case when v_accessible and s.flags & 3 <> 0 then 1 else 0 end order by s.seat)
    into v_seats, v_to from ticketing.seats s where s.event_id = p_event and s.channel = p_channel;
  freed := coalesce(cardinality(v_seats), 0);
  if freed > 0 then perform ticketing.set_channels(p_event, v_seats, v_to); end if;
  update ticketing.seat_channels c set released_at = now() where c.event_id = p_event and c.channel = p_channel;
  insert into ticketing.seat_log (event_id, actor_user_id, action, detail)
  values (p_event, p_actor, 'release', jsonb_build_object('channel', p_channel, 'name', v_channel.name, 'seats', to_jsonb(coalesce(v_seats, '{}'))));
  outcome := 'RELEASED';
end $$;
