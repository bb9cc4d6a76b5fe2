-- No tier sells or holds more than it has, and no counter is negative.
select id as tier_id, quantity, reserved_quantity, issued_quantity
from ticketing.ticket_tiers
where issued_quantity + reserved_quantity > quantity or reserved_quantity < 0 or issued_quantity < 0
