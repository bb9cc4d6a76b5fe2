-- Rises with every figure of event $1 that moves: tiers' counters, the line, and money that came in.
select (
  (select coalesce(sum(t.version), 0) from ticketing.ticket_tiers t where t.event_id = $1)
  + (select coalesce(sum(l.version), 0) from ticketing.lines l join ticketing.drops d on d.id = l.drop_id where d.event_id = $1)
  + coalesce(extract(epoch from (
      select max(o.paid_at) from ticketing.orders o where o.event_id = $1 and o.paid_at is not null)) * 1000000, 0)
)::bigint as version
