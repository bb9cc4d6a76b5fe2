-- What points took off an order is what its fan gave for it: by its lines, by its redemption and by the ledger of points.
-- A free ticket's points paid its fee and tax too; any other's took exactly themselves off its price.
with lines as (
  select i.order_id, i.id, i.quantity, i.unit_price_cents, i.unit_discount_cents, i.unit_fee_cents, i.unit_tax_cents,
    h.unit_fee_cents as locked_fee, coalesce(p.unit_points, 0) as points, coalesce(p.unit_off_cents, 0) as off,
    coalesce(r.kind = 'free' and p.order_item_id is not null, false) as free,
    exists (select from ticketing.code_uses u where u.order_id = i.order_id and not u.presale) as coded
  from ticketing.order_items i
  join ticketing.orders o on o.id = i.order_id
  join ticketing.ticket_holds h on h.hold_id = o.hold_id and h.tier_id = i.tier_id
  left join loyalty.redemption_items p on p.order_item_id = i.id
  left join loyalty.redemptions r on r.order_id = i.order_id
)
select l.order_id, l.id as order_item_id, l.points, l.off as counted, null::bigint as in_ledger
from lines l
where l.off > l.unit_discount_cents or (l.points > 0 and not l.coded and l.off <> l.unit_discount_cents)
  or case when l.free then l.unit_discount_cents <> l.unit_price_cents or l.unit_fee_cents + l.unit_tax_cents > 0
                        or l.points < l.off + l.locked_fee
          else l.points <> l.off or l.unit_fee_cents <> l.locked_fee end
union all
select r.order_id, null, r.points, coalesce(s.points, 0), coalesce(e.points, 0)
from loyalty.redemptions r
left join (select order_id, sum(points * quantity) as points from lines group by 1) s on s.order_id = r.order_id
left join (
  select order_id, -sum(points) as points from loyalty.entries where kind in ('redeemed', 'returned') group by 1
) e on e.order_id = r.order_id
where r.points is distinct from s.points or coalesce(e.points, 0) <> case when r.live then r.points else 0 end
union all
select e.order_id, null, 0, 0, -sum(e.points)
from loyalty.entries e
where e.kind in ('redeemed', 'returned') and not exists (select from loyalty.redemptions r where r.order_id = e.order_id)
group by e.order_id having sum(e.points) <> 0
