-- Pictures for the page of event $1: of earlier nights at its place or by its artist, and of itself; of nights that are over
-- ($2: how long one is taken to last, seconds). Newest first, below the picture $3, at most $4.
with this as (
  select e.id, e.start_at, e.venue_name, e.venue_city, e.artist from events.events e where e.id = $1
), nights as (
  select e.id, e.title, e.artist, e.venue_name, e.venue_city, e.start_at, e.time_zone, e.status from this t join events.events e
      on lower(e.venue_name) = lower(t.venue_name) and e.start_at < t.start_at
     and lower(coalesce(e.venue_city, '')) = lower(coalesce(t.venue_city, ''))
  union
  select e.id, e.title, e.artist, e.venue_name, e.venue_city, e.start_at, e.time_zone, e.status from this t join events.events e on lower(e.artist) = lower(t.artist) and e.start_at < t.start_at
  union
  select e.id, e.title, e.artist, e.venue_name, e.venue_city, e.start_at, e.time_zone, e.status from this t join events.events e on e.id = t.id
)
select i.id, i.kind, i.user_id, i.status, i.caption, i.width, i.height, i.created_at,
  e.id as event_id, e.title, e.artist, e.venue_name, e.venue_city, e.start_at, e.time_zone
from nights e join pictures.images i on i.event_id = e.id
where i.kind = 'night' and i.status = 'shown' and e.status in ('published', 'ended')
  and e.start_at + make_interval(secs => $2) <= now() and ($3::uuid is null or i.id < $3)
order by i.id desc limit $4
