-- A tier's fee and tax are what its event's terms say, and its price stays within its rule.
select t.id, t.price_cents, t.fee_cents, t.tax_cents, t.tax_included_cents, p.fee, p.tax, p.tax_included
from ticketing.ticket_tiers t
left join ticketing.event_terms e on e.event_id = t.event_id
left join ticketing.price_rules r on r.tier_id = t.id and r.enabled
cross join lateral ticketing.price_parts(t.price_cents, coalesce(e.fee_cents, 0), coalesce(e.fee_bp, 0),
  coalesce(e.tax_bp, 0), coalesce(e.tax_included, true)) p
where (t.fee_cents, t.tax_cents, t.tax_included_cents) is distinct from (p.fee, p.tax, p.tax_included)
   or t.price_cents not between r.floor_cents and r.cap_cents
