-- A hold and its rows per tier agree on quantity, fan, state and expiry.
select h.id as hold_id, h.status, h.quantity, r.quantity as in_rows
from ticketing.holds h
left join lateral (
  select sum(r.quantity) as quantity,
    bool_and(r.status = h.status and r.expires_at = h.expires_at and r.user_id = h.user_id) as agree
  from ticketing.ticket_holds r where r.hold_id = h.id
) r on true
where case when h.status = 'void' then r.quantity is not null
  else r.quantity is distinct from h.quantity or not r.agree end
