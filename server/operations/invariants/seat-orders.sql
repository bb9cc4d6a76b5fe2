-- An order's lines have the seats that their hold had and their tickets have.
select o.id as order_id, i.tier_id, i.seats, h.seats as held, k.seats as of_tickets
from ticketing.orders o
join ticketing.order_items i on i.order_id = o.id
left join ticketing.ticket_holds h on h.hold_id = o.hold_id and h.tier_id = i.tier_id
left join lateral (
  select array_agg(k.seat order by k.seat) filter (where k.seat is not null) as seats
  from ticketing.tickets k where k.order_item_id = i.id
) k on true
where i.seats is distinct from h.seats
  or (o.status in ('committed', 'paid') and i.seats is distinct from k.seats)
