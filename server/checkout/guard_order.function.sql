-- Rule O2: an order moves along these edges only (order.ts draws them; a test compares the two), and each move is logged.
-- The cause is the transaction's setting `holdfast.cause`, set by whoever moves it. One call for all rows of a statement
-- (`stale` and `fresh` are their versions before and after).
create or replace function ticketing.guard_order() returns trigger language plpgsql as $$
declare v_bad record;
begin
  if tg_op = 'INSERT' then
    insert into ticketing.order_log (order_id, to_status, cause)
    select n.id, n.status, coalesce(nullif(current_setting('holdfast.cause', true), ''), 'booked') from fresh n;
    return null;
  end if;
  select o.id, o.status as was, n.status as now into v_bad
    from stale o join fresh n on n.id = o.id
   where o.status <> n.status and o.status || '>' || n.status not in (
    'pending>paying', 'pending>expired', 'pending>canceled',
    'paying>pending', 'paying>committed', 'paying>expired',
    'committed>paid', 'committed>canceled', 'committed>partially_refunded', 'committed>refunded',
    'paid>partially_refunded', 'paid>refunded',
    'partially_refunded>refunded',
    'expired>committed')
   limit 1;
  if found then
    raise exception 'order % cannot go from % to %', v_bad.id, v_bad.was, v_bad.now using errcode = 'check_violation';
  end if;
  insert into ticketing.order_log (order_id, from_status, to_status, cause)
  select n.id, o.status, n.status, coalesce(nullif(current_setting('holdfast.cause', true), ''), 'ledger')
    from stale o join fresh n on n.id = o.id where o.status <> n.status;
  return null;
end $$;
