-- What giving these tickets back brings at this moment (rules F1–F9): one row per ticket that exists. By the terms in force when the
-- order was booked, or by those of now where they give its fan more.
-- p_outside: as an operator decides, outside the terms: no deadline, nothing kept, no approval. So is a canceled event.
-- why: null when it can be given back; else pending | refunded | used | disputed | not_paid | not_offered | too_late.
-- Nothing captured (cash at the door, an order that cost nothing): nothing goes back and nothing is kept.
create or replace function ticketing.quote_refunds(p_tickets uuid[], p_outside boolean)
returns table (ticket_id uuid, order_id uuid, payment_id uuid, owner_id uuid, why text, amount_cents bigint, fee_cents bigint,
               currency text, until timestamptz, needs_approval boolean, refund_id uuid) language sql stable as $$
  select k.id, k.order_id, case when p.captured_cents > 0 then p.id end, k.owner_user_id,
         case when r.status = 'requested' then 'pending'
              when r.id is not null or k.status = 'refunded' then 'refunded'
              when p.id is null then 'not_paid'
              when k.status = 'canceled' then 'refunded'
              when k.status = 'redeemed' then 'used'
              when d.disputed then 'disputed'
              when x.outside then null
              when x.until is null then 'not_offered'
              when x.until <= now() then 'too_late' end,
         u.paid - m.kept, m.kept, o.currency, x.until, not x.outside and x.approval, r.id
    from ticketing.tickets k
    join ticketing.orders o on o.id = k.order_id
    join ticketing.order_items i on i.id = k.order_item_id
    join events.events e on e.id = k.event_id
    left join ticketing.event_terms t on t.event_id = k.event_id
    left join lateral (
      select * from ticketing.refund_terms_log l
       where l.event_id = k.event_id and l.since <= o.created_at order by l.since desc limit 1) b on true
    -- the payment that bought it: at most one is live
    left join ticketing.payments p on p.order_id = o.id and o.status in ('committed', 'paid', 'partially_refunded')
      and (p.status = 'captured' or (p.provider = 'cash_on_arrival' and p.status = 'authorized'))
    left join ticketing.refund_tickets rt on rt.ticket_id = k.id and rt.live
    left join ticketing.refunds r on r.id = rt.refund_id
    cross join lateral (select exists (
      select from ticketing.disputes s where s.payment_id = p.id and s.status in ('open', 'lost')) as disputed) d
    cross join lateral (select case when p.captured_cents > 0 then
      (i.unit_price_cents - i.unit_discount_cents + i.unit_fee_cents + i.unit_tax_cents)::bigint else 0 end as paid) u
    cross join lateral (
      select p_outside or e.status = 'canceled' as outside, y.until, y.kept, y.approval
        from (select e.start_at - make_interval(hours => v.hours) as until, v.approval,
                     least(u.paid, v.fixed + (u.paid * v.share + 5000) / 10000) as kept
                -- without terms tickets come back until it starts; no hours: never
                from (values
                  (case when b.event_id is null then 0 else b.refund_until_hours end, coalesce(b.refund_fee_cents, 0),
                   coalesce(b.refund_fee_bp, 0), coalesce(b.refund_needs_approval, false)),
                  (case when t.event_id is null then 0 else t.refund_until_hours end, coalesce(t.refund_fee_cents, 0),
                   coalesce(t.refund_fee_bp, 0), coalesce(t.refund_needs_approval, false))) as v (hours, fixed, share, approval)) y
       order by coalesce(y.until > now(), false) desc, case when y.until > now() then y.kept end,
                case when y.until > now() then y.approval end, y.until desc nulls last limit 1) x
    cross join lateral (select case when x.outside then 0 else x.kept end as kept) m
   where k.id = any (p_tickets)
$$;
