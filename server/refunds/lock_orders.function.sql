-- Takes every lock that giving tickets of these orders back needs, in the order of every transaction that moves counters:
-- fences, tiers, fans, holds, orders, payments, tickets, refunds, each sorted. What was read before has to be read again.
create or replace function ticketing.lock_orders(p_orders uuid[])
returns void language plpgsql volatile as $$
declare v_lock bigint;
begin
  for v_lock in
    select distinct d.lock_key from ticketing.orders o join ticketing.drops d on d.id = o.drop_id
     where o.id = any (p_orders) order by 1
  loop
    perform pg_advisory_xact_lock_shared(v_lock);
  end loop;
  perform 1 from ticketing.ticket_tiers t
    where t.id in (select i.tier_id from ticketing.order_items i where i.order_id = any (p_orders))
    order by t.id for no key update;
  perform 1 from ticketing.fans f
    where (f.drop_id, f.user_id) in (select o.drop_id, o.user_id from ticketing.orders o where o.id = any (p_orders))
    order by f.drop_id, f.user_id for no key update;
  perform 1 from ticketing.holds h
    where h.id in (select o.hold_id from ticketing.orders o where o.id = any (p_orders)) order by h.id for update;
  perform 1 from ticketing.orders o where o.id = any (p_orders) order by o.id for update;
  perform 1 from ticketing.payments p where p.order_id = any (p_orders) order by p.id for update;
  perform 1 from ticketing.tickets k where k.order_id = any (p_orders) order by k.id for update;
  perform 1 from ticketing.refunds r where r.order_id = any (p_orders) order by r.id for update;
end $$;
