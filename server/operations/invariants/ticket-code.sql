-- A ticket's code is released by its payment only: captured, or cash on arrival.
select k.id as ticket_id, o.id as order_id, o.status as order_status
from ticketing.tickets k
join ticketing.orders o on o.id = k.order_id
where k.qr_code is not null and k.status in ('issued', 'transferred', 'redeemed')
  and o.status not in ('paid', 'partially_refunded')
  and not exists (
    select from ticketing.payments p
    where p.order_id = o.id and p.provider = 'cash_on_arrival' and p.status in ('authorized', 'captured')
  )
