-- Everything an edit may change, under the row's lock.
update events.events
set title = $2, type = $3, artist = $4, description = $5, venue_name = $6, venue_city = $7, time_zone = $8, start_at = $9,
  status = $10, currency = $11, draft_drop = $12, version = version + 1, updated_at = now()
where id = $1
