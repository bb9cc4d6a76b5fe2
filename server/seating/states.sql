-- Every taken or kept seat of a drop, as the ledger has it; no row: the drop has no seats.
select d.epoch, p.map_id as "mapId", m.seat_count as "seats",
       coalesce((select array_agg(c.seat) from ticketing.seat_claims c
                  where c.event_id = d.event_id and c.ticket_id is null), '{}') as "held",
       coalesce((select array_agg(c.seat) from ticketing.seat_claims c
                  where c.event_id = d.event_id and c.ticket_id is not null), '{}') as "sold",
       coalesce((select array_agg(s.seat) from ticketing.seats s
                  where s.event_id = d.event_id and s.channel <> 0), '{}') as "kept"
  from ticketing.drops d
  join ticketing.seat_plans p on p.event_id = d.event_id
  join ticketing.venue_maps m on m.id = p.map_id
 where d.id = $1
