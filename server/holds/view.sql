-- Holds as their fan sees them, by id ($1).
select h.id, h.drop_id, h.user_id, h.status, h.extended, e.currency,
       case when h.status = 'paying' then greatest(h.expires_at, coalesce(h.paying_until, h.expires_at)) else h.expires_at end
         + (now() - coalesce(d.paused_at, now())) as expires_at,
       h.status = 'paying' or (h.status = 'active' and h.expires_at > coalesce(d.paused_at, now())) as live,
       (select o.id from ticketing.orders o where o.hold_id = h.id) as order_id,
       coalesce((select json_agg(json_strip_nulls(json_build_object('tierId', i.tier_id, 'tierName', t.name, 'quantity', i.quantity,
                  'unitPriceCents', i.unit_price_cents, 'unitFeeCents', i.unit_fee_cents, 'unitTaxCents', i.unit_tax_cents,
                  'unitAllInCents', i.unit_price_cents + i.unit_fee_cents + i.unit_tax_cents, 'currency', e.currency,
                  'seats', ticketing.name_seats(d.event_id, i.seats))) order by t.position, i.tier_id)
          from ticketing.ticket_holds i join ticketing.ticket_tiers t on t.id = i.tier_id
         where i.hold_id = h.id), '[]') as items
  from ticketing.holds h
  join ticketing.drops d on d.id = h.drop_id
  join events.events e on e.id = d.event_id
 where h.id = any ($1)
 order by h.created_at
