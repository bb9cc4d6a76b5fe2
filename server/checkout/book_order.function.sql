-- The order of a hold (rules O1, O3): made once, the same one ever after. Locks hold, then order.
-- Outcomes: BOOKED (p_order_id is new) | SAME (an order was there: its id) | HOLD_EXPIRED | NOT_FOUND (or not this
-- fan's) | KEY_REUSED. p_key may be null; its row is written with the order it stands for.
-- A hold that a presale code opened counts as that code's use; where none is left the booking fails with HF002 (rule C34).
create or replace function ticketing.book_order(
  p_hold uuid, p_user uuid, p_order uuid, p_reference text, p_key text, p_hash bytea,
  out outcome text, out order_id uuid
) language plpgsql volatile as $$
declare
  v_hold ticketing.holds; v_now timestamptz; v_event uuid; v_currency text; v_hash bytea;
  v_presale uuid; v_tickets int;
begin
  select * into v_hold from ticketing.holds h where h.id = p_hold and h.user_id = p_user for update;
  if not found or v_hold.status = 'void' then outcome := 'NOT_FOUND'; return; end if;
  select o.id into order_id from ticketing.orders o where o.hold_id = p_hold;
  -- a paused drop's clock stands still
  select coalesce(d.paused_at, now()), d.event_id, e.currency into v_now, v_event, v_currency
    from ticketing.drops d join events.events e on e.id = d.event_id where d.id = v_hold.drop_id;
  if v_hold.status in ('expired', 'released') or (v_hold.status = 'active' and v_hold.expires_at <= v_now) then
    outcome := 'HOLD_EXPIRED'; return;
  end if;

  if p_key is not null then
    insert into ticketing.idempotency_keys (user_id, key, request_hash, subject_id)
    values (p_user, p_key, p_hash, coalesce(order_id, p_order)) on conflict do nothing;
    if not found then
      select k.request_hash into v_hash from ticketing.idempotency_keys k where k.user_id = p_user and k.key = p_key;
      if v_hash <> p_hash then outcome := 'KEY_REUSED'; order_id := null; return; end if;
    end if;
  end if;

  if order_id is not null then outcome := 'SAME'; return; end if;
  insert into ticketing.orders (id, reference, user_id, event_id, drop_id, hold_id, status, currency,
                                subtotal_cents, fees_cents, tax_cents, tax_included_cents, total_cents)
  select p_order, p_reference, p_user, v_event, v_hold.drop_id, p_hold, 'pending', v_currency,
         s.price, s.fee, s.tax, s.tax_included, s.price + s.fee + s.tax
    from (select sum(i.quantity::bigint * i.unit_price_cents) as price, sum(i.quantity::bigint * i.unit_fee_cents) as fee,
                 sum(i.quantity::bigint * i.unit_tax_cents) as tax, sum(i.quantity::bigint * i.unit_tax_included_cents) as tax_included
            from ticketing.ticket_holds i where i.hold_id = p_hold) s;
  insert into ticketing.order_items (id, order_id, tier_id, quantity, unit_price_cents, unit_fee_cents, unit_tax_cents,
                                     unit_tax_included_cents, seats)
  select gen_random_uuid(), p_order, i.tier_id, i.quantity, i.unit_price_cents, i.unit_fee_cents, i.unit_tax_cents,
         i.unit_tax_included_cents, i.seats
    from ticketing.ticket_holds i where i.hold_id = p_hold;
  select g.code_id, sum(i.quantity)::int into v_presale, v_tickets
    from ticketing.presale_grants g join ticketing.ticket_holds i on i.hold_id = p_hold and i.tier_id = any (g.tier_ids)
   where g.drop_id = v_hold.drop_id and g.user_id = p_user and g.request_id = v_hold.request_id group by g.code_id;
  if v_presale is not null and not ticketing.use_code(p_order, v_presale, p_user, true, v_tickets) then
    raise exception 'the presale code of hold % has no uses left', p_hold using errcode = 'HF002';
  end if;
  outcome := 'BOOKED'; order_id := p_order;
end $$;
