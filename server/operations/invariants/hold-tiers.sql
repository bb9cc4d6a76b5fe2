-- A hold takes only from tiers of its own drop's event.
select h.id as hold_id, r.tier_id
from ticketing.ticket_holds r
join ticketing.holds h on h.id = r.hold_id
join ticketing.drops d on d.id = h.drop_id
join ticketing.ticket_tiers t on t.id = r.tier_id
where t.event_id <> d.event_id
