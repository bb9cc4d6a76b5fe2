-- A fan's turn and the place it came from agree, and a fan has at most one.
select coalesce(f.drop_id, p.drop_id) as drop_id, coalesce(f.user_id, p.user_id) as user_id,
  f.turn_expires_at as of_fan, p.turn_expires_at as of_place
from (select * from ticketing.fans where turn_expires_at is not null) f
full join (select * from ticketing.places where state = 'turn') p
  on p.drop_id = f.drop_id and p.user_id = f.user_id
where f.turn_expires_at is distinct from p.turn_expires_at or f.place_id is distinct from p.id
