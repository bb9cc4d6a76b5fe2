-- Tiers of event $1 after its seats were written: those with seats have as many units as seats, and as many kept as
-- seats in a channel (nothing is claimed yet).
update ticketing.ticket_tiers t
set seated = s.seats is not null, quantity = coalesce(s.seats, t.quantity), kept_quantity = coalesce(s.kept, 0),
  version = t.version + 1, updated_at = now()
from ticketing.ticket_tiers o
left join (
  select tier_id, count(*)::int as seats, (count(*) filter (where channel <> 0))::int as kept
  from ticketing.seats where event_id = $1 and tier_id is not null group by tier_id
) s on s.tier_id = o.id
where o.event_id = $1 and t.id = o.id
