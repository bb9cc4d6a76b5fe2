-- Each seat of a live hold or ticket has its claim, and each claim such a hold or ticket.
with taken as (
  select d.event_id, s.seat, i.hold_id, null::uuid as ticket_id
  from ticketing.ticket_holds i
  join ticketing.holds h on h.id = i.hold_id and h.status in ('active', 'paying')
  join ticketing.drops d on d.id = h.drop_id
  cross join unnest(i.seats) as s (seat)
  union all
  select k.event_id, k.seat, o.hold_id, k.id
  from ticketing.tickets k
  join ticketing.orders o on o.id = k.order_id
  where k.seat is not null and k.status in ('issued', 'transferred', 'redeemed')
)
select coalesce(t.event_id, c.event_id) as event_id, coalesce(t.seat, c.seat) as seat, t.hold_id, t.ticket_id,
  c.hold_id as claimed_by_hold, c.ticket_id as claimed_by_ticket
from taken t
full join ticketing.seat_claims c on c.event_id = t.event_id and c.seat = t.seat
where t.hold_id is null or c.hold_id is null or t.hold_id <> c.hold_id or t.ticket_id is distinct from c.ticket_id
