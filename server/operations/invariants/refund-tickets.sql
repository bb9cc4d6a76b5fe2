-- A refund that was decided has ended its tickets, each ticket came back at most once, and none ended as refunded without one.
select r.id as refund_id, r.status, k.id as ticket_id, k.status as ticket_status
from ticketing.refund_tickets t
join ticketing.refunds r on r.id = t.refund_id
join ticketing.tickets k on k.id = t.ticket_id
where k.order_id <> r.order_id or t.live = (r.status = 'rejected')
  or (r.status in ('sending', 'succeeded', 'failed') and k.status not in ('refunded', 'canceled'))
union all
select null, null, k.id, k.status
from ticketing.tickets k
where k.status = 'refunded' and not exists (
  select from ticketing.refund_tickets t where t.ticket_id = k.id and t.live
)
