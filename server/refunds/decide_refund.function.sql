-- An operator's word on a refund that waits (rules F8, F40–F42). What was asked for is judged again under the locks: a ticket may
-- have been used, its payment disputed, or its event canceled meanwhile.
-- Outcomes: DECIDED | REFUSED (why) | DONE (decided before, or never waited: status) | NOT_FOUND
create or replace function ticketing.decide_refund(
  p_refund uuid, p_actor uuid, p_approve boolean, p_reason text,
  out outcome text, out status text, out why text
) language plpgsql volatile as $$
declare
  v_refund ticketing.refunds;
begin
  select * into v_refund from ticketing.refunds r where r.id = p_refund;
  if not found then outcome := 'NOT_FOUND'; return; end if;
  perform ticketing.lock_orders(array[v_refund.order_id]);
  select r.status into status from ticketing.refunds r where r.id = p_refund;
  if status <> 'requested' then outcome := 'DONE'; return; end if;

  perform set_config('holdfast.actor', p_actor::text, true), set_config('holdfast.reason', coalesce(p_reason, ''), true);
  if not p_approve then
    update ticketing.refund_tickets rt set live = false where rt.refund_id = p_refund;
    update ticketing.refunds r set status = 'rejected', decided_by = p_actor, decided_at = now(), updated_at = now() where r.id = p_refund;
    insert into ticketing.outbox (topic, payload) values ('refund.decided', jsonb_build_object(
      'refundId', p_refund, 'orderId', v_refund.order_id, 'userId', v_refund.user_id, 'status', 'rejected'));
    outcome := 'DECIDED'; status := 'rejected';
    return;
  end if;

  select case k.status when 'redeemed' then 'used' else 'refunded' end into why
    from ticketing.refund_tickets rt join ticketing.tickets k on k.id = rt.ticket_id
   where rt.refund_id = p_refund and k.status not in ('issued', 'transferred') limit 1;
  if why is null then
    select 'disputed' into why from ticketing.disputes d where d.payment_id = v_refund.payment_id and d.status in ('open', 'lost') limit 1;
  end if;
  if why is null and exists (select from events.events e where e.id = v_refund.event_id and e.status = 'canceled') then
    -- asked for by terms that no longer matter: a canceled event keeps nothing
    update ticketing.refund_tickets rt set amount_cents = q.amount_cents
      from ticketing.quote_refunds(array(select x.ticket_id from ticketing.refund_tickets x where x.refund_id = p_refund), false) q
     where rt.refund_id = p_refund and rt.ticket_id = q.ticket_id;
    update ticketing.refunds r
       set amount_cents = (select sum(rt.amount_cents) from ticketing.refund_tickets rt where rt.refund_id = p_refund),
           fee_cents = 0, cause = 'event_canceled', updated_at = now()
     where r.id = p_refund returning r.* into v_refund;
  end if;
  if why is null then
    select 'not_paid' into why from ticketing.payments p
     where p.id = v_refund.payment_id and v_refund.amount_cents > p.captured_cents - p.refunded_cents;
  end if;
  if why is not null then outcome := 'REFUSED'; return; end if;
  update ticketing.refunds r
     set status = 'sending', decided_by = p_actor, decided_at = now(), try_at = now(), updated_at = now() where r.id = p_refund;
  perform ticketing.take_back(p_refund);
  outcome := 'DECIDED'; status := 'sending';
end $$;
