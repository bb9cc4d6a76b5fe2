-- A tier's reserved quantity is the sum of its active and paying holds.
select t.id as tier_id, t.reserved_quantity, coalesce(h.quantity, 0) as in_live_holds
from ticketing.ticket_tiers t
left join (
  select tier_id, sum(quantity) as quantity
  from ticketing.ticket_holds where status in ('active', 'paying') group by tier_id
) h on h.tier_id = t.id
where t.reserved_quantity <> coalesce(h.quantity, 0)
