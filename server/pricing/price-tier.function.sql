-- Gives a tier its price, and with it fee, tax and range by its event's terms (rules C1, C3). p_price null: the price it
-- has. Whoever changes terms or a rule writes them first: they are read here after the tier's lock, so that the later of
-- two changes sees the other. p_why goes into the log of prices. Returns whether anything changed. Holds have their
-- prices already: nothing of theirs is touched.
create or replace function ticketing.price_tier(p_tier uuid, p_price int, p_why text, p_actor uuid)
returns boolean language plpgsql volatile as $$
declare
  v_tier ticketing.ticket_tiers; v_terms ticketing.event_terms; v_rule ticketing.price_rules;
  v record; v_price int; v_min int; v_max int;
begin
  select * into v_tier from ticketing.ticket_tiers t where t.id = p_tier for no key update;
  if not found then return false; end if;
  select * into v_terms from ticketing.event_terms e where e.event_id = v_tier.event_id;
  select * into v_rule from ticketing.price_rules r where r.tier_id = p_tier and r.enabled;
  v_price := coalesce(p_price, v_tier.price_cents);
  select x.fee, x.tax, x.tax_included into v
    from ticketing.price_parts(v_price, coalesce(v_terms.fee_cents, 0), coalesce(v_terms.fee_bp, 0),
                               coalesce(v_terms.tax_bp, 0), coalesce(v_terms.tax_included, true)) x;
  if v_rule.tier_id is not null then
    select min(b.cents + x.fee + x.tax), max(b.cents + x.fee + x.tax) into v_min, v_max
      from unnest(array[v_rule.floor_cents, v_rule.cap_cents]) as b (cents)
     cross join lateral ticketing.price_parts(b.cents, coalesce(v_terms.fee_cents, 0), coalesce(v_terms.fee_bp, 0),
                                              coalesce(v_terms.tax_bp, 0), coalesce(v_terms.tax_included, true)) x;
  end if;
  if (v_tier.price_cents, v_tier.fee_cents, v_tier.tax_cents, v_tier.tax_included_cents, v_tier.range_min_cents, v_tier.range_max_cents)
     is not distinct from (v_price, v.fee, v.tax, v.tax_included, v_min, v_max) then
    return false;
  end if;
  perform set_config('holdfast.price_why', p_why, true), set_config('holdfast.actor', coalesce(p_actor::text, ''), true);
  update ticketing.ticket_tiers t
     set price_cents = v_price, fee_cents = v.fee, tax_cents = v.tax, tax_included_cents = v.tax_included,
         range_min_cents = v_min, range_max_cents = v_max, version = t.version + 1, updated_at = now()
   where t.id = p_tier;
  return true;
end $$;
