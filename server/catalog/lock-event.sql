-- The event's row, locked. NO KEY: orders and tickets refer to it, and they must not wait (or deadlock with the fence).
select e.vendor_id, e.title, e.type, e.artist, e.description, e.venue_name, e.venue_city, e.time_zone, e.start_at, e.status,
  e.currency, e.version, e.draft_drop, now() as now
from events.events e
where e.id = $1
for no key update
