-- Writes down who is expected to be called within $1 seconds (rule N21): the numbers that lie so far ahead at the pace of the last
-- three minutes, which is what the fan's page goes by too. Each place once. $2: nearer than this nobody needs to be told.
insert into notifications.notices (id, user_id, kind, subject, event_id, place_id, urgent, expires_at)
select gen_random_uuid(), p.user_id, 'turn_soon', p.id::text, d.event_id, p.id, true, now() + make_interval(secs => $1 * 3)
from ticketing.drops d
join ticketing.lines l on l.drop_id = d.id
cross join lateral (
  select sum(c.calls)::float8 as calls, extract(epoch from now() - min(c.bucket))::float8 as seconds
  from ticketing.call_rates c where c.drop_id = d.id and c.bucket > now() - interval '3 minutes') r
join ticketing.place_numbers n on n.drop_id = d.id
  and n.number > l.serving + ceil($2 * r.calls / r.seconds) and n.number <= l.serving + 1 + floor($1 * r.calls / r.seconds)
join ticketing.places p on p.id = n.place_id and p.state = 'waiting'
where d.phase = 'live' and d.has_line
  and exists (select from ticketing.ticket_tiers t where t.event_id = d.event_id and t.status = 'active'
    and t.quantity > t.reserved_quantity + t.issued_quantity + t.kept_quantity)
  and r.calls >= 5 and r.seconds > 0
  and exists (select from notifications.devices v where v.user_id = p.user_id and v.ended_at is null)
  and not exists (select from accounts.preferences f where f.user_id = p.user_id and not f.by_push)
  and not exists (select from notifications.notices t
    where t.user_id = p.user_id and t.kind = 'turn_soon' and t.subject = p.id::text)
limit $3
on conflict on constraint told_once do nothing
returning user_id
