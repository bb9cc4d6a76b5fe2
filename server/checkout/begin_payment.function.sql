-- Freezes the hold and writes down that a payment begins, before anybody's bank is asked (rules O5, O8, O9).
-- Locks hold, then order. No counter moves: a paying hold stays reserved.
-- Outcomes: STARTED (payment_id is p_payment) | LIVE (another attempt is under way or won: its id)
--   SEEN (this key's own attempt: its id) | KEY_REUSED | HOLD_EXPIRED | ORDER_EXPIRED | CLOSED | NOT_FOUND
--   AMOUNT_MISMATCH (p_amount or p_currency, where given, are not the order's; or it is no longer free, and p_provider is)
--   METHOD_GONE (its event takes p_method no more)
-- An order that costs nothing is settled by `free`, whatever p_provider says (rule O26).
create or replace function ticketing.begin_payment(
  p_order uuid, p_user uuid, p_payment uuid, p_provider text, p_method uuid, p_last4 text, p_brand text,
  p_amount bigint, p_currency text, p_key text, p_hash bytea, p_cap_seconds int, p_check_ms int,
  out outcome text, out payment_id uuid
) language plpgsql volatile as $$
declare
  v_hold ticketing.holds; v_order ticketing.orders; v_now timestamptz; v_phase text; v_hash bytea; v_live text;
begin
  select * into v_order from ticketing.orders o where o.id = p_order and o.user_id = p_user;
  if not found then outcome := 'NOT_FOUND'; return; end if;
  select * into v_hold from ticketing.holds h where h.id = v_order.hold_id for update;
  select * into v_order from ticketing.orders o where o.id = p_order for update;

  select k.request_hash, k.subject_id into v_hash, payment_id
    from ticketing.idempotency_keys k where k.user_id = p_user and k.key = p_key;
  if found then
    outcome := case when v_hash = p_hash then 'SEEN' else 'KEY_REUSED' end;
    return;
  end if;

  select p.id, p.status into payment_id, v_live from ticketing.payments p
   where p.order_id = p_order and p.status in ('started', 'requires_action', 'authorized', 'captured', 'unknown');
  if payment_id = p_payment and v_live = 'started' then outcome := 'STARTED'; return; end if;
  if payment_id is null then
    if v_order.status = 'expired' then outcome := 'ORDER_EXPIRED'; return; end if;
    if v_order.status <> 'pending' then outcome := 'CLOSED'; return; end if;
    select coalesce(d.paused_at, now()), d.phase into v_now, v_phase from ticketing.drops d where d.id = v_order.drop_id;
    if v_phase = 'canceled' then outcome := 'CLOSED'; return; end if;
    if v_hold.status <> 'active' or v_hold.expires_at <= v_now then outcome := 'HOLD_EXPIRED'; return; end if;
    if p_amount <> v_order.total_cents or p_currency <> v_order.currency or (p_provider = 'free' and v_order.total_cents > 0) then outcome := 'AMOUNT_MISMATCH'; return; end if;
    if p_method is not null and v_order.total_cents > 0 and not exists (
         select from payments.event_methods em join payments.methods m on m.id = em.method_id
          where em.event_id = v_order.event_id and em.method_id = p_method and m.active and m.removed_at is null) then
      outcome := 'METHOD_GONE'; return;
    end if;
  end if;

  if p_key is not null then
    insert into ticketing.idempotency_keys (user_id, key, request_hash, subject_id)
    values (p_user, p_key, p_hash, coalesce(payment_id, p_payment)) on conflict do nothing;
    -- the same key, at the same moment, for another order
    if not found then outcome := 'KEY_REUSED'; payment_id := null; return; end if;
  end if;
  if payment_id is not null then outcome := 'LIVE'; return; end if;

  perform set_config('holdfast.cause', 'pay', true);
  update ticketing.holds set status = 'paying', paying_until = now() + make_interval(secs => p_cap_seconds)
   where id = v_hold.id;
  update ticketing.ticket_holds set status = 'paying' where hold_id = v_hold.id;
  update ticketing.orders set status = 'paying', updated_at = now() where id = p_order;
  insert into ticketing.payments (id, order_id, provider, method_id, status, amount_cents, currency, last4, brand, check_at)
  select p_payment, p_order, case when f.free then 'free' else p_provider end, case when not f.free then p_method end, 'started',
         v_order.total_cents, v_order.currency, case when not f.free then p_last4 end, case when not f.free then p_brand end,
         now() + make_interval(secs => p_check_ms::double precision / 1000)
    from (select v_order.total_cents = 0 as free) f;
  outcome := 'STARTED'; payment_id := p_payment;
end $$;
