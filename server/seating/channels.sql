-- Whom seats of event $1 are kept for, with how many seats each has and how many of them are free.
select c.channel, c.name, c.code, c.release_at, c.released_at, s.seats, s.free, s.numbers
from ticketing.seat_channels c
cross join lateral (
  select count(*)::int as seats, (count(*) filter (where k.seat is null))::int as free,
    coalesce(array_agg(s.seat order by s.seat), '{}') as numbers
  from ticketing.seats s
  left join ticketing.seat_claims k on k.event_id = s.event_id and k.seat = s.seat
  where s.event_id = c.event_id and s.channel = c.channel and s.channel <> 0
) s
where c.event_id = $1
order by c.released_at is not null, c.channel
