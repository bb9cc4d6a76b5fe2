-- What seats are called outside, as `SeatRef`s (server/protocol/seating.ts) in the map's order: id, section, row, label.
-- The id is made as `seatIdOf` makes it: the map's first 80 bits with version 8, then the seat's number in 48.
-- Null where there are no seats to name, so that a line without seats shows none.
create or replace function ticketing.name_seats(p_event uuid, p_seats int[]) returns json
language sql stable parallel safe as $$
  select json_agg(json_build_object(
           'id', overlay(left(p.map_id::text, 24) placing '8' from 15 for 1) || lpad(to_hex(s.seat), 12, '0'),
           'section', s.section, 'row', s.row_label, 'label', s.label) order by s.seat)
    from ticketing.seat_plans p
    join ticketing.seats s on s.event_id = p.event_id
   where p.event_id = p_event and s.seat = any (p_seats)
$$;
