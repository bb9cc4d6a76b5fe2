-- What a fan's row counts as bought is the number of live tickets of that fan's orders in the drop.
with live as (
  select o.drop_id, o.user_id, count(*) as tickets
  from ticketing.tickets k
  join ticketing.orders o on o.id = k.order_id
  where k.status in ('issued', 'transferred', 'redeemed') group by o.drop_id, o.user_id
)
select coalesce(f.drop_id, l.drop_id) as drop_id, coalesce(f.user_id, l.user_id) as user_id,
  f.bought, coalesce(l.tickets, 0) as live_tickets
from ticketing.fans f
full join live l on l.drop_id = f.drop_id and l.user_id = f.user_id
where f.bought is distinct from coalesce(l.tickets, 0)
