-- What a provider says of a chargeback (rules F50–F56): recorded against payment and account, once and forwards only, in whatever
-- order it is told. Open: refunds of that payment rest and tickets that were not used are suspended. Won: they are back.
-- Lost: they end and their stock goes back as with any refund; the money went through the bank, so that nothing is sent.
-- p_refund: an id for the refund that takes the tickets back.
-- Outcomes: OPENED | WON | LOST | SAME (known) | UNKNOWN (no payment of ours: kept for the reconciler)
create or replace function ticketing.record_dispute(
  p_id uuid, p_provider text, p_ref text, p_payment_ref text, p_amount bigint, p_currency text, p_reason text, p_status text,
  p_opened timestamptz, p_refund uuid,
  out outcome text, out order_id uuid, out drop_id uuid
) language plpgsql volatile as $$
declare
  v_payment ticketing.payments; v_order ticketing.orders; v_dispute ticketing.disputes; v_bought boolean;
begin
  select * into v_payment from ticketing.payments p where p.provider = p_provider and p.provider_ref = p_payment_ref;
  if not found then
    insert into ticketing.unknown_reports (provider_ref, kind, provider, payment_ref, amount_cents)
    values (p_ref, 'dispute', p_provider, p_payment_ref, p_amount) on conflict do nothing;
    outcome := 'UNKNOWN'; return;
  end if;
  order_id := v_payment.order_id;
  perform ticketing.lock_orders(array[order_id]);
  select * into v_order from ticketing.orders o where o.id = v_payment.order_id;
  select * into v_payment from ticketing.payments p where p.id = v_payment.id;
  drop_id := v_order.drop_id;
  select * into v_dispute from ticketing.disputes d where d.provider = p_provider and d.provider_ref = p_ref;
  if found and (v_dispute.status <> 'open' or p_status = 'open') then outcome := 'SAME'; return; end if;
  insert into ticketing.disputes (id, provider, provider_ref, payment_id, order_id, user_id, amount_cents, currency, reason, status,
                                  opened_at, closed_at)
  values (p_id, p_provider, p_ref, v_payment.id, v_order.id, v_order.user_id, p_amount, p_currency, p_reason, p_status, p_opened,
          case when p_status <> 'open' then now() end)
  on conflict on constraint one_row_per_dispute do update
    set status = excluded.status, closed_at = excluded.closed_at, amount_cents = excluded.amount_cents;

  -- money that bought nothing has no tickets to suspend
  v_bought := v_payment.status in ('captured', 'refunded');
  if p_status = 'open' then
    update ticketing.tickets k set suspended_at = now(), updated_at = now()
     where v_bought and k.order_id = v_order.id and k.status in ('issued', 'transferred') and k.suspended_at is null;
  elsif p_status = 'won' then
    update ticketing.tickets k set suspended_at = null, updated_at = now()
     where v_bought and k.order_id = v_order.id and k.suspended_at is not null and not exists (
       select from ticketing.disputes d where d.payment_id = v_payment.id and d.status = 'open');
  else
    perform ticketing.lose_dispute(v_payment.id, p_amount, p_refund, v_bought);
  end if;
  outcome := case p_status when 'open' then 'OPENED' else upper(p_status) end;
end $$;
