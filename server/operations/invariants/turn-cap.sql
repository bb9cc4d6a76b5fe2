-- Live turns and open calls together never exceed the drop's cap on turns.
-- A cap that was lowered binds new calls only: the highest cap of the last turn's length counts.
with in_use as (
  select p.drop_id, count(*) as turns
  from ticketing.places p
  join ticketing.drops d on d.id = p.drop_id
  where (p.state = 'turn' and p.turn_expires_at > coalesce(d.paused_at, now()))
    or (p.state = 'called' and p.claim_by > coalesce(d.paused_at, now()))
  group by p.drop_id
)
select d.id as drop_id, u.turns, d.max_turns
from in_use u
join ticketing.drops d on d.id = u.drop_id
where u.turns > greatest(d.max_turns, (
  select max((g.before ->> 'maxTurns')::integer)
  from ticketing.drop_log g
  where g.drop_id = d.id and g.before ? 'maxTurns'
    and g.at > now() - make_interval(secs => d.turn_seconds + d.claim_seconds)
))
