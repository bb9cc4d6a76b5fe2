-- A capture that failed for good: order and tickets are canceled by a recorded transition and the stock goes back,
-- in the ledger and, by a credit, in the gate (rules O15, O23): seats lose their claims, and those that are kept for a
-- channel now are kept again. Lock order as in complete_order.
-- Outcomes: CANCELED | DONE (had been canceled) | CLOSED (not waiting for its capture) | NOT_FOUND
-- gate_forgot: the gate was reopened since the tickets were issued and no longer knows the hold, so that the credit
-- will find nothing to give back; or one of the tickets was moved meanwhile, and the gate knows the hold by the seats
-- it was placed with: it has to be reopened once more.
create or replace function ticketing.cancel_order(
  p_payment uuid, p_reason text,
  out outcome text, out gate_forgot boolean
) language plpgsql volatile as $$
declare
  v_order ticketing.orders; v_payment ticketing.payments; v_lock bigint; v_epoch bigint; v_bumped timestamptz; v_quantity int; v_seats int[];
begin
  select o.* into v_order from ticketing.payments p join ticketing.orders o on o.id = p.order_id where p.id = p_payment;
  if not found then outcome := 'NOT_FOUND'; return; end if;
  select lock_key into v_lock from ticketing.drops where id = v_order.drop_id;
  perform pg_advisory_xact_lock_shared(v_lock);
  select epoch, epoch_bumped_at into v_epoch, v_bumped from ticketing.drops where id = v_order.drop_id;
  perform 1 from ticketing.ticket_tiers t
    where t.id in (select i.tier_id from ticketing.order_items i where i.order_id = v_order.id)
    order by t.id for no key update;
  perform 1 from ticketing.fans f where f.drop_id = v_order.drop_id and f.user_id = v_order.user_id for no key update;
  perform 1 from ticketing.holds h where h.id = v_order.hold_id for update;
  select * into v_order from ticketing.orders o where o.id = v_order.id for update;
  select * into v_payment from ticketing.payments p where p.id = p_payment for update;
  if v_payment.status = 'capture_failed' then outcome := 'DONE'; return; end if;
  if v_order.status <> 'committed' or v_payment.status <> 'authorized' then outcome := 'CLOSED'; return; end if;

  perform set_config('holdfast.cause', p_reason, true);
  select sum(i.quantity)::int into v_quantity from ticketing.order_items i where i.order_id = v_order.id;
  update ticketing.tickets set status = 'canceled', qr_code = null, updated_at = now() where order_id = v_order.id;
  update ticketing.ticket_tiers t
     set issued_quantity = t.issued_quantity - i.quantity, version = t.version + 1, updated_at = now()
    from ticketing.order_items i where i.order_id = v_order.id and t.id = i.tier_id;
  select array_agg(k.seat) into v_seats from ticketing.tickets k where k.order_id = v_order.id and k.seat is not null;
  with freed as (
    delete from ticketing.seat_claims c
     where c.event_id = v_order.event_id and c.seat = any (v_seats) and c.hold_id = v_order.hold_id returning c.seat)
  update ticketing.ticket_tiers t set kept_quantity = t.kept_quantity + g.kept
    from (select s.tier_id, count(*)::int as kept from freed c
            join ticketing.seats s on s.event_id = v_order.event_id and s.seat = any (v_seats) and s.seat = c.seat
           where s.channel <> 0 group by 1) g
   where t.id = g.tier_id;
  update ticketing.fans f set bought = f.bought - v_quantity
   where f.drop_id = v_order.drop_id and f.user_id = v_order.user_id;
  update ticketing.orders set status = 'canceled', canceled_reason = p_reason, updated_at = now() where id = v_order.id;
  update ticketing.payments set status = 'capture_failed', updated_at = now() where id = p_payment;
  insert into ticketing.gate_credits (drop_id, hold_id, user_id, epoch, kind)
  values (v_order.drop_id, v_order.hold_id, v_order.user_id, v_epoch, 'release');
  -- the order's row was last written when its tickets were issued
  outcome := 'CANCELED'; gate_forgot := v_bumped >= v_order.updated_at or exists (
    select from ticketing.seat_log l join ticketing.tickets k on k.id = l.ticket_id
     where k.order_id = v_order.id and l.action = 'move');
end $$;
