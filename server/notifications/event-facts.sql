-- How the events stand that notices are about ($1: notices' ids), and what their fans have to do with them.
select n.id, e.id as "eventId", e.title, e.status, e.start_at as "startAt", e.time_zone as "timeZone", e.venue_name as "venue",
  d.id as "dropId", d.phase, d.opens_at as "opensAt", d.lobby_opens_at as "lobbyOpensAt",
  exists (select from ticketing.tickets k where k.event_id = e.id and k.owner_user_id = n.user_id
    and k.status in ('issued', 'transferred')) as holds,
  exists (select from ticketing.tickets k where k.event_id = e.id and k.owner_user_id = n.user_id) as held,
  exists (select from notifications.reminders r where r.event_id = e.id and r.user_id = n.user_id) as reminded,
  exists (select from notifications.notices m where m.user_id = n.user_id and m.kind = n.kind and m.event_id = n.event_id
    and m.created_at > n.created_at) as superseded
from notifications.notices n
join events.events e on e.id = n.event_id
left join ticketing.drops d on d.event_id = e.id
where n.id = any ($1)
