-- A live ticket of a tier with seats has one of its tier's seats, and a ticket of another tier has none.
select k.id as ticket_id, k.tier_id, k.seat
from ticketing.tickets k
join ticketing.ticket_tiers t on t.id = k.tier_id
left join ticketing.seats s on s.event_id = k.event_id and s.seat = k.seat and s.tier_id = k.tier_id
where k.status in ('issued', 'transferred', 'redeemed')
  and (t.seated <> (k.seat is not null) or (t.seated and s.seat is null))
