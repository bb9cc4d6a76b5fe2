-- Payments that begin together, in one transaction (rules O5, O8, O9): those that simply can. One that cannot (paid before,
-- expired, another amount, a key that is known) is not among the answers: ticketing.begin_payment says what became of it.
-- Arrays stand side by side, one place per request; p_key, p_amount, p_currency and the rest may have nulls. An order stands
-- in a batch once. Locks holds by id, then orders by id. Returns the payments that have begun.
create or replace function ticketing.begin_payments(
  p_order uuid[], p_user uuid[], p_payment uuid[], p_provider text[], p_method uuid[], p_last4 text[], p_brand text[],
  p_amount bigint[], p_currency text[], p_key text[], p_hash bytea[], p_cap_seconds int, p_check_ms int
) returns uuid[] language plpgsql volatile as $$
declare
  v_hold uuid[]; v_can int[]; v_keyed int[]; v_begun uuid[];
begin
  select array_agg(o.hold_id order by o.hold_id) into v_hold from ticketing.orders o where o.id = any (p_order);
  perform 1 from ticketing.holds h where h.id = any (v_hold) order by h.id for update;
  perform 1 from ticketing.orders o where o.id = any (p_order) order by o.id for update;

  select coalesce(array_agg(q.n), '{}') into v_can
    from unnest(p_order, p_user, p_provider, p_method, p_amount, p_currency)
           with ordinality as q (id, usr, provider, method, amount, currency, n)
    join ticketing.orders o on o.id = q.id and o.user_id = q.usr and o.status = 'pending'
    join ticketing.holds h on h.id = o.hold_id and h.status = 'active'
    join ticketing.drops d on d.id = o.drop_id and d.phase <> 'canceled'
   where h.expires_at > coalesce(d.paused_at, now())
     and (q.provider <> 'free' or o.total_cents = 0)
     and (q.method is null or exists (
       select from payments.event_methods em join payments.methods m on m.id = em.method_id
        where em.event_id = o.event_id and em.method_id = q.method and m.active and m.removed_at is null))
     and (q.amount is null or q.amount = o.total_cents) and (q.currency is null or q.currency = o.currency);
  with keyed as (
    insert into ticketing.idempotency_keys (user_id, key, request_hash, subject_id)
    select q.usr, q.key, q.hash, q.payment
      from unnest(p_user, p_key, p_hash, p_payment) with ordinality as q (usr, key, hash, payment, n)
     where q.key is not null and q.n = any (v_can)
     order by q.usr, q.key
    on conflict do nothing returning subject_id)
  select array_agg(array_position(p_payment, k.subject_id)) into v_keyed from keyed k;
  select array_agg(c.n) into v_can from unnest(v_can) as c (n) where p_key[c.n] is null or c.n = any (v_keyed);
  if v_can is null then return '{}'; end if;

  perform set_config('holdfast.cause', 'pay', true);
  select array_agg(o.hold_id) into v_hold from unnest(v_can) as c (n) join ticketing.orders o on o.id = p_order[c.n];
  update ticketing.holds set status = 'paying', paying_until = now() + make_interval(secs => p_cap_seconds) where id = any (v_hold);
  update ticketing.ticket_holds set status = 'paying' where hold_id = any (v_hold);
  update ticketing.orders set status = 'paying', updated_at = now()
   where id = any (array(select p_order[c.n] from unnest(v_can) as c (n)));
  with begun as (
    insert into ticketing.payments (id, order_id, provider, method_id, status, amount_cents, currency, last4, brand, check_at)
    select p_payment[c.n], o.id, case when o.total_cents = 0 then 'free' else p_provider[c.n] end,
           case when o.total_cents > 0 then p_method[c.n] end, 'started', o.total_cents, o.currency,
           case when o.total_cents > 0 then p_last4[c.n] end, case when o.total_cents > 0 then p_brand[c.n] end,
           now() + make_interval(secs => p_check_ms::double precision / 1000)
      from unnest(v_can) as c (n) join ticketing.orders o on o.id = p_order[c.n]
    returning id)
  select array_agg(b.id) into v_begun from begun b;
  return v_begun;
end $$;
