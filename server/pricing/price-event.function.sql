-- Prices all tiers of an event anew after its terms changed, in the order in which tiers are locked (rule C3).
create or replace function ticketing.price_event(p_event uuid, p_why text, p_actor uuid)
returns int language plpgsql volatile as $$
declare
  v_tier uuid; v_changed int := 0;
begin
  for v_tier in select t.id from ticketing.ticket_tiers t where t.event_id = p_event order by t.id loop
    if ticketing.price_tier(v_tier, null, p_why, p_actor) then v_changed := v_changed + 1; end if;
  end loop;
  return v_changed;
end $$;
