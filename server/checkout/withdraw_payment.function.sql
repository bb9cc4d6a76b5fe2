-- An attempt that took no money and never will: declined, or confirmed void by its provider (rules O6, O11, O13).
-- The hold thaws: with time left it can be paid another way; without, the sweep finds it and its stock goes back.
-- Locks hold, order, payment. Outcomes: WITHDRAWN | DONE (this attempt had ended before) | COMMITTED (too late: the
-- order has its tickets) | NOT_FOUND
create or replace function ticketing.withdraw_payment(
  p_payment uuid, p_status text, p_cause text, p_ref text,
  out outcome text
) language plpgsql volatile as $$
declare
  v_order uuid; v_hold uuid; v_status text; v_payment text; v_frozen boolean;
begin
  select o.id, o.hold_id into v_order, v_hold
    from ticketing.payments p join ticketing.orders o on o.id = p.order_id where p.id = p_payment;
  if not found then outcome := 'NOT_FOUND'; return; end if;
  select h.status = 'paying' into v_frozen from ticketing.holds h where h.id = v_hold for update;
  select o.status into v_status from ticketing.orders o where o.id = v_order for update;
  select p.status into v_payment from ticketing.payments p where p.id = p_payment for update;
  if v_payment not in ('started', 'requires_action', 'unknown', 'authorized') then outcome := 'DONE'; return; end if;
  if v_status not in ('paying', 'expired', 'canceled') then outcome := 'COMMITTED'; return; end if;

  perform set_config('holdfast.cause', p_cause, true);
  update ticketing.payments
     set status = p_status, provider_ref = coalesce(p_ref, provider_ref), updated_at = now(),
         detail = coalesce(detail, '{}') || jsonb_build_object('cause', p_cause)
   where id = p_payment;
  if v_status = 'paying' then
    if v_frozen then
      update ticketing.holds set status = 'active', paying_until = null where id = v_hold;
      update ticketing.ticket_holds set status = 'active' where hold_id = v_hold;
    end if;
    update ticketing.orders set status = case when v_frozen then 'pending' else 'expired' end, updated_at = now()
     where id = v_order;
  end if;
  outcome := 'WITHDRAWN';
end $$;
