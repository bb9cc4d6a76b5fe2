-- Every open drop as an operator sees it, the next to open last.
select d.id, d.event_id as "eventId", e.title as "eventTitle", e.vendor_id as "vendorId", v.name as "vendorName",
  d.phase, d.pause_reason as "pauseReason", d.paused_at as "pausedAt", d.has_line as "hasLine",
  d.opens_at as "opensAt", coalesce(d.ends_at, e.start_at) as "endsAt", d.epoch, d.max_turns as "maxTurns",
  l.joined, l.serving, l.last_number as "lastNumber", p.waiting::integer, p.turns_in_use::integer as "turnsInUse",
  t.capacity::integer, t.available::integer, t.held::integer, t.sold::integer
from ticketing.drops d
join events.events e on e.id = d.event_id
join accounts.users v on v.id = e.vendor_id
join ticketing.lines l on l.drop_id = d.id
cross join lateral (
  select coalesce(sum(t.quantity), 0) as capacity, coalesce(sum(t.reserved_quantity), 0) as held,
    coalesce(sum(t.issued_quantity), 0) as sold,
    coalesce(sum(t.quantity - t.reserved_quantity - t.issued_quantity - t.kept_quantity), 0) as available
  from ticketing.ticket_tiers t where t.event_id = d.event_id
) t
cross join lateral (
  select count(*) filter (where p.state = 'waiting') as waiting,
    count(*) filter (where (p.state = 'turn' and p.turn_expires_at > coalesce(d.paused_at, now()))
      or (p.state = 'called' and p.claim_by > coalesce(d.paused_at, now()))) as turns_in_use
  from ticketing.places p where p.drop_id = d.id
) p
where d.phase not in ('ended', 'canceled')
order by d.phase in ('live', 'paused', 'sold_out') desc, d.opens_at, d.id
limit 200
