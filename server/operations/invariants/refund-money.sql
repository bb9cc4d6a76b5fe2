-- What goes back of a payment is what its refunds say, each the sum of its tickets, and never more than was captured.
select p.id as payment_id, null::uuid as refund_id, p.captured_cents, p.refunded_cents, coalesce(r.cents, 0) as in_refunds
from ticketing.payments p
left join (
  select payment_id, sum(amount_cents) as cents
  from ticketing.refunds where status in ('sending', 'succeeded', 'failed') group by payment_id
) r on r.payment_id = p.id
where p.refunded_cents <> coalesce(r.cents, 0) or p.refunded_cents > p.captured_cents
union all
select r.payment_id, r.id, null, r.amount_cents, t.cents
from ticketing.refunds r
join (
  select refund_id, sum(amount_cents) as cents from ticketing.refund_tickets group by refund_id
) t on t.refund_id = r.id
where r.amount_cents <> t.cents
