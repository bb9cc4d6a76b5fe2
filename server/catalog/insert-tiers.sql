-- Tiers of event $1, in the order given: ids, names, prices, quantities in parallel arrays.
insert into ticketing.ticket_tiers (id, event_id, name, price_cents, quantity, position)
select t.id, $1, t.name, t.price_cents, t.quantity, t.position - 1
from unnest($2::uuid[], $3::text[], $4::integer[], $5::integer[]) with ordinality
  as t (id, name, price_cents, quantity, position)
