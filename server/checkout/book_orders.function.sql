-- Orders of holds that are booked together, in one transaction (rules O1, O3, O4): those that simply can. One that cannot
-- (booked before, ended, a key that is known, opened by a presale code) is not among the answers: ticketing.book_order
-- says what became of it. Arrays stand side by side, one place per request; p_key may have nulls. A hold stands in a batch
-- once. Locks holds by id. Returns the orders made.
create or replace function ticketing.book_orders(
  p_hold uuid[], p_user uuid[], p_order uuid[], p_reference text[], p_key text[], p_hash bytea[]
) returns uuid[] language plpgsql volatile as $$
declare
  v_can int[]; v_keyed int[]; v_booked uuid[];
begin
  perform 1 from ticketing.holds h where h.id = any (p_hold) order by h.id for update;
  select array_agg(q.n) into v_can
    from unnest(p_hold, p_user) with ordinality as q (id, usr, n)
    join ticketing.holds h on h.id = q.id and h.user_id = q.usr and h.status = 'active'
    join ticketing.drops d on d.id = h.drop_id
   where h.expires_at > coalesce(d.paused_at, now())
     and not exists (select from ticketing.orders o where o.hold_id = h.id)
     and not exists (select from ticketing.presale_grants g
                      where g.drop_id = h.drop_id and g.user_id = h.user_id and g.request_id = h.request_id);
  with keyed as (
    insert into ticketing.idempotency_keys (user_id, key, request_hash, subject_id)
    select q.usr, q.key, q.hash, q.id
      from unnest(p_user, p_key, p_hash, p_order) with ordinality as q (usr, key, hash, id, n)
     where q.key is not null and q.n = any (v_can)
     order by q.usr, q.key
    on conflict do nothing returning subject_id)
  select array_agg(array_position(p_order, k.subject_id)) into v_keyed from keyed k;
  select array_agg(c.n) into v_can from unnest(v_can) as c (n) where p_key[c.n] is null or c.n = any (v_keyed);
  if v_can is null then return '{}'; end if;

  with sums as (
    select c.n, sum(i.quantity::bigint * i.unit_price_cents) as price, sum(i.quantity::bigint * i.unit_fee_cents) as fee,
           sum(i.quantity::bigint * i.unit_tax_cents) as tax, sum(i.quantity::bigint * i.unit_tax_included_cents) as tax_included
      from unnest(v_can) as c (n) join ticketing.ticket_holds i on i.hold_id = p_hold[c.n] group by c.n
  ), booked as (
    insert into ticketing.orders (id, reference, user_id, event_id, drop_id, hold_id, status, currency,
                                  subtotal_cents, fees_cents, tax_cents, tax_included_cents, total_cents)
    select p_order[s.n], p_reference[s.n], p_user[s.n], d.event_id, d.id, p_hold[s.n], 'pending', e.currency,
           s.price, s.fee, s.tax, s.tax_included, s.price + s.fee + s.tax
      from sums s join ticketing.holds h on h.id = p_hold[s.n]
      join ticketing.drops d on d.id = h.drop_id join events.events e on e.id = d.event_id
    returning id)
  select array_agg(b.id) into v_booked from booked b;
  insert into ticketing.order_items (id, order_id, tier_id, quantity, unit_price_cents, unit_fee_cents, unit_tax_cents,
                                     unit_tax_included_cents, seats)
  select gen_random_uuid(), p_order[c.n], i.tier_id, i.quantity, i.unit_price_cents, i.unit_fee_cents, i.unit_tax_cents,
         i.unit_tax_included_cents, i.seats
    from unnest(v_can) as c (n) join ticketing.ticket_holds i on i.hold_id = p_hold[c.n];
  return v_booked;
end $$;
