-- What a tier costs, as every view shows it (rule C10): taken apart and all in, where a rule may take it, and until when
-- it is in presale.
create or replace function ticketing.show_price(t ticketing.ticket_tiers)
returns jsonb language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'priceCents', t.price_cents, 'feeCents', t.fee_cents, 'taxCents', t.tax_cents, 'taxIncludedCents', t.tax_included_cents,
    'allInCents', t.price_cents + t.fee_cents + t.tax_cents,
    'priceRange', case when t.range_min_cents is not null
                       then jsonb_build_object('minCents', t.range_min_cents, 'maxCents', t.range_max_cents) end,
    'presaleUntil', case when t.presale_until > now()
                         then to_char(t.presale_until at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') end))
$$;
