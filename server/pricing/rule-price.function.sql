-- The price a tier's enabled rule says now (rule C40): that of the last step whose time has come or whose share of the
-- tier is sold, else the base price. Null: no rule is enabled.
create or replace function ticketing.rule_price(p_tier uuid)
returns int language plpgsql stable as $$
declare
  v_price int;
begin
  select coalesce(
           (select (s.step ->> 'priceCents')::int
              from jsonb_array_elements(r.steps) with ordinality as s (step, n)
             where (s.step ->> 'at')::timestamptz <= now()
                or t.issued_quantity::bigint * 10000 >= (s.step ->> 'soldBp')::bigint * t.quantity
             order by s.n desc limit 1),
           r.base_cents)
    into v_price
    from ticketing.price_rules r join ticketing.ticket_tiers t on t.id = r.tier_id
   where r.tier_id = p_tier and r.enabled;
  return v_price;
end $$;
