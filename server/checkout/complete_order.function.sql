-- Turns an authorised order into tickets: all or nothing, once (rules O7, O10, O12, O21, O22). The lock order is the one of
-- every transaction that moves counters: fence, tiers, fan, hold, order, payment; all is read again after its lock.
--
-- p_tickets: ids for as many tickets as the order has; p_codes beside them: their signed codes when they are
-- released now (cash on arrival), null when the capture releases them.
-- A line with seats gives its n-th ticket its n-th seat. While the hold lives it has their claims, which the tickets
-- take over; once it has ended, all of them must be free again and kept for nobody this fan is not: a seat kept for a
-- vendor's channel is refused, an accessible one (channel 1) is anybody's who asked for it, as this fan once did.
-- Seats are gathered first, so that they are looked up by the whole key of their tables whatever these held when the plan
-- was made: a join through the lines went through all 60,000 seats of an event.
-- Outcomes: COMPLETED | RESEATED (the hold had ended, its stock was still free) | DONE (had its tickets already)
--   NO_STOCK (the hold had ended and its stock, one of its seats or the allowance is gone)
--   CLOSED (order or drop were canceled, or this attempt has ended)
--   NOT_FOUND.  limit_reached: the fan has now bought all that the drop allows one person.
create or replace function ticketing.complete_order(
  p_payment uuid, p_ref text, p_tickets uuid[], p_codes text[],
  out outcome text, out limit_reached boolean
) language plpgsql volatile as $$
declare
  v_order ticketing.orders; v_hold ticketing.holds; v_payment ticketing.payments; v_fan ticketing.fans;
  v_lock bigint; v_epoch bigint; v_phase text; v_limit int; v_quantity int; v_short int; v_seats int[]; v_open int;
