-- What a fan's row counts as held is the sum of that fan's active and paying holds in the drop.
with live as (
  select drop_id, user_id, sum(quantity) as quantity
  from ticketing.holds where status in ('active', 'paying') group by drop_id, user_id
)
select coalesce(f.drop_id, l.drop_id) as drop_id, coalesce(f.user_id, l.user_id) as user_id,
  f.held, coalesce(l.quantity, 0) as in_live_holds
from ticketing.fans f
full join live l on l.drop_id = f.drop_id and l.user_id = f.user_id
where f.held is distinct from coalesce(l.quantity, 0)
