-- One fan's place in one drop: the live one, else the last one; with what the forecast learns from.
select p.id as "placeId", p.number, p.state, p.commitment, p.claim_by as "claimBy", p.turn_expires_at as "turnExpiresAt",
  (extract(epoch from p.joined_at) * 1000000)::bigint as "joinedAtMicros", d.secret_hash as "secretHash",
  p.state = 'turn' and p.turn_expires_at > coalesce(d.paused_at, now()) as "hasTurn",
  l.serving, r.calls, r.seconds, s.free, s.taken
from ticketing.places p
join ticketing.drops d on d.id = p.drop_id
join ticketing.lines l on l.drop_id = p.drop_id
cross join lateral (
  select coalesce(sum(c.calls), 0)::int as calls,
    coalesce(extract(epoch from now() - min(c.bucket)), 0)::float8 as seconds
  from ticketing.call_rates c where c.drop_id = p.drop_id and c.bucket > now() - interval '3 minutes') r
cross join lateral (
  select coalesce(sum(t.quantity - t.reserved_quantity - t.issued_quantity - t.kept_quantity), 0)::int as free,
    coalesce(sum(t.reserved_quantity + t.issued_quantity), 0)::int as taken
  from ticketing.ticket_tiers t where t.event_id = d.event_id and t.status = 'active') s
where p.drop_id = $1 and p.user_id = $2
order by p.ended_at is null desc, p.joined_at desc
limit 1
