-- A refund that was made on the provider's own pages is written down, on a person's word (rule K21): it is done, and nothing is
-- sent. p_refund is the finding's id. Locks as every refund does.
-- Outcomes: RECORDED | DONE (before) | REFUSED (more than the ledger has of it) | NOT_FOUND
create or replace function reconciliation.record_refund(
  p_refund uuid, p_payment uuid, p_amount bigint, p_actor uuid, p_reason text,
  out outcome text
) language plpgsql volatile as $$
declare v_payment ticketing.payments; v_order ticketing.orders;
begin
  select * into v_payment from ticketing.payments p where p.id = p_payment;
  if not found then outcome := 'NOT_FOUND'; return; end if;
  perform ticketing.lock_orders(array[v_payment.order_id]);
  select * into v_payment from ticketing.payments p where p.id = p_payment;
  select * into v_order from ticketing.orders o where o.id = v_payment.order_id;
  perform 1 from ticketing.refunds r where r.id = p_refund;
  if found then outcome := 'DONE'; return; end if;
  if p_amount <= 0 or p_amount > v_payment.captured_cents - v_payment.refunded_cents then outcome := 'REFUSED'; return; end if;

  perform set_config('holdfast.actor', p_actor::text, true), set_config('holdfast.reason', coalesce(p_reason, ''), true);
  insert into ticketing.refunds (id, order_id, payment_id, user_id, event_id, status, cause, reason, amount_cents, currency,
                                 requested_by, decided_by, decided_at, settled_at)
  values (p_refund, v_order.id, p_payment, v_order.user_id, v_order.event_id, 'succeeded', 'operator', p_reason, p_amount,
          v_payment.currency, p_actor, p_actor, now(), now());
  update ticketing.payments p set refunded_cents = p.refunded_cents + p_amount, updated_at = now() where p.id = p_payment;
  outcome := 'RECORDED';
end $$;
