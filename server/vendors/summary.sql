-- A vendor's events ($1), newest first, each with its sale's figures: at most $2 of them (null: all), after event $3 (null: from
-- the newest on).
select e.id, e.title, e.type, e.status, e.start_at, e.currency, e.venue_name, e.time_zone, e.version,
  d.id as drop_id, d.phase, d.opens_at,
  t.capacity::integer, t.sold::integer, t.held::integer, coalesce(m.revenue_cents, 0)::bigint as revenue_cents,
  (select coalesce(sum(c.commission_cents), 0)::bigint from ticketing.commissions c where c.event_id = e.id) as commission_cents
from events.events e
left join lateral (
  select * from ticketing.drops d where d.event_id = e.id
  order by (d.phase not in ('ended', 'canceled')) desc, d.created_at desc limit 1
) d on true
cross join lateral (
  select coalesce(sum(t.quantity), 0) as capacity, coalesce(sum(t.issued_quantity), 0) as sold,
    coalesce(sum(t.reserved_quantity), 0) as held
  from ticketing.ticket_tiers t where t.event_id = e.id
) t
left join lateral (
  -- as sales.sql
  select coalesce(sum(o.total_cents), 0) + (
    select coalesce(sum(p.captured_cents - p.refunded_cents), 0) from ticketing.orders r
    join ticketing.payments p on p.order_id = r.id and p.status in ('captured', 'refunded')
    where r.event_id = e.id and r.status in ('partially_refunded', 'refunded')
  ) - (
    select coalesce(sum(s.amount_cents), 0) from ticketing.orders r join ticketing.disputes s on s.order_id = r.id
    join ticketing.payments p on p.id = s.payment_id and p.status in ('captured', 'refunded')
    where r.event_id = e.id and s.status = 'lost'
  ) as revenue_cents
  from ticketing.orders o where o.event_id = e.id and o.status = 'paid'
) m on true
where e.vendor_id = $1
  and ($3::uuid is null or (e.created_at, e.id) < (select a.created_at, a.id from events.events a where a.id = $3))
order by e.created_at desc, e.id desc
limit $2::bigint
