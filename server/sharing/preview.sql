-- What a link to an event ($1: its id, or that of one of its drops) tells of it: of published ones and those that were.
select e.id, e.title, e.artist, e.type, left(e.description, 300) as description, e.venue_name, e.venue_city, e.time_zone, e.start_at,
  e.previous_start_at, e.status, e.currency, d.id as drop_id, d.phase, d.opens_at,
  (select i.id from pictures.images i where i.event_id = e.id and i.kind = 'cover' and i.status = 'shown') as image_id,
  t.from_cents::int, t.available::int
from events.events e
join lateral (
  select d.id, d.phase, d.opens_at from ticketing.drops d where d.event_id = e.id
  order by (d.phase not in ('ended', 'canceled')) desc, d.created_at desc limit 1
) d on true
cross join lateral (
  -- the cheapest that can still be had; of a sale with nothing left, the cheapest there was
  select coalesce(min(x.cents) filter (where x.available > 0), min(x.cents)) as from_cents, coalesce(sum(x.available), 0) as available
  from (select t.price_cents + t.fee_cents + t.tax_cents as cents,
               t.quantity - t.reserved_quantity - t.issued_quantity - t.kept_quantity as available
          from ticketing.ticket_tiers t where t.event_id = e.id and t.status = 'active') x
) t
where e.id = coalesce((select n.event_id from ticketing.drops n where n.id = $1), $1) and e.status <> 'draft'
