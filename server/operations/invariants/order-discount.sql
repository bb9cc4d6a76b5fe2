-- An order has a discount only with a promo code or points, and no unit's is more than its price.
select o.id, o.discount_cents, i.unit_discount_cents, i.unit_price_cents
from ticketing.orders o join ticketing.order_items i on i.order_id = o.id
where i.unit_discount_cents > i.unit_price_cents
   or ((o.discount_cents > 0 or i.unit_discount_cents > 0) and not exists (
     select from ticketing.code_uses u join ticketing.codes c on c.id = u.code_id
      where u.order_id = o.id and not u.presale and c.kind <> 'presale' and c.event_id = o.event_id)
     and not exists (select from loyalty.redemptions r where r.order_id = o.id))
