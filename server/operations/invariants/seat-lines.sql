-- A line in a tier with seats names as many of its tier's seats as it has units, each once; other lines name none.
with lines as (
  select i.hold_id, null::uuid as order_id, i.tier_id, i.quantity, i.seats from ticketing.ticket_holds i
  union all
  select o.hold_id, o.id, i.tier_id, i.quantity, i.seats
  from ticketing.order_items i join ticketing.orders o on o.id = i.order_id
)
select l.hold_id, l.order_id, l.tier_id, l.quantity, l.seats
from lines l
join ticketing.ticket_tiers t on t.id = l.tier_id
where t.seated <> (l.seats is not null)
  or (l.seats is not null and l.quantity <> (
    select count(distinct s.seat) from ticketing.seats s
    where s.event_id = t.event_id and s.tier_id = l.tier_id and s.seat = any (l.seats)))
