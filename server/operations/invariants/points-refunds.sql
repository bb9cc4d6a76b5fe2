-- Points come back with their tickets, all of them and once; of an order's earned points no more is taken back than there was.
-- A job does it within seconds; after an hour it is missing.
select r.id as refund_id, r.order_id, b.points as due, coalesce(e.points, 0) as came_back
from ticketing.refunds r
join (
  select t.refund_id, sum(i.unit_points) as points
  from ticketing.refund_tickets t
  join ticketing.tickets k on k.id = t.ticket_id
  join loyalty.redemption_items i on i.order_item_id = k.order_item_id
  join loyalty.redemptions d on d.order_id = i.order_id and d.live
  where t.live group by 1
) b on b.refund_id = r.id
left join (select refund_id, sum(points) as points from loyalty.entries where kind = 'refunded' group by 1) e on e.refund_id = r.id
where r.status in ('sending', 'succeeded', 'failed') and b.points <> coalesce(e.points, 0)
  and (e.points is not null or r.decided_at <= now() - interval '1 hour')
union all
select null, e.order_id, sum(e.points) filter (where e.kind = 'earned'), -sum(e.points) filter (where e.kind = 'taken_back')
from loyalty.entries e where e.kind in ('earned', 'taken_back')
group by e.order_id having sum(e.points) < 0
