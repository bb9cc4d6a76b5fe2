-- Money a provider kept of a payment that has ended here goes back (rule K12): ticketing.stray_payment, but only while no other
-- payment of the order is open, whose hold that would thaw. Locks hold, order, payments.
-- Outcomes: STRAY | DONE (settled before) | BUSY (this payment, or another of its order, is open) | NOT_FOUND
create or replace function reconciliation.return_stray(
  p_payment uuid, p_refund uuid, p_ref text, p_taken bigint, p_cause text,
  out outcome text
) language plpgsql volatile as $$
declare v_order uuid; v_hold uuid;
begin
  select o.id, o.hold_id into v_order, v_hold
    from ticketing.payments p join ticketing.orders o on o.id = p.order_id where p.id = p_payment;
  if not found then outcome := 'NOT_FOUND'; return; end if;
  perform 1 from ticketing.holds h where h.id = v_hold for update;
  perform 1 from ticketing.orders o where o.id = v_order for update;
  perform 1 from ticketing.payments p where p.order_id = v_order order by p.id for update;
  perform 1 from ticketing.payments p
    where p.order_id = v_order and p.status in ('started', 'requires_action', 'unknown', 'authorized');
  if found then outcome := 'BUSY'; return; end if;
  select s.outcome into outcome from ticketing.stray_payment(p_payment, p_refund, p_ref, p_taken, p_cause) s;
end $$;
