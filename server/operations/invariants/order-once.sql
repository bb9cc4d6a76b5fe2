-- No order was charged twice.
select order_id, count(*) as charges
from ticketing.payments
where captured_cents > 0
group by order_id
having count(*) > 1
