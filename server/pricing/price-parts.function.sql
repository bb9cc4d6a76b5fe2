-- What is added to a unit's price, and what of it is tax (rules C1, C2): the one place where fee and tax are worked out.
-- fee: a fixed part and basis points of the price. tax: basis points of price and fee, on top of them, or contained in
-- them. Each is rounded half up, to the minor unit; the parts are added up, never rounded together.
create or replace function ticketing.price_parts(
  p_price int, p_fee_cents int, p_fee_bp int, p_tax_bp int, p_tax_included boolean,
  out fee int, out tax int, out tax_included int
) language plpgsql immutable as $$
declare
  v_base bigint;
begin
  fee := p_fee_cents + (p_price::bigint * p_fee_bp + 5000) / 10000;
  v_base := p_price::bigint + fee;
  tax := case when p_tax_included then 0 else (v_base * p_tax_bp + 5000) / 10000 end;
  tax_included := case when p_tax_included then (2 * v_base * p_tax_bp + 10000 + p_tax_bp) / (2 * (10000 + p_tax_bp)) else 0 end;
end $$;
