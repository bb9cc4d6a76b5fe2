-- Everybody up to `serving` was called or had left, and nobody beyond it was called.
select p.drop_id, p.id as place_id, p.number, p.state, l.serving
from ticketing.places p
join ticketing.lines l on l.drop_id = p.drop_id
where (p.number <= l.serving and p.state = 'waiting')
  or (p.called_at is not null and (p.number is null or p.number > l.serving))
