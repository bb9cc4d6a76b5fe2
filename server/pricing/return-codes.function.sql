-- Gives the uses of an order back to its codes once it has ended without tickets (rule C24): it expired or was canceled,
-- and no payment of it is open, since a late yes would bring it its tickets, at the price it was promised. Codes are
-- locked by id.
create or replace function ticketing.return_codes(p_order uuid)
returns void language plpgsql volatile as $$
begin
  if not exists (select from ticketing.code_uses u where u.order_id = p_order and u.live)
     or not exists (select from ticketing.orders o where o.id = p_order and o.status in ('expired', 'canceled'))
     or exists (select from ticketing.payments p where p.order_id = p_order
                 and p.status in ('started', 'requires_action', 'authorized', 'captured', 'unknown')) then
    return;
  end if;
  perform 1 from ticketing.codes c
    where c.id in (select u.code_id from ticketing.code_uses u where u.order_id = p_order and u.live)
    order by c.id for update;
  with ended as (
    update ticketing.code_uses u set live = false where u.order_id = p_order and u.live returning u.code_id, u.tickets)
  update ticketing.codes c set used = c.used - e.tickets
    from (select code_id, sum(tickets)::int as tickets from ended group by 1) e where c.id = e.code_id;
end $$;
