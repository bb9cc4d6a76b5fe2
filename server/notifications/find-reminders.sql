-- Writes down what fans asked to be reminded of (rules N24, N25), once its time has come: the lobby's opening; and $1 seconds before
-- the doors, where no lobby said so less than twice that before. A time that was moved is another reminder.
insert into notifications.notices (id, user_id, kind, subject, event_id, urgent, expires_at)
select gen_random_uuid(), r.user_id, k.kind, e.id || ':' || floor(extract(epoch from k.at)), e.id, true, d.opens_at
from notifications.reminders r
join events.events e on e.id = r.event_id and e.status = 'published'
join ticketing.drops d on d.event_id = e.id and d.phase in ('scheduled', 'lobby') and d.opens_at > now()
cross join lateral (values
  ('lobby_open', d.lobby_opens_at, d.has_line and d.lobby_opens_at <= now()),
  ('doors_soon', d.opens_at, d.opens_at <= now() + make_interval(secs => $1)
    and (d.lobby_opens_at is null or not d.has_line or d.lobby_opens_at < d.opens_at - make_interval(secs => $1 * 2)))) k (kind, at, due)
where k.due
  and not exists (select from notifications.notices t where t.user_id = r.user_id and t.kind = k.kind
    and t.subject = e.id || ':' || floor(extract(epoch from k.at)))
limit $2
on conflict on constraint told_once do nothing
returning user_id
