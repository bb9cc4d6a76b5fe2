-- Event $1, locked, as whoever plans its seats needs it. NO KEY: orders and tickets refer to it, and must not wait.
select e.vendor_id, e.status, e.start_at, now() as now from events.events e where e.id = $1 for no key update
