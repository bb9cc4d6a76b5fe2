-- A hold belongs to a fan and a drop, and takes only from tiers of that drop's event.
select coalesce(h.id, r.hold_id) as hold_id, r.tier_id
from ticketing.holds h
full join ticketing.ticket_holds r on r.hold_id = h.id
left join ticketing.drops d on d.id = h.drop_id
left join accounts.users u on u.id = h.user_id
left join ticketing.ticket_tiers t on t.id = r.tier_id
where h.id is null or d.id is null or (u.id is null and h.status <> 'void')
  or (r.hold_id is not null and t.event_id is distinct from d.event_id)
