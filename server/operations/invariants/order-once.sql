-- No order was charged twice: money that came a second time is marked as stray, and on its way back.
select order_id, count(*) as charges
from ticketing.payments
where captured_cents > 0 and status <> 'stray'
group by order_id
having count(*) > 1
