-- What a refund's decision moves, once and all of it, under the locks of lock_orders (rules F20–F26): tickets end and lose their
-- codes, counters, claims and allowance go back, the payment owes what goes back, the order says so, the gate is owed a credit.
-- Raises when a ticket had ended already: whoever decides has looked under the same locks, so this can only be a mistake.
create or replace function ticketing.take_back(p_refund uuid)
returns void language plpgsql volatile as $$
declare
  v_refund ticketing.refunds; v_order ticketing.orders; v_epoch bigint; v_phase text; v_hold uuid;
  v_tickets uuid[]; v_seats int[]; v_units jsonb; v_ended int; v_status text;
begin
  select * into v_refund from ticketing.refunds r where r.id = p_refund;
  select * into v_order from ticketing.orders o where o.id = v_refund.order_id;
  select d.epoch, d.phase into v_epoch, v_phase from ticketing.drops d where d.id = v_order.drop_id;
  select array_agg(k.id), array_agg(k.seat order by k.seat) filter (where k.seat is not null) into v_tickets, v_seats
    from ticketing.refund_tickets rt join ticketing.tickets k on k.id = rt.ticket_id where rt.refund_id = p_refund;
  select jsonb_object_agg(g.tier_id, g.n) into v_units from (
    select k.tier_id, count(*) as n from ticketing.tickets k where k.id = any (v_tickets) and k.seat is null group by 1) g;
  perform set_config('holdfast.cause', v_refund.cause, true);

  update ticketing.tickets k
     set status = case when v_refund.payment_id is null or v_refund.cause = 'dispute' then 'canceled' else 'refunded' end,
         qr_code = null, suspended_at = null, updated_at = now()
   where k.id = any (v_tickets) and k.status in ('issued', 'transferred');
  get diagnostics v_ended = row_count;
  if v_ended <> cardinality(v_tickets) then
    raise exception 'refund %: % of its % tickets had ended', p_refund, cardinality(v_tickets) - v_ended, cardinality(v_tickets);
  end if;
  with freed as (
    delete from ticketing.seat_claims c
     where c.event_id = v_order.event_id and c.seat = any (v_seats) and c.ticket_id = any (v_tickets) returning c.seat)
  update ticketing.ticket_tiers t
     set issued_quantity = t.issued_quantity - g.ended, kept_quantity = t.kept_quantity + g.kept,
         version = t.version + 1, updated_at = now()
    from (select k.tier_id, count(*)::int as ended,
                 -- one that is kept for a channel by now goes back to that channel
                 count(*) filter (where s.channel <> 0 and k.seat in (select f.seat from freed f))::int as kept
            from ticketing.tickets k left join ticketing.seats s on s.event_id = k.event_id and s.seat = k.seat
           where k.id = any (v_tickets) group by 1) g
   where t.id = g.tier_id;
  update ticketing.fans f set bought = f.bought - v_ended
   where f.drop_id = v_order.drop_id and f.user_id = v_order.user_id;

  update ticketing.payments p set refunded_cents = p.refunded_cents + v_refund.amount_cents, updated_at = now()
   where p.id = v_refund.payment_id;
  v_status := case when exists (
    select from ticketing.tickets k where k.order_id = v_order.id and k.status in ('issued', 'transferred', 'redeemed'))
    then 'partially_refunded' else 'refunded' end;
  update ticketing.orders o set status = v_status, updated_at = now() where o.id = v_order.id;
  if v_status = 'refunded' then
    -- nobody owes anything at the door any more
    update ticketing.payments p set status = 'voided', updated_at = now()
     where p.order_id = v_order.id and p.provider = 'cash_on_arrival' and p.status = 'authorized';
  end if;
  -- a sale that is over sells nothing more: its gate is told nothing
  if v_phase not in ('ended', 'canceled') then
    insert into ticketing.gate_credits (drop_id, hold_id, user_id, epoch, kind, seats, refund_id, units)
    values (v_order.drop_id, v_order.hold_id, v_order.user_id, v_epoch, 'refund', v_seats, p_refund, v_units);
  end if;
  insert into ticketing.outbox (topic, payload) values ('refund.decided',
    jsonb_build_object('refundId', p_refund, 'orderId', v_order.id, 'userId', v_order.user_id, 'status', 'sending'));
  -- nothing to send: no provider is asked
  if v_refund.amount_cents = 0 then perform ticketing.settle_refund(p_refund, null, 'succeeded', null, null); end if;
end $$;
