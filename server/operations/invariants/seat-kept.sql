-- A tier's kept quantity is the number of its seats that are kept for a channel and not taken.
select t.id as tier_id, t.kept_quantity, coalesce(k.seats, 0) as kept_seats
from ticketing.ticket_tiers t
left join (
  select s.tier_id, count(*) as seats
  from ticketing.seats s
  left join ticketing.seat_claims c on c.event_id = s.event_id and c.seat = s.seat
  where s.channel <> 0 and c.seat is null
  group by s.tier_id
) k on k.tier_id = t.id
where t.kept_quantity <> coalesce(k.seats, 0)
