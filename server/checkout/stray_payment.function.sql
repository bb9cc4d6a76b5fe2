-- Money that was taken and can buy nothing any more (rule O27): it came after its order had ended, or is not the amount
-- that was asked for. It is written down as taken, and its refund with it, in one transaction: a job sends that until it
-- is settled. p_taken: what the provider says it took, minor units. Locks hold, order, payment.
-- Outcomes: STRAY | DONE (this payment had been settled before) | NOT_FOUND
create or replace function ticketing.stray_payment(
  p_payment uuid, p_refund uuid, p_ref text, p_taken bigint, p_cause text,
  out outcome text
) language plpgsql volatile as $$
declare
  v_order ticketing.orders; v_payment ticketing.payments; v_hold ticketing.holds; v_frozen boolean;
begin
  select o.* into v_order from ticketing.payments p join ticketing.orders o on o.id = p.order_id where p.id = p_payment;
  if not found then outcome := 'NOT_FOUND'; return; end if;
  select * into v_hold from ticketing.holds h where h.id = v_order.hold_id for update;
  select * into v_order from ticketing.orders o where o.id = v_order.id for update;
  select * into v_payment from ticketing.payments p where p.id = p_payment for update;
  if v_payment.status in ('captured', 'refunded', 'stray') then outcome := 'DONE'; return; end if;

  perform set_config('holdfast.cause', p_cause, true);
  -- one provider may have taken another sum than it was asked for: the books say what is there
  update ticketing.payments
     set status = 'stray', amount_cents = p_taken, captured_cents = p_taken, refunded_cents = p_taken,
         provider_ref = coalesce(p_ref, provider_ref), updated_at = now(),
         detail = coalesce(detail, '{}') || jsonb_build_object('cause', p_cause, 'asked', v_payment.amount_cents)
   where id = p_payment;
  v_frozen := v_hold.status = 'paying';
  if v_order.status = 'paying' then
    if v_frozen then
      update ticketing.holds set status = 'active', paying_until = null where id = v_hold.id;
      update ticketing.ticket_holds set status = 'active' where hold_id = v_hold.id;
    end if;
    update ticketing.orders set status = case when v_frozen then 'pending' else 'expired' end, updated_at = now()
     where id = v_order.id;
  end if;
  insert into ticketing.refunds (id, order_id, payment_id, user_id, event_id, status, cause, amount_cents, currency)
  values (p_refund, v_order.id, p_payment, v_order.user_id, v_order.event_id, 'sending',
          case p_cause when 'amount_mismatch' then 'mismatch' when 'duplicate' then 'duplicate' else 'late_payment' end, p_taken, v_payment.currency);
  -- as every refund that is decided: its fan is told, by mail too (rule O33)
  insert into ticketing.outbox (topic, payload) values ('refund.decided',
    jsonb_build_object('refundId', p_refund, 'orderId', v_order.id, 'userId', v_order.user_id, 'status', 'sending'));
  outcome := 'STRAY';
end $$;
