-- What is waiting for the worker, and since how many seconds the oldest of it. A paused drop stands still.
select 'holds' as name, count(*)::integer as waiting, coalesce(max(extract(epoch from coalesce(d.paused_at, now()) - h.expires_at)), 0)::float8 as seconds
from ticketing.holds h join ticketing.drops d on d.id = h.drop_id
where h.status = 'active' and h.expires_at <= coalesce(d.paused_at, now())
union all
select 'turns', count(*), coalesce(max(extract(epoch from coalesce(d.paused_at, now()) - coalesce(p.turn_expires_at, p.claim_by))), 0)
from ticketing.places p join ticketing.drops d on d.id = p.drop_id
where d.phase not in ('ended', 'canceled')
  and ((p.state = 'turn' and p.turn_expires_at <= coalesce(d.paused_at, now()))
    or (p.state = 'called' and p.claim_by <= coalesce(d.paused_at, now())))
union all
select 'openings', count(*), coalesce(max(extract(epoch from now() - d.opens_at)), 0)
from ticketing.drops d where d.phase in ('scheduled', 'lobby', 'drawing') and d.opens_at <= now()
union all
select 'payments', count(*), coalesce(max(extract(epoch from now() - p.updated_at)), 0)
from ticketing.payments p
where p.status in ('started', 'requires_action', 'unknown') or (p.status = 'authorized' and p.provider <> 'cash_on_arrival')
union all
select 'outbox', count(*), coalesce(max(extract(epoch from now() - o.created_at)), 0) from ticketing.outbox o
union all
select 'credits', count(*), coalesce(max(extract(epoch from now() - c.created_at)), 0) from ticketing.gate_credits c
