-- What the provider said of a refund's present attempt (rules F30–F34, F38). Locks order, payment, refund; no counter moves.
-- p_attempt: the attempt that was asked about; null: whichever there is. p_state: succeeded | failed | pending.
-- A refund that was done and failed after all at its bank is open again, and waits for a person.
-- Outcomes: SETTLED | FAILED | OPEN (its provider's name for it is kept) | DONE (settled before, or another attempt's) | NOT_FOUND
create or replace function ticketing.settle_refund(
  p_refund uuid, p_attempt uuid, p_state text, p_ref text, p_failure text,
  out outcome text
) language plpgsql volatile as $$
declare
  v_refund ticketing.refunds; v_order text;
begin
  select * into v_refund from ticketing.refunds r where r.id = p_refund;
  if not found then outcome := 'NOT_FOUND'; return; end if;
  select o.status into v_order from ticketing.orders o where o.id = v_refund.order_id for update;
  perform 1 from ticketing.payments p where p.id = v_refund.payment_id for update;
  select * into v_refund from ticketing.refunds r where r.id = p_refund for update;
  outcome := 'DONE';
  if v_refund.status not in ('sending', 'failed', 'succeeded') or p_attempt <> coalesce(v_refund.attempt_id, v_refund.id) then return; end if;
  -- what failed for good stays so, unless the money went after all; what is done stays so, unless its bank sent it back
  if v_refund.status = 'failed' and p_state <> 'succeeded' then return; end if;
  if v_refund.status = 'succeeded' and p_state <> 'failed' then return; end if;

  -- a message that was faster than this write is explained by now
  delete from ticketing.unknown_reports u where u.provider_ref = p_ref;
  if p_state = 'pending' then
    update ticketing.refunds set provider_ref = coalesce(p_ref, provider_ref), updated_at = now() where id = p_refund;
    outcome := 'OPEN';
  elsif p_state = 'failed' then
    update ticketing.refunds
       set status = 'failed', failure = p_failure, provider_ref = coalesce(p_ref, provider_ref), settled_at = null, updated_at = now()
     where id = p_refund;
    -- all of it had gone back, and some of it came home
    update ticketing.payments p set status = 'captured', updated_at = now() where p.id = v_refund.payment_id and p.status = 'refunded';
    outcome := 'FAILED';
  else
    update ticketing.refunds
       set status = 'succeeded', failure = null, provider_ref = coalesce(p_ref, provider_ref), settled_at = now(), updated_at = now()
     where id = p_refund;
    -- all of it went back; money that bought nothing stays marked as such
    update ticketing.payments p set status = 'refunded', updated_at = now()
     where p.id = v_refund.payment_id and p.status = 'captured' and v_order = 'refunded'
       and not exists (select from ticketing.refunds r
                        where r.payment_id = p.id and r.id <> p_refund and r.status in ('requested', 'sending', 'failed'));
    insert into ticketing.outbox (topic, payload) values ('refund.settled',
      jsonb_build_object('refundId', p_refund, 'orderId', v_refund.order_id, 'userId', v_refund.user_id));
    outcome := 'SETTLED';
  end if;
end $$;
