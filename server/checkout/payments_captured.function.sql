-- Money that came in together (rules O7, O14), in one transaction: orders paid, codes released, jobs queued. One that is not
-- waiting for its capture is not among the answers: ticketing.payment_captured says what became of it. p_ref stands beside
-- p_payment, p_code beside p_ticket. Locks orders by id, then payments by id; no counter moves. Returns the payments paid.
create or replace function ticketing.payments_captured(
  p_payment uuid[], p_ref text[], p_ticket uuid[], p_code text[]
) returns uuid[] language plpgsql volatile as $$
declare
  v_order uuid[]; v_paid uuid[];
begin
  select array_agg(p.order_id) into v_order from ticketing.payments p where p.id = any (p_payment);
  perform 1 from ticketing.orders o where o.id = any (v_order) order by o.id for update;
  perform 1 from ticketing.payments p where p.id = any (p_payment) order by p.id for update;
  select array_agg(p.id), array_agg(p.order_id) into v_paid, v_order
    from ticketing.payments p join ticketing.orders o on o.id = p.order_id
   where p.id = any (p_payment) and p.status = 'authorized' and o.status = 'committed';
  if v_paid is null then return '{}'; end if;

  perform set_config('holdfast.cause', 'captured', true);
  update ticketing.payments p
     set status = 'captured', captured_cents = amount_cents, provider_ref = coalesce(q.ref, p.provider_ref), updated_at = now()
    from unnest(p_payment, p_ref) as q (id, ref) where p.id = q.id and p.id = any (v_paid);
  update ticketing.orders set status = 'paid', paid_at = now(), updated_at = now() where id = any (v_order);
  update ticketing.tickets k set qr_code = c.code, updated_at = now()
    from unnest(p_ticket, p_code) as c (id, code)
   where k.id = c.id and k.order_id = any (v_order) and k.status = 'issued';
  insert into ticketing.gate_credits (drop_id, hold_id, user_id, epoch, kind)
  select o.drop_id, o.hold_id, o.user_id, d.epoch, 'complete'
    from ticketing.orders o join ticketing.drops d on d.id = o.drop_id where o.id = any (v_order);
  insert into ticketing.outbox (topic, payload)
  select t.topic, jsonb_build_object('orderId', o.id, 'userId', o.user_id)
    from ticketing.orders o cross join unnest(array['order.paid', 'tickets.released']) as t (topic) where o.id = any (v_order);
  return v_paid;
end $$;
