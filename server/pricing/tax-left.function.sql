-- The part of a tax on p_base (price and fee) that is left when p_off is taken off the price, rounded half up.
create or replace function ticketing.tax_left(p_tax int, p_base bigint, p_off bigint)
returns int language sql immutable as $$
  select case when p_base = 0 then 0 else ((2::bigint * p_tax * (p_base - p_off) + p_base) / (2 * p_base))::int end
$$;
