-- The money is in: the order is paid, its codes are released, the jobs that follow are queued (rules O7, O14).
-- p_tickets and p_codes stand side by side. Locks order, then payment; no counter moves.
-- Outcomes: PAID | DONE (was recorded before) | CLOSED (the order is not waiting for its capture) | NOT_FOUND
-- limit_reached: the fan has now bought all that the drop allows one person.
create or replace function ticketing.payment_captured(
  p_payment uuid, p_ref text, p_tickets uuid[], p_codes text[],
  out outcome text, out limit_reached boolean
) language plpgsql volatile as $$
declare
  v_order ticketing.orders; v_payment ticketing.payments; v_epoch bigint;
begin
  select o.* into v_order from ticketing.payments p join ticketing.orders o on o.id = p.order_id where p.id = p_payment;
  if not found then outcome := 'NOT_FOUND'; return; end if;
  select * into v_order from ticketing.orders o where o.id = v_order.id for update;
  select * into v_payment from ticketing.payments p where p.id = p_payment for update;
  if v_payment.status in ('captured', 'refunded') then outcome := 'DONE'; return; end if;
  if v_order.status <> 'committed' or v_payment.status <> 'authorized' then outcome := 'CLOSED'; return; end if;

  perform set_config('holdfast.cause', 'captured', true);
  update ticketing.payments
     set status = 'captured', captured_cents = amount_cents, provider_ref = coalesce(p_ref, provider_ref), updated_at = now()
   where id = p_payment;
  update ticketing.orders set status = 'paid', paid_at = now(), updated_at = now() where id = v_order.id;
  update ticketing.tickets k set qr_code = c.code, updated_at = now()
    from unnest(p_tickets, p_codes) as c (id, code)
   where k.id = c.id and k.order_id = v_order.id and k.status = 'issued';
  -- only now: until the capture, a `release` may still have to find the hold in the gate
  select d.epoch into v_epoch from ticketing.drops d where d.id = v_order.drop_id;
  insert into ticketing.gate_credits (drop_id, hold_id, user_id, epoch, kind)
  values (v_order.drop_id, v_order.hold_id, v_order.user_id, v_epoch, 'complete');
  insert into ticketing.outbox (topic, payload)
  values ('order.paid', jsonb_build_object('orderId', v_order.id, 'userId', v_order.user_id)),
         ('tickets.released', jsonb_build_object('orderId', v_order.id, 'userId', v_order.user_id));
  outcome := 'PAID';
  select f.bought >= d.limit_per_fan into limit_reached from ticketing.fans f join ticketing.drops d on d.id = f.drop_id
   where f.drop_id = v_order.drop_id and f.user_id = v_order.user_id;
end $$;
