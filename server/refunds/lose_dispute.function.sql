-- The bank gave the money back itself (rule F53), under the locks of lock_orders: refunds of this payment that were not sent are
-- left to a person, those that wait end, and the tickets nobody used go back with their stock.
create or replace function ticketing.lose_dispute(p_payment uuid, p_amount bigint, p_refund uuid, p_bought boolean)
returns void language plpgsql volatile as $$
declare
  v_order ticketing.orders;
begin
  select o.* into v_order from ticketing.payments p join ticketing.orders o on o.id = p.order_id where p.id = p_payment;
  perform set_config('holdfast.reason', 'the dispute was lost', true);
  update ticketing.payments p set disputed_cents = p.disputed_cents + p_amount, updated_at = now() where p.id = p_payment;
  update ticketing.refunds r set status = 'failed', failure = 'disputed', updated_at = now()
   where r.payment_id = p_payment and r.status = 'sending';
  if not p_bought then return; end if;
  insert into ticketing.outbox (topic, payload)
  values ('dispute.lost', jsonb_build_object('orderId', v_order.id, 'userId', v_order.user_id));
  update ticketing.refund_tickets rt set live = false
   where rt.refund_id in (select r.id from ticketing.refunds r where r.order_id = v_order.id and r.status = 'requested');
  update ticketing.refunds r set status = 'rejected', failure = 'disputed', decided_at = now(), updated_at = now()
   where r.order_id = v_order.id and r.status = 'requested';
  perform 1 from ticketing.tickets k where k.order_id = v_order.id and k.status in ('issued', 'transferred');
  if not found then return; end if;
  insert into ticketing.refunds (id, order_id, payment_id, user_id, event_id, status, cause, amount_cents, currency, decided_at)
  values (p_refund, v_order.id, p_payment, v_order.user_id, v_order.event_id, 'sending', 'dispute', 0, v_order.currency, now());
  insert into ticketing.refund_tickets (refund_id, ticket_id, amount_cents)
  select p_refund, k.id, 0 from ticketing.tickets k where k.order_id = v_order.id and k.status in ('issued', 'transferred');
  perform ticketing.take_back(p_refund);
end $$;
