-- What a vendor ($1) took, ticket price by ticket price, of orders paid from $2 on and before $3, of one event ($4) or all,
-- gathered by $5: event, tier, day (of the event's own zone), channel or affiliate. Net adds up to the revenue of summary.sql.
with orders as (
  select o.id, o.event_id, o.currency, o.total_cents, (o.paid_at at time zone e.time_zone)::date as day, e.title,
    coalesce(
      (select c.channel from ticketing.code_uses u join ticketing.codes c on c.id = u.code_id
        where u.order_id = o.id and c.channel is not null order by u.presale limit 1),
      (select h.name from ticketing.tickets k
         join ticketing.seats s on s.event_id = k.event_id and s.seat = k.seat and s.channel <> 0
         join ticketing.seat_channels h on h.event_id = s.event_id and h.channel = s.channel
        where k.order_id = o.id limit 1),
      'direct') as channel,
    case when o.status = 'paid' then o.total_cents else (
      select coalesce(sum(p.captured_cents - p.refunded_cents), 0) from ticketing.payments p
       where p.order_id = o.id and p.status in ('captured', 'refunded')) end
    - (select coalesce(sum(s.amount_cents), 0) from ticketing.disputes s
         join ticketing.payments p on p.id = s.payment_id and p.status in ('captured', 'refunded')
        where s.order_id = o.id and s.status = 'lost') as net,
    a.id as affiliate_id, a.name as affiliate,
    case when a.id is not null then (select c.commission_cents from ticketing.commissions c where c.order_id = o.id) else 0 end as commission
  from events.events e join ticketing.orders o on o.event_id = e.id
  left join ticketing.affiliate_orders ao on ao.order_id = o.id left join ticketing.affiliates a on a.id = ao.affiliate_id
  where e.vendor_id = $1 and o.status in ('paid', 'partially_refunded', 'refunded')
    and o.paid_at >= coalesce($2::timestamptz, '-infinity') and o.paid_at < coalesce($3::timestamptz, 'infinity')
    and ($4::uuid is null or e.id = $4)
), items as (
  select o.id as order_id, o.event_id, o.title, o.currency, o.day, o.channel, o.affiliate_id, o.affiliate, o.net, o.commission, o.total_cents, i.tier_id, t.name as tier, i.quantity,
    i.quantity::bigint * (i.unit_price_cents - i.unit_discount_cents) as price,
    i.quantity::bigint * i.unit_fee_cents as fees, i.quantity::bigint * i.unit_tax_cents as tax,
    i.quantity::bigint * i.unit_discount_cents as discount, coalesce(b.tickets, 0) as tickets_back, coalesce(b.cents, 0) as back,
    row_number() over (partition by o.id order by i.id) = 1 as first
  from orders o join ticketing.order_items i on i.order_id = o.id join ticketing.ticket_tiers t on t.id = i.tier_id
  left join lateral (
    select count(*) as tickets, sum(rt.amount_cents) as cents from ticketing.tickets k
      join ticketing.refund_tickets rt on rt.ticket_id = k.id and rt.live
      join ticketing.refunds r on r.id = rt.refund_id and r.status = 'succeeded'
    where k.order_item_id = i.id) b on true
), settled as (
  -- what came back otherwise (chargebacks, refunds of a whole order) stands with an order's first item
  select i.*, case when i.first then sum(i.price + i.fees + i.tax - i.back) over (partition by i.order_id) - i.net else 0 end as other
  from items i
)
select currency,
  case when $5 in ('event', 'tier') then event_id end as event_id, case when $5 in ('event', 'tier') then title end as event,
  case when $5 = 'tier' then tier_id end as tier_id, case when $5 = 'tier' then tier end as tier,
  case when $5 = 'day' then to_char(day, 'YYYY-MM-DD') end as day, case when $5 = 'channel' then channel end as channel,
  case when $5 = 'affiliate' then affiliate_id end as affiliate_id, case when $5 = 'affiliate' then affiliate end as affiliate,
  count(distinct order_id)::int as orders, sum(quantity)::int as tickets, sum(tickets_back)::int as refunded_tickets,
  sum(discount)::bigint as discount_cents, sum(fees)::bigint as fees_cents, sum(tax)::bigint as tax_cents,
  sum(price + fees + tax)::bigint as gross_cents, sum(back + other)::bigint as refunded_cents,
  sum(price + fees + tax - back - other)::bigint as net_cents,
  sum(case when first then commission else 0 end)::bigint as commission_cents
from settled
group by 1, 2, 3, 4, 5, 6, 7, 8, 9
order by day, event, tier, channel, affiliate, currency, event_id, tier_id, affiliate_id
limit $6
