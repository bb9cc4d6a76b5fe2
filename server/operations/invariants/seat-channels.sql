-- A seat is kept for a channel of its event that was not let go.
select s.event_id, s.seat, s.channel
from ticketing.seats s
left join ticketing.seat_channels c on c.event_id = s.event_id and c.channel = s.channel and c.released_at is null
where s.channel <> 0 and c.channel is null
