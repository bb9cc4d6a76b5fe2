-- Gives the points of orders back that have ended without tickets (rule Y16): they expired or were canceled, and no payment of
-- them is open, since a late yes would bring their tickets, at the price that was promised.
create or replace function loyalty.return_points(p_orders uuid[])
returns void language plpgsql volatile as $$
declare
  v record;
begin
  perform loyalty.lock_members(g.users) from (
    select array_agg(r.user_id) as users from loyalty.redemptions r where r.order_id = any (p_orders) and r.live) g
   where g.users is not null;
  if not found then return; end if;
  for v in
    update loyalty.redemptions r set live = false from ticketing.orders o
     where r.order_id = any (p_orders) and r.live and o.id = r.order_id and o.status in ('expired', 'canceled')
       and not exists (select from ticketing.payments p where p.order_id = o.id
                        and p.status in ('started', 'requires_action', 'authorized', 'captured', 'unknown'))
    returning r.order_id, r.user_id, r.points
  loop
    perform loyalty.append_entry(v.user_id, 'returned', v.points, v.order_id, null);
  end loop;
end $$;
