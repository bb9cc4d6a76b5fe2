-- Issues the invoice of a paid order, once (rules M40…M43). The number comes from the vendor's series under its row lock, which
-- is held until the commit: the next one waits, a rollback gives the number back, so that there is never a gap.
-- What is printed is copied: prices, names and terms may change tomorrow, an invoice may not. The tax's rate is told only
-- where it explains the amounts to within a minor unit: terms may have changed between the order and its payment.
-- Outcomes: ISSUED | DONE (issued before) | NOT_PAID | NOT_FOUND
create or replace function ticketing.issue_invoice(p_order uuid, out outcome text, out invoice uuid)
language plpgsql volatile as $$
declare
  v_order ticketing.orders; v_vendor uuid; v_number bigint; v_data jsonb; v_lines jsonb; v_bp int; v_name text; v_explained boolean;
begin
  select o.* into v_order from ticketing.orders o where o.id = p_order;
  if not found then outcome := 'NOT_FOUND'; return; end if;
  if v_order.paid_at is null then outcome := 'NOT_PAID'; return; end if;
  select e.vendor_id into v_vendor from events.events e where e.id = v_order.event_id;
  insert into ticketing.invoice_series (vendor_id, kind) values (v_vendor, 'invoice') on conflict do nothing;
  perform 1 from ticketing.invoice_series s where s.vendor_id = v_vendor and s.kind = 'invoice' for no key update;
  select i.id into invoice from ticketing.invoices i where i.order_id = p_order and i.kind = 'invoice';
  if found then outcome := 'DONE'; return; end if;

  select coalesce(t.tax_bp, 0), coalesce(t.tax_name, 'VAT') into v_bp, v_name
    from events.events e left join ticketing.event_terms t on t.event_id = e.id where e.id = v_order.event_id;
  select jsonb_agg(jsonb_build_object(
           'text', k.name, 'quantity', i.quantity,
           'unitPriceCents', i.unit_price_cents, 'unitDiscountCents', i.unit_discount_cents, 'unitPointsCents', coalesce(r.unit_off_cents, 0), 'unitFeeCents', i.unit_fee_cents,
           'unitTaxCents', i.unit_tax_cents, 'unitTaxIncludedCents', i.unit_tax_included_cents,
           'totalCents', i.quantity::bigint * (i.unit_price_cents - i.unit_discount_cents + i.unit_fee_cents + i.unit_tax_cents))
           order by k.position, k.id),
         bool_and(abs(i.unit_tax_cents - case when i.unit_tax_cents > 0
                        then (b.base * v_bp / 10000.0) else 0 end) <= 1
              and abs(i.unit_tax_included_cents - case when i.unit_tax_included_cents > 0
                        then (b.base * v_bp / (10000.0 + v_bp)) else 0 end) <= 1)
    into v_lines, v_explained
    from ticketing.order_items i join ticketing.ticket_tiers k on k.id = i.tier_id
    left join loyalty.redemption_items r on r.order_item_id = i.id
    cross join lateral (select (i.unit_price_cents - i.unit_discount_cents + i.unit_fee_cents)::numeric as base) b
   where i.order_id = p_order;
  select jsonb_build_object(
           'seller', jsonb_build_object('name', v.name, 'email', v.email),
           'buyer', jsonb_build_object('name', u.name, 'email', u.email),
           'order', jsonb_build_object('reference', v_order.reference, 'paidAt', to_jsonb(v_order.paid_at)),
           'event', jsonb_build_object('title', e.title, 'venue', concat_ws(', ', e.venue_name, e.venue_city),
                                       'startsAt', to_jsonb(e.start_at), 'timeZone', e.time_zone),
           'payment', (select jsonb_build_object('provider', p.provider, 'brand', p.brand, 'last4', p.last4)
                         from ticketing.payments p where p.order_id = p_order and p.status in ('captured', 'refunded')
                        order by p.created_at limit 1),
           'tax', jsonb_build_object('name', v_name, 'bp', case when v_explained then v_bp end),
           'lines', coalesce(v_lines, '[]'),
           'subtotalCents', v_order.subtotal_cents, 'discountCents', v_order.discount_cents,
           'pointsCents', (select coalesce(sum(r.unit_off_cents::bigint * i.quantity), 0) from loyalty.redemption_items r
                             join ticketing.order_items i on i.id = r.order_item_id where r.order_id = p_order),
           'pointsUsed', (select coalesce(sum(r.points), 0) from loyalty.redemptions r where r.order_id = p_order),
           'feesCents', v_order.fees_cents,
           'taxCents', v_order.tax_cents, 'taxIncludedCents', v_order.tax_included_cents, 'totalCents', v_order.total_cents)
    into v_data
    from events.events e join accounts.users v on v.id = e.vendor_id join accounts.users u on u.id = v_order.user_id
   where e.id = v_order.event_id;

  update ticketing.invoice_series s set last_number = s.last_number + 1
   where s.vendor_id = v_vendor and s.kind = 'invoice' returning s.last_number into v_number;
  insert into ticketing.invoices (vendor_id, kind, number, order_id, currency, total_cents, data, issued_at)
  values (v_vendor, 'invoice', v_number, p_order, v_order.currency, v_order.total_cents, v_data, clock_timestamp())
  returning id into invoice;
  outcome := 'ISSUED';
end $$;