begin
  select o.* into v_order from ticketing.payments p join ticketing.orders o on o.id = p.order_id where p.id = p_payment;
  if not found then outcome := 'NOT_FOUND'; return; end if;
  select lock_key into v_lock from ticketing.drops where id = v_order.drop_id;
  perform pg_advisory_xact_lock_shared(v_lock);
  select d.epoch, d.phase, d.limit_per_fan into v_epoch, v_phase, v_limit from ticketing.drops d where d.id = v_order.drop_id;
  perform 1 from ticketing.ticket_tiers t
    where t.id in (select i.tier_id from ticketing.order_items i where i.order_id = v_order.id)
    order by t.id for no key update;
  select * into v_fan from ticketing.fans f where f.drop_id = v_order.drop_id and f.user_id = v_order.user_id for no key update;
  select * into v_hold from ticketing.holds h where h.id = v_order.hold_id for update;
  select * into v_order from ticketing.orders o where o.id = v_order.id for update;
  select * into v_payment from ticketing.payments p where p.id = p_payment for update;

  v_quantity := v_hold.quantity;
  if v_order.status in ('committed', 'paid', 'partially_refunded', 'refunded') then
    outcome := 'DONE'; limit_reached := v_fan.bought >= v_limit; return;
  end if;
  if v_order.status not in ('paying', 'expired') or v_phase = 'canceled'
     or v_payment.status not in ('started', 'requires_action', 'unknown', 'authorized') then
    outcome := 'CLOSED'; return;
  end if;

  select coalesce(array_agg(x.seat), '{}') into v_seats
    from ticketing.order_items i cross join unnest(i.seats) as x (seat) where i.order_id = v_order.id;
  outcome := case when v_hold.status in ('active', 'paying') then 'COMPLETED' else 'RESEATED' end;
  if outcome = 'RESEATED' then
    select count(*) into v_short from ticketing.order_items i join ticketing.ticket_tiers t on t.id = i.tier_id
     where i.order_id = v_order.id and i.seats is null
       and t.quantity - t.reserved_quantity - t.issued_quantity - t.kept_quantity < i.quantity;
    select count(*) into v_open from ticketing.seats s
     where s.event_id = v_order.event_id and s.seat = any (v_seats) and s.channel in (0, 1)
       and not exists (select from ticketing.seat_claims c where c.event_id = v_order.event_id and c.seat = s.seat);
    if v_short > 0 or v_open < cardinality(v_seats) or v_fan.held + v_fan.bought + v_quantity > v_limit then
      outcome := 'NO_STOCK'; return;
    end if;
  end if;

  perform set_config('holdfast.cause', case outcome when 'RESEATED' then 'reseated' else 'authorized' end, true);
  insert into ticketing.tickets
    (id, order_id, order_item_id, ordinal, event_id, tier_id, owner_user_id, status, qr_code, seat)
  select p_tickets[n.seq], v_order.id, n.item, n.ordinal, v_order.event_id, n.tier, v_order.user_id, 'issued',
         p_codes[n.seq], n.seat
    from (select i.id as item, i.tier_id as tier, g as ordinal, i.seats[g] as seat,
                 row_number() over (order by i.tier_id, g) as seq
            from ticketing.order_items i cross join lateral generate_series(1, i.quantity) g
           where i.order_id = v_order.id) n;
  if v_seats <> '{}' and outcome = 'RESEATED' then
    insert into ticketing.seat_claims (event_id, seat, hold_id, ticket_id)
    select k.event_id, k.seat, v_hold.id, k.id from ticketing.tickets k where k.order_id = v_order.id and k.seat is not null;
    update ticketing.ticket_tiers t set kept_quantity = t.kept_quantity - g.kept
      from (select s.tier_id, count(*)::int as kept from ticketing.seats s
             where s.event_id = v_order.event_id and s.seat = any (v_seats) and s.channel <> 0 group by 1) g
     where t.id = g.tier_id;
  elsif v_seats <> '{}' then
    update ticketing.seat_claims c set ticket_id = k.id from ticketing.tickets k
     where k.order_id = v_order.id and k.seat = c.seat
       and c.event_id = v_order.event_id and c.seat = any (v_seats) and c.hold_id = v_hold.id;
    get diagnostics v_open = row_count;
    if v_open < cardinality(v_seats) then
      raise exception 'hold % lost % of its % seats', v_hold.id, cardinality(v_seats) - v_open, cardinality(v_seats);
    end if;
  end if;
  update ticketing.ticket_tiers t
     set reserved_quantity = t.reserved_quantity - case outcome when 'COMPLETED' then i.quantity else 0 end,
         issued_quantity = t.issued_quantity + i.quantity, version = t.version + 1, updated_at = now()
    from ticketing.order_items i where i.order_id = v_order.id and t.id = i.tier_id;
  update ticketing.fans f
     set held = f.held - case outcome when 'COMPLETED' then v_quantity else 0 end, bought = f.bought + v_quantity
   where f.drop_id = v_order.drop_id and f.user_id = v_order.user_id;
  update ticketing.holds set status = 'completed', ended_at = now(), paying_until = null where id = v_hold.id;
  update ticketing.ticket_holds set status = 'completed' where hold_id = v_hold.id;
  update ticketing.orders set status = 'committed', updated_at = now() where id = v_order.id;
  update ticketing.payments set status = 'authorized', provider_ref = coalesce(p_ref, provider_ref), updated_at = now()
   where id = p_payment;
  if p_codes is not null then
    -- nothing can be taken back any more: the gate may forget the hold
    insert into ticketing.gate_credits (drop_id, hold_id, user_id, epoch, kind)
    values (v_order.drop_id, v_hold.id, v_order.user_id, v_epoch, 'complete');
    insert into ticketing.outbox (topic, payload)
    values ('tickets.released', jsonb_build_object('orderId', v_order.id, 'userId', v_order.user_id));
  end if;
  limit_reached := v_fan.bought + v_quantity >= v_limit;
end $$;
