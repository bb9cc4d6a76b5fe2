-- A tier's issued quantity is the number of its issued, transferred and redeemed tickets.
select t.id as tier_id, t.issued_quantity, coalesce(k.tickets, 0) as live_tickets
from ticketing.ticket_tiers t
left join (
  select tier_id, count(*) as tickets
  from ticketing.tickets where status in ('issued', 'transferred', 'redeemed') group by tier_id
) k on k.tier_id = t.id
where t.issued_quantity <> coalesce(k.tickets, 0)
