-- Writes a notice of one kind and subject to everybody who has valid tickets for an event; $5: bought before then, if not null.
insert into notifications.notices (id, user_id, kind, subject, event_id, urgent, try_at, expires_at)
select gen_random_uuid(), h.user_id, $2, $3, $1, false, now() + make_interval(secs => $6), $4
from (select k.owner_user_id as user_id from ticketing.tickets k
  where k.event_id = $1 and k.status in ('issued', 'transferred') and ($5::timestamptz is null or k.created_at < $5)
  group by k.owner_user_id) h
where not exists (select from notifications.notices t where t.user_id = h.user_id and t.kind = $2 and t.subject = $3)
limit $7
on conflict on constraint told_once do nothing
returning user_id
