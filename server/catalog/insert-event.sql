insert into events.events (id, vendor_id, title, type, artist, description, venue_name, venue_city, time_zone, start_at,
  status, currency, draft_drop)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
