-- Gives tickets back: one refund per order, all of them or none, decided or put before an operator (rules F10–F17).
-- p_user: whose tickets they must be; null: an operator's own refund, outside the terms, whoever's they are.
-- p_ids: ids for as many refunds as there may be orders. p_key may be null; its row is written with the refunds.
-- Outcomes: DONE (p_request) | SEEN (this key's own request: its id) | KEY_REUSED | NOT_FOUND
--   REFUSED (the first ticket that cannot be given back, and why; refund_id: of the refund there is already)
create or replace function ticketing.refund_tickets(
  p_user uuid, p_tickets uuid[], p_ids uuid[], p_request uuid, p_actor uuid, p_cause text, p_reason text, p_key text, p_hash bytea,
  out outcome text, out request_id uuid, out ticket_id uuid, out why text, out refund_id uuid
) language plpgsql volatile as $$
declare
  v_orders uuid[]; v_found int; v_hash bytea; v_refund uuid; v_outside boolean := p_user is null;
begin
  select array_agg(distinct k.order_id), count(*) into v_orders, v_found from ticketing.tickets k
   where k.id = any (p_tickets) and (v_outside or k.owner_user_id = p_user);
  if v_found <> cardinality(p_tickets) then outcome := 'NOT_FOUND'; return; end if;
  perform ticketing.lock_orders(v_orders);

  select i.request_hash, i.subject_id into v_hash, request_id
    from ticketing.idempotency_keys i where i.user_id = p_actor and i.key = p_key;
  if found then
    outcome := case when v_hash = p_hash then 'SEEN' else 'KEY_REUSED' end;
    return;
  end if;

  -- an owner may have changed while the locks were waited for
  select q.ticket_id, q.why, q.refund_id into ticket_id, why, refund_id
    from ticketing.quote_refunds(p_tickets, v_outside) q
   where q.why is not null or not (v_outside or q.owner_id = p_user)
   order by (q.why is null) desc, array_position(array['refunded', 'pending'], q.why), array_position(p_tickets, q.ticket_id) limit 1;
  if ticket_id is not null then outcome := case when why is null then 'NOT_FOUND' else 'REFUSED' end; return; end if;
  select min(q.ticket_id::text)::uuid into ticket_id from ticketing.quote_refunds(p_tickets, v_outside) q
    join ticketing.payments p on p.id = q.payment_id
   group by p.id, p.captured_cents, p.refunded_cents
  having sum(q.amount_cents) > p.captured_cents - p.refunded_cents limit 1;
  -- never more than was taken, whatever the order's lines say
  if found then outcome := 'REFUSED'; why := 'not_paid'; return; end if;

  if p_key is not null then
    insert into ticketing.idempotency_keys (user_id, key, request_hash, subject_id)
    values (p_actor, p_key, p_hash, p_request) on conflict do nothing;
    -- the same key, at the same moment, for something else
    if not found then outcome := 'KEY_REUSED'; return; end if;
  end if;
  perform set_config('holdfast.actor', p_actor::text, true), set_config('holdfast.reason', coalesce(p_reason, ''), true);
  insert into ticketing.refunds (id, order_id, payment_id, user_id, event_id, status, cause, reason, amount_cents, fee_cents,
                                 currency, requested_by, decided_by, decided_at, request_id)
  select p_ids[row_number() over (order by g.order_id)], g.order_id, g.payment_id, o.user_id, o.event_id,
         case when g.waits then 'requested' else 'sending' end, case when e.status = 'canceled' then 'event_canceled' else p_cause end,
         p_reason, g.amount, g.fee, o.currency,
         p_actor, case when v_outside then p_actor end, case when not g.waits then now() end, p_request
    from (select q.order_id, min(q.payment_id::text)::uuid as payment_id, bool_or(q.needs_approval) as waits,
                 sum(q.amount_cents) as amount, sum(q.fee_cents) as fee
            from ticketing.quote_refunds(p_tickets, v_outside) q group by q.order_id) g
    join ticketing.orders o on o.id = g.order_id
    join events.events e on e.id = o.event_id;
  insert into ticketing.refund_tickets (refund_id, ticket_id, amount_cents)
  select r.id, q.ticket_id, q.amount_cents from ticketing.quote_refunds(p_tickets, v_outside) q
    join ticketing.refunds r on r.request_id = p_request and r.order_id = q.order_id;
  for v_refund in select r.id from ticketing.refunds r where r.request_id = p_request and r.status = 'sending' order by r.id loop
    perform ticketing.take_back(v_refund);
  end loop;
  outcome := 'DONE'; request_id := p_request;
end $$;
