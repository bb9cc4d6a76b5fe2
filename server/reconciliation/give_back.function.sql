-- Money of a captured payment goes back without tickets, on a person's word (rule K20): tickets it should have bought do not
-- exist. p_refund is the finding's id: said twice, it goes back once. Locks as every refund does (ticketing.lock_orders).
-- Outcomes: GIVEN | DONE (given before) | REFUSED (more than is left of it, or its bank is looking into it) | NOT_FOUND
create or replace function reconciliation.give_back(
  p_refund uuid, p_payment uuid, p_amount bigint, p_cause text, p_actor uuid, p_reason text,
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
  perform 1 from ticketing.disputes d where d.payment_id = p_payment and d.status in ('open', 'lost');
  if found or v_payment.status <> 'captured' or p_amount <= 0 or p_amount > v_payment.captured_cents - v_payment.refunded_cents then
    outcome := 'REFUSED'; return;
  end if;

  perform set_config('holdfast.actor', p_actor::text, true), set_config('holdfast.reason', coalesce(p_reason, ''), true),
          set_config('holdfast.cause', p_cause, true);
  insert into ticketing.refunds (id, order_id, payment_id, user_id, event_id, status, cause, reason, amount_cents, currency,
                                 requested_by, decided_by, decided_at)
  values (p_refund, v_order.id, p_payment, v_order.user_id, v_order.event_id, 'sending', p_cause, p_reason, p_amount, v_payment.currency,
          p_actor, p_actor, now());
  update ticketing.payments p set refunded_cents = p.refunded_cents + p_amount, updated_at = now() where p.id = p_payment;
  update ticketing.orders o
     set status = case when exists (select from ticketing.tickets k
                         where k.order_id = o.id and k.status in ('issued', 'transferred', 'redeemed'))
                       then 'partially_refunded' else 'refunded' end, updated_at = now()
   where o.id = v_order.id and o.status in ('paid', 'partially_refunded');
  insert into ticketing.outbox (topic, payload) values ('refund.decided',
    jsonb_build_object('refundId', p_refund, 'orderId', v_order.id, 'userId', v_order.user_id, 'status', 'sending'));
  outcome := 'GIVEN';
end $$;
