-- How the places stand that notices are about ($1: notices' ids), with what the forecast learns from.
select n.id, e.title, e.time_zone as "timeZone", d.id as "dropId", d.phase, p.state, p.number, p.claim_by as "claimBy",
  l.serving, r.calls, r.seconds, s.free, s.taken
from notifications.notices n
join ticketing.places p on p.id = n.place_id and p.user_id = n.user_id
join ticketing.drops d on d.id = p.drop_id
join ticketing.lines l on l.drop_id = d.id
join events.events e on e.id = d.event_id
cross join lateral (
  select coalesce(sum(c.calls), 0)::int as calls, coalesce(extract(epoch from now() - min(c.bucket)), 0)::float8 as seconds
  from ticketing.call_rates c where c.drop_id = d.id and c.bucket > now() - interval '3 minutes') r
cross join lateral (
  select coalesce(sum(t.quantity - t.reserved_quantity - t.issued_quantity - t.kept_quantity), 0)::int as free,
    coalesce(sum(t.reserved_quantity + t.issued_quantity), 0)::int as taken
  from ticketing.ticket_tiers t where t.event_id = d.event_id and t.status = 'active') s
where n.id = any ($1)
