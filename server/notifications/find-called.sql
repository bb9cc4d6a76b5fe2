-- Writes down whose turn it is (rule N22): places that are called and have not answered. A call whose time was moved, as by a pause,
-- is another call.
insert into notifications.notices (id, user_id, kind, subject, event_id, place_id, urgent, expires_at)
select gen_random_uuid(), p.user_id, 'turn_called', p.id || ':' || floor(extract(epoch from p.claim_by)), d.event_id, p.id, true, p.claim_by
from ticketing.drops d
join ticketing.places p on p.drop_id = d.id and p.state = 'called' and p.claim_by > now()
where d.phase in ('live', 'sold_out') and d.has_line
  and exists (select from notifications.devices v where v.user_id = p.user_id and v.ended_at is null)
  and not exists (select from accounts.preferences f where f.user_id = p.user_id and not f.by_push)
  and not exists (select from notifications.notices t where t.user_id = p.user_id and t.kind = 'turn_called'
    and t.subject = p.id || ':' || floor(extract(epoch from p.claim_by)))
limit $1
on conflict on constraint told_once do nothing
returning user_id
