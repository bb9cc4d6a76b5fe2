-- Issues the credit note of a settled refund, once (rule M44): numbered like invoices, in a series of its own, and naming the
-- invoice it corrects. Only money of the invoiced payment is credited: what was taken without a use (a late or a second charge)
-- never stood on an invoice. The invoice itself is issued first where that has not happened yet.
-- Outcomes: ISSUED | DONE (issued before) | NOT_SETTLED | NOTHING (there is nothing to correct) | NOT_FOUND
create or replace function ticketing.issue_credit_note(p_refund uuid, out outcome text, out invoice uuid)
language plpgsql volatile as $$
declare
  v_refund ticketing.refunds; v_vendor uuid; v_number bigint; v_of ticketing.invoices; v_lines jsonb;
begin
  select r.* into v_refund from ticketing.refunds r where r.id = p_refund;
  if not found then outcome := 'NOT_FOUND'; return; end if;
  if v_refund.status <> 'succeeded' then outcome := 'NOT_SETTLED'; return; end if;
  if v_refund.amount_cents = 0 or not exists
     (select from ticketing.payments p where p.id = v_refund.payment_id and p.status in ('captured', 'refunded')) then
    outcome := 'NOTHING'; return;
  end if;
  perform ticketing.issue_invoice(v_refund.order_id);
  select i.* into v_of from ticketing.invoices i where i.order_id = v_refund.order_id and i.kind = 'invoice';
  if not found then outcome := 'NOTHING'; return; end if;
  v_vendor := v_of.vendor_id;
  insert into ticketing.invoice_series (vendor_id, kind) values (v_vendor, 'credit_note') on conflict do nothing;
  perform 1 from ticketing.invoice_series s where s.vendor_id = v_vendor and s.kind = 'credit_note' for no key update;
  select i.id into invoice from ticketing.invoices i where i.refund_id = p_refund;
  if found then outcome := 'DONE'; return; end if;

  select jsonb_agg(jsonb_build_object('text', g.name, 'quantity', g.quantity, 'totalCents', g.cents) order by g.position, g.name)
    into v_lines
    from (select t.name, t.position, count(*)::int as quantity, sum(x.amount_cents) as cents
            from ticketing.refund_tickets x join ticketing.tickets k on k.id = x.ticket_id
            join ticketing.ticket_tiers t on t.id = k.tier_id
           where x.refund_id = p_refund group by t.name, t.position) g;
  update ticketing.invoice_series s set last_number = s.last_number + 1
   where s.vendor_id = v_vendor and s.kind = 'credit_note' returning s.last_number into v_number;
  insert into ticketing.invoices
    (vendor_id, kind, number, order_id, invoice_id, refund_id, currency, total_cents, data, issued_at)
  values (v_vendor, 'credit_note', v_number, v_refund.order_id, v_of.id, p_refund, v_refund.currency, v_refund.amount_cents,
          v_of.data - array['lines', 'subtotalCents', 'discountCents', 'feesCents', 'taxCents', 'taxIncludedCents'] ||
          jsonb_build_object('lines', coalesce(v_lines, '[]'), 'totalCents', v_refund.amount_cents,
                             'keptCents', v_refund.fee_cents, 'invoiceNumber', v_of.number),
          clock_timestamp())
  returning id into invoice;
  outcome := 'ISSUED';
end $$;
