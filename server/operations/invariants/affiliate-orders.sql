-- An order came only by an affiliate of its event's vendor, and earns them no more than their share of its tickets.
select a.order_id, a.affiliate_id, e.vendor_id, a.commission_bp, c.commission_cents
from ticketing.affiliate_orders a
join ticketing.affiliates f on f.id = a.affiliate_id
join ticketing.orders o on o.id = a.order_id
join events.events e on e.id = o.event_id
left join ticketing.commissions c on c.order_id = a.order_id
where f.vendor_id <> e.vendor_id or a.commission_bp not between 0 and 10000
   or c.commission_cents < 0 or c.commission_cents::numeric * 10000 > (o.subtotal_cents - o.discount_cents)::numeric * a.commission_bp
