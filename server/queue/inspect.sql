-- What is due for drops ($1), without a lock: the worker's look each quarter of a second. Each step tests again under its lock.
select d.id, d.phase, l.version, d.has_line as "hasLine",
  d.phase = 'scheduled' and d.has_line and d.lobby_opens_at <= now() and d.opens_at > now() as "lobbyDue",
  d.phase in ('scheduled', 'lobby') and d.has_line and d.opens_at <= now() as "closeDue",
  d.phase = 'scheduled' and not d.has_line and d.opens_at <= now() as "openDue",
  w.drop_id is null as "rootMissing", w.seed is not null as "drawn", w.beacon_round as "beaconRound",
  w.beacon_source as "beaconSource",
  coalesce(d.ends_at, e.start_at) <= now() or (d.phase in ('live', 'sold_out') and s.issued >= s.quantity and s.quantity > 0) as "endDue",
  (d.phase = 'live' and s.free = 0) or (d.phase = 'sold_out' and s.free > 0) as "stockDue",
  exists (select 1 from ticketing.places p where p.drop_id = d.id and p.state = 'turn'
            and p.turn_expires_at <= coalesce(d.paused_at, now()))
    or exists (select 1 from ticketing.places p where p.drop_id = d.id and p.state = 'called'
            and p.claim_by <= coalesce(d.paused_at, now())) as "settleDue",
  d.has_line and d.phase in ('live', 'sold_out') and (
    l.turns_in_use <> u.in_use
    or (u.in_use < least(d.max_turns, floor(s.free * d.overbook)) and (l.last_number > l.serving
      or exists (select 1 from ticketing.places p where p.drop_id = d.id and p.state = 'late' and p.asked_at is not null)))
  ) as "callDue"
from ticketing.drops d
join events.events e on e.id = d.event_id
join ticketing.lines l on l.drop_id = d.id
left join ticketing.draws w on w.drop_id = d.id
cross join lateral (
  select coalesce(sum(t.quantity), 0) as quantity, coalesce(sum(t.issued_quantity), 0) as issued,
    coalesce(sum(t.quantity - t.reserved_quantity - t.issued_quantity - t.kept_quantity), 0) as free
  from ticketing.ticket_tiers t where t.event_id = d.event_id and t.status = 'active') s
cross join lateral (
  select count(*) as in_use from ticketing.places p where p.drop_id = d.id and p.state in ('called', 'turn')) u
where d.id = any ($1)
