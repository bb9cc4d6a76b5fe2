-- How event $1 uses its map, for one viewer ($2: account or null, $3: its role or null). A draft, and one that was deleted before
-- it was published, is its vendor's and operators' only.
select p.map_id, p.gate_facts -> 'tiers' as tiers, p.tier_runs, p.assignment -> 'standing' as standing, p.orphan_rule,
  p.orphan_relax_percent, d.id as drop_id, c.release_at as accessible_until
from ticketing.seat_plans p
join events.events e on e.id = p.event_id
left join lateral (
  select d.id from ticketing.drops d where d.event_id = e.id
  order by (d.phase not in ('ended', 'canceled')) desc, d.created_at desc limit 1
) d on true
left join ticketing.seat_channels c on c.event_id = e.id and c.channel = 1 and c.released_at is null
where p.event_id = $1
  and (e.vendor_id = $2 or $3 = 'operator' or not (e.status = 'draft' or (e.status = 'canceled' and d.id is null)))
