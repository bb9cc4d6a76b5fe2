-- While a bank looks into the payment that bought it, a ticket nobody used is suspended; one of a dispute that was lost has ended.
select d.id as dispute_id, d.status, k.id as ticket_id, k.status as ticket_status, k.suspended_at
from ticketing.disputes d
join ticketing.payments p on p.id = d.payment_id and p.status in ('captured', 'refunded')
join ticketing.tickets k on k.order_id = d.order_id and k.status in ('issued', 'transferred')
where d.status = 'lost' or (d.status = 'open' and k.suspended_at is null)
