-- Nobody who joined the lobby is missing from the draw, and everybody in it who stayed got a number.
select w.drop_id, w.place_count, count(p.id) as lobby_places,
  count(p.id) filter (where p.number is null and p.ended_at is null) as without_number
from ticketing.draws w
left join ticketing.places p on p.drop_id = w.drop_id and p.lobby
group by w.drop_id, w.place_count, w.seed
having w.place_count <> count(p.id)
  or (w.seed is not null and count(p.id) filter (where p.number is null and p.ended_at is null) > 0)
