-- Tiers of event $1, in the order given: ids, names, prices, quantities in parallel arrays; priced by the event's terms.
insert into ticketing.ticket_tiers (id, event_id, name, price_cents, fee_cents, tax_cents, tax_included_cents, quantity, position)
select t.id, $1, t.name, t.price_cents, p.fee, p.tax, p.tax_included, t.quantity, t.position - 1
from unnest($2::uuid[], $3::text[], $4::integer[], $5::integer[]) with ordinality
  as t (id, name, price_cents, quantity, position)
left join ticketing.event_terms e on e.event_id = $1
cross join lateral ticketing.price_parts(t.price_cents, coalesce(e.fee_cents, 0), coalesce(e.fee_bp, 0),
  coalesce(e.tax_bp, 0), coalesce(e.tax_included, true)) p
