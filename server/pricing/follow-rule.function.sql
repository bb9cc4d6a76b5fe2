-- Takes a tier to the price its rule says now, if that is another (rules C40, C42). The rule is judged again under the
-- tier's lock: of several workers one changes the price, the others find it changed. Returns whether it did.
create or replace function ticketing.follow_rule(p_tier uuid, p_actor uuid)
returns boolean language plpgsql volatile as $$
declare
  v_due int; v_price int;
begin
  select t.price_cents into v_price from ticketing.ticket_tiers t where t.id = p_tier for no key update;
  if not found then return false; end if;
  v_due := ticketing.rule_price(p_tier);
  if v_due is null or v_due = v_price then return false; end if;
  return ticketing.price_tier(p_tier, v_due, 'rule', p_actor);
end $$;
