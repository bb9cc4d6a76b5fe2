-- Every open drop as an operator sees it, the next to open last.
select d.id, d.event_id as "eventId", e.title as "eventTitle", e.vendor_id as "vendorId", v.name as "vendorName",
  d.phase, d.pause_reason as "pauseReason", d.paused_at as "pausedAt", d.has_line as "hasLine",
  d.opens_at as "opensAt", coalesce(d.ends_at, e.start_at) as "endsAt", d.epoch, d.max_turns as "maxTurns",
  l.joined, l.serving, l.last_number as "lastNumber", p.waiting::integer, p.turns_in_use::integer as "turnsInUse",
  h.total_capacity::integer as capacity, h.total_available::integer as available, h.total_reserved::integer as held,
  h.total_issued::integer as sold, h.health_score::integer as "healthScore"
from ticketing.drops d
join events.events e on e.id = d.event_id
join accounts.users v on v.id = e.vendor_id
join ticketing.lines l on l.drop_id = d.id
join ticketing.event_health h on h.event_id = d.event_id
cross join lateral (
  select count(*) filter (where p.state = 'waiting') as waiting,
    count(*) filter (where (p.state = 'turn' and p.turn_expires_at > coalesce(d.paused_at, now()))
      or (p.state = 'called' and p.claim_by > coalesce(d.paused_at, now()))) as turns_in_use
  from ticketing.places p where p.drop_id = d.id
) p
where d.phase not in ('ended', 'canceled')
order by d.phase in ('live', 'paused', 'sold_out') desc, d.opens_at, d.id
limit 200
