-- Authorised orders of one drop that become tickets together, in one transaction (rules O7, O10, O21): those whose holds are
-- still theirs. Every other one (late, closed, done before) is not among the answers: ticketing.complete_order decides it.
-- The lock order is that function's. p_tickets: ids of all tickets, the first payment's first; p_ref beside p_payment.
-- Codes are released by the capture. Returns the payments completed, and which of their fans have bought all they may.
create or replace function ticketing.complete_orders(
  p_drop uuid, p_payment uuid[], p_ref text[], p_tickets uuid[],
  out completed uuid[], out full_fans uuid[]
) language plpgsql volatile as $$
declare
  v_lock bigint; v_phase text; v_limit int; v_order uuid[]; v_hold uuid[]; v_user uuid[]; v_first int[]; v_seats int; v_taken int;
begin
  completed := '{}';
  select lock_key into v_lock from ticketing.drops where id = p_drop;
  perform pg_advisory_xact_lock_shared(v_lock);
  select d.phase, d.limit_per_fan into v_phase, v_limit from ticketing.drops d where d.id = p_drop;
  if v_phase = 'canceled' then return; end if;
  select array_agg(p.order_id order by p.order_id) into v_order from ticketing.payments p where p.id = any (p_payment);
  perform 1 from ticketing.ticket_tiers t
    where t.id in (select i.tier_id from ticketing.order_items i where i.order_id = any (v_order)) order by t.id for no key update;
  select array_agg(distinct o.user_id), array_agg(o.hold_id order by o.hold_id) into v_user, v_hold
    from ticketing.orders o where o.id = any (v_order);
  perform 1 from ticketing.fans f where f.drop_id = p_drop and f.user_id = any (v_user) order by f.user_id for no key update;
  perform 1 from ticketing.holds h where h.id = any (v_hold) order by h.id for update;
  perform 1 from ticketing.orders o where o.id = any (v_order) order by o.id for update;
  perform 1 from ticketing.payments p where p.id = any (p_payment) order by p.id for update;

  -- v_first: how many tickets stand before a payment's own
  select array_agg(q.id order by q.n), array_agg(q.order_id order by q.n), array_agg(q.hold_id order by q.n),
         array_agg(q.before order by q.n)
    into completed, v_order, v_hold, v_first
    from (select a.n, p.id, p.order_id, o.hold_id,
                 o.drop_id = p_drop and o.status = 'paying' and h.status = 'paying'
                   and p.status in ('started', 'requires_action', 'unknown', 'authorized') as can,
                 (sum(h.quantity) over (order by a.n) - h.quantity)::int as before
            from unnest(p_payment) with ordinality as a (id, n)
            join ticketing.payments p on p.id = a.id
            join ticketing.orders o on o.id = p.order_id
            join ticketing.holds h on h.id = o.hold_id) q
   where q.can;
  if completed is null then completed := '{}'; return; end if;

  perform set_config('holdfast.cause', 'authorized', true);
  insert into ticketing.tickets (id, order_id, order_item_id, ordinal, event_id, tier_id, owner_user_id, status, seat)
  select p_tickets[n.before + n.seq], n.order_id, n.item, n.ordinal, o.event_id, n.tier, o.user_id, 'issued', n.seat
    from (select a.id as order_id, a.before, i.id as item, i.tier_id as tier, g as ordinal, i.seats[g] as seat,
                 row_number() over (partition by a.id order by i.tier_id, g) as seq
            from unnest(v_order, v_first) as a (id, before)
            join ticketing.order_items i on i.order_id = a.id
            cross join lateral generate_series(1, i.quantity) g) n
    join ticketing.orders o on o.id = n.order_id;
  select count(*) into v_seats from ticketing.tickets k where k.order_id = any (v_order) and k.seat is not null;
  if v_seats > 0 then
    update ticketing.seat_claims c set ticket_id = k.id
      from ticketing.tickets k join ticketing.orders o on o.id = k.order_id
     where k.order_id = any (v_order) and k.seat is not null
       and c.event_id = k.event_id and c.seat = k.seat and c.hold_id = o.hold_id;
    get diagnostics v_taken = row_count;
    if v_taken < v_seats then raise exception 'holds of drop % lost % of their seats', p_drop, v_seats - v_taken; end if;
  end if;
  update ticketing.ticket_tiers t
     set reserved_quantity = t.reserved_quantity - g.quantity, issued_quantity = t.issued_quantity + g.quantity,
         version = t.version + 1, updated_at = now()
    from (select i.tier_id, sum(i.quantity)::int as quantity from ticketing.order_items i
           where i.order_id = any (v_order) group by i.tier_id) g
   where t.id = g.tier_id;
  with sold as (
    update ticketing.fans f set held = f.held - g.quantity, bought = f.bought + g.quantity
      from (select h.user_id, sum(h.quantity)::int as quantity from ticketing.holds h where h.id = any (v_hold) group by h.user_id) g
     where f.drop_id = p_drop and f.user_id = g.user_id
    returning f.user_id, f.bought)
  select array_agg(s.user_id) filter (where s.bought >= v_limit) into full_fans from sold s;
  update ticketing.holds set status = 'completed', ended_at = now(), paying_until = null where id = any (v_hold);
  update ticketing.ticket_holds set status = 'completed' where hold_id = any (v_hold);
  update ticketing.orders set status = 'committed', updated_at = now() where id = any (v_order);
  update ticketing.payments p set status = 'authorized', provider_ref = coalesce(q.ref, p.provider_ref), updated_at = now()
    from unnest(p_payment, p_ref) as q (id, ref) where p.id = q.id and p.id = any (completed);
end $$;
