-- What of events ($1) changes without their being edited: phase and times of the sale, prices and stock of their tiers, in order.
-- Numbers are named by their place (tier.ts): names cost more to send and read than what they name.
select e.id, e.version, e.status, e.vendor_id, d.id as drop_id, d.phase, d.has_line, d.lobby_opens_at, d.opens_at,
  coalesce(d.ends_at, e.start_at) as ends_at, d.limit_per_fan,
  (select json_agg(json_build_array(t.id,
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
