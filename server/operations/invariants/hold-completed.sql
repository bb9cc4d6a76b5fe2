-- A completed hold has its order.
select h.id as hold_id, h.drop_id, h.user_id
from ticketing.holds h
where h.status = 'completed' and not exists (select from ticketing.orders o where o.hold_id = h.id)
