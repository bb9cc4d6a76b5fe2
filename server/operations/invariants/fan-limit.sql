-- Nobody holds and has bought more than the drop's limit per fan.
select f.drop_id, f.user_id, f.held, f.bought, d.limit_per_fan
from ticketing.fans f
join ticketing.drops d on d.id = f.drop_id
where f.held + f.bought > d.limit_per_fan
