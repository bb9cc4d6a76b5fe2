-- Of each account ($1): what it says it likes, and its newest deeds ($2 of each kind), unless it wants none of that used.
-- Tickets that were given back do not count.
select u.id as "userId", coalesce(p.personalised, true) as personalised, p.favourite_artists as artists, p.favourite_types as types,
  p.favourite_cities as cities, d.deeds
from unnest($1::uuid[]) as u (id)
left join accounts.preferences p on p.user_id = u.id
left join lateral (
  select json_agg(json_build_array(x.kind, x.at_ms, x.times, e.id, e.title, e.artist, e.type, e.venue_name, e.venue_city, e.vendor_id,
      l.from_cents, extract(epoch from e.start_at) * 1000) order by x.at_ms desc) as deeds
  from ((select k.event_id, 1 as kind, floor(extract(epoch from max(k.created_at)) * 1000) as at_ms, 1 as times
           from ticketing.tickets k
          where k.owner_user_id = u.id and k.status in ('issued', 'transferred', 'redeemed')
          group by k.event_id order by 3 desc limit $2)
        union all
        (select v.event_id, 0, floor(extract(epoch from max(v.at)) * 1000), count(*)
           from recommendations.views v where v.user_id = u.id
          group by v.event_id order by 3 desc limit $2)) x
  join events.events e on e.id = x.event_id
  left join events.listings l on l.event_id = e.id
) d on coalesce(p.personalised, true)
