-- Sets whom seats are kept for (p_channels beside p_seats), under the locks of plan and tiers that the caller has. Seats that
-- are held or sold change their channel too, but were not counted among the kept ones, and are not now (rule S28).
create or replace function ticketing.set_channels(p_event uuid, p_seats int[], p_channels int[])
returns void language plpgsql volatile as $$
begin
  update ticketing.ticket_tiers t
     set kept_quantity = t.kept_quantity + k.n, version = t.version + 1, updated_at = now()
    from (select s.tier_id, sum((n.channel <> 0)::int - (s.channel <> 0)::int)::int as n
            from unnest(p_seats, p_channels) as n (seat, channel)
            join ticketing.seats s on s.event_id = p_event and s.seat = n.seat
           where not exists (select from ticketing.seat_claims c where c.event_id = p_event and c.seat = n.seat)
           group by s.tier_id) k
   where t.id = k.tier_id;
  update ticketing.seats s set channel = n.channel
    from unnest(p_seats, p_channels) as n (seat, channel)
   where s.event_id = p_event and s.seat = n.seat and s.channel <> n.channel;
  update ticketing.seat_plans set kept_version = kept_version + 1, updated_at = now() where event_id = p_event;
end $$;
