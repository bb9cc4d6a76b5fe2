-- Events with their latest drop and their tiers, by id ($1). Of a tier: what stays (id, name, has seats), then what live.sql reads of it.
select e.id, e.vendor_id, e.title, e.type, e.artist, e.description, e.venue_name, e.venue_city, e.time_zone, e.start_at,
  e.status, e.currency, e.version, e.draft_drop,
  d.id as drop_id, d.phase, d.has_line, d.lobby_opens_at, d.opens_at, coalesce(d.ends_at, e.start_at) as ends_at, d.limit_per_fan,
  (select p.map_id from ticketing.seat_plans p where p.event_id = e.id) as map_id,
  (select i.id from pictures.images i where i.event_id = e.id and i.kind = 'cover' and i.status = 'shown') as image_id,
  (select json_agg(json_build_array(t.id, t.name, t.seated,
       t.price_cents, t.fee_cents, t.tax_cents, t.tax_included_cents, t.range_min_cents, t.range_max_cents,
       case when t.presale_until > now() then to_char(t.presale_until at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') end,
       t.quantity, t.reserved_quantity, t.issued_quantity, t.kept_quantity) order by t.position, t.id)
     from ticketing.ticket_tiers t where t.event_id = e.id and t.status = 'active') as tiers
from events.events e
left join lateral (
  select * from ticketing.drops d where d.event_id = e.id
  order by (d.phase not in ('ended', 'canceled')) desc, d.created_at desc limit 1
) d on true
where e.id = any ($1)
