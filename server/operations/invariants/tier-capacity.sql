-- No tier sells, holds or keeps more than it has, and no counter is negative.
select id as tier_id, quantity, reserved_quantity, issued_quantity, kept_quantity
from ticketing.ticket_tiers
where issued_quantity + reserved_quantity + kept_quantity > quantity or reserved_quantity < 0 or issued_quantity < 0 or kept_quantity < 0
