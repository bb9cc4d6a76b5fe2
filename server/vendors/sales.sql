-- One event's figures ($1) in one statement, so that all of them belong to one snapshot of the ledger.
-- $2: how many minutes of sales per minute to count, back from this one.
with drop as (
  select d.*, coalesce(d.paused_at, now()) as drop_now from ticketing.drops d where d.event_id = $1
  order by (d.phase not in ('ended', 'canceled')) desc, d.created_at desc limit 1
), line as (
  select
    count(*) as joined, count(*) filter (where p.called_at is not null) as called,
    count(*) filter (where p.claimed_at is not null) as claimed,
    count(*) filter (where p.state = 'waiting') as waiting,
    count(*) filter (where (p.state = 'turn' and p.turn_expires_at > d.drop_now)
      or (p.state = 'called' and p.claim_by > d.drop_now)) as turns_in_use
  from drop d join ticketing.places p on p.drop_id = d.id
), pace as (
  -- calls per minute over the last three minutes of the sale, or as much of them as there was
  select sum(r.calls) * 60 / greatest(extract(epoch from least(d.drop_now - d.opens_at, interval '3 min')), 10) as per_minute
  from drop d join ticketing.call_rates r on r.drop_id = d.id and r.bucket > d.drop_now - interval '3 min'
  group by d.drop_now, d.opens_at
), buyers as (
  select count(*) filter (where f.bought > 0) as buyers from drop d join ticketing.fans f on f.drop_id = d.id
), holders as (
  -- grouped by the index's order; count(distinct …) would sort
  select count(*) as holders from (
    select h.user_id from drop d join ticketing.holds h on h.drop_id = d.id where h.status <> 'void' group by h.user_id) h
), money as (
  select coalesce(sum(o.total_cents), 0) as taken
  from ticketing.orders o where o.event_id = $1 and o.status = 'paid'
), refunded as (
  -- what is left of orders of which something came back: what the terms kept, and what was not given back
  select coalesce(sum(p.captured_cents - p.refunded_cents), 0) as kept
  from ticketing.orders o join ticketing.payments p on p.order_id = o.id and p.status in ('captured', 'refunded')
  where o.event_id = $1 and o.status in ('partially_refunded', 'refunded')
), disputed as (
  select coalesce(sum(s.amount_cents), 0) as lost
  from ticketing.disputes s join ticketing.orders o on o.id = s.order_id
  join ticketing.payments p on p.id = s.payment_id and p.status in ('captured', 'refunded')
  where o.event_id = $1 and s.status = 'lost'
), minutes as (
  -- what each ticket was charged at, whatever its tier costs now
  select s.minute, sum(s.tickets)::integer as tickets,
    sum(s.tickets * (i.unit_price_cents - i.unit_discount_cents + i.unit_fee_cents + i.unit_tax_cents)) as revenue_cents
  from (
    select date_trunc('minute', k.created_at) as minute, k.order_item_id, count(*) as tickets
    from ticketing.tickets k
    where k.event_id = $1 and k.created_at >= date_trunc('minute', now()) - make_interval(mins => $2 - 1)
      and k.status in ('issued', 'transferred', 'redeemed')
    group by 1, 2
  ) s join ticketing.order_items i on i.id = s.order_item_id
  group by s.minute
)
select e.vendor_id, e.currency, d.id as drop_id, d.phase, d.has_line, d.max_turns, now() as as_of, l.serving,
  line.joined::integer, line.called::integer, line.claimed::integer, line.waiting::integer, line.turns_in_use::integer,
  holders.holders::integer as held, buyers.buyers::integer as paid, (money.taken + refunded.kept - disputed.lost)::bigint as revenue_cents,
  (select coalesce(sum(i.unit_price_cents - i.unit_discount_cents + i.unit_fee_cents + i.unit_tax_cents), 0)
    from ticketing.tickets k join ticketing.order_items i on i.id = k.order_item_id
    where k.event_id = $1 and k.created_at > now() - interval '1 min'
      and k.status in ('issued', 'transferred', 'redeemed'))::bigint as revenue_last_minute_cents,
  (select per_minute::float8 from pace) as per_minute,
  (select coalesce(json_agg(json_build_object('minute', m.minute, 'tickets', m.tickets, 'revenueCents', m.revenue_cents)
    order by m.minute), '[]') from minutes m) as minutes,
  (select coalesce(json_agg(ticketing.show_price(t) || jsonb_build_object('id', t.id, 'name', t.name, 'currency', e.currency,
      'quantity', t.quantity, 'available', t.quantity - t.reserved_quantity - t.issued_quantity - t.kept_quantity,
      'held', t.reserved_quantity, 'sold', t.issued_quantity,
      'seated', t.seated, 'kept', t.kept_quantity) order by t.position, t.id), '[]')
    from ticketing.ticket_tiers t where t.event_id = $1) as tiers,
  (select coalesce(sum(t.version), 0) from ticketing.ticket_tiers t where t.event_id = $1)::bigint as ledger_version
from events.events e
join drop d on true
join ticketing.lines l on l.drop_id = d.id
cross join line cross join buyers cross join holders cross join money cross join refunded cross join disputed
where e.id = $1
