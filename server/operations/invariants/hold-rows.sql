-- A hold and its rows per tier agree on quantity, fan, state and expiry.
select h.id as hold_id, h.status, h.quantity, sum(r.quantity) as in_rows
from ticketing.holds h
left join ticketing.ticket_holds r on r.hold_id = h.id
group by h.id
having case when h.status = 'void' then count(r.id) > 0
  else sum(r.quantity) is distinct from h.quantity
    or not bool_and(r.status = h.status and r.expires_at = h.expires_at and r.user_id = h.user_id) end
