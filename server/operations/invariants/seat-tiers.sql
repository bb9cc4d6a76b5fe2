-- A tier with seats has as many units as seats, and a tier without has none.
select t.id as tier_id, t.quantity, t.seated, coalesce(s.seats, 0) as seats
from ticketing.ticket_tiers t
left join (
  select tier_id, count(*) as seats from ticketing.seats where tier_id is not null group by tier_id
) s on s.tier_id = t.id
where case when t.seated then coalesce(s.seats, 0) <> t.quantity or s.seats is null else s.seats is not null end
