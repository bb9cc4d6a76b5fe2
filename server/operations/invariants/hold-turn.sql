-- In a drop with a line, every hold was placed within a turn of its fan.
-- The grace on ended_at: a turn's end and a hold may begin in one order and lock in the other.
select h.id as hold_id, h.drop_id, h.user_id, h.created_at
from ticketing.holds h
join ticketing.drops d on d.id = h.drop_id and d.has_line
where h.status <> 'void' and not exists (
  select from ticketing.places p
  where p.drop_id = h.drop_id and p.user_id = h.user_id
    and p.claimed_at <= h.created_at and p.turn_expires_at > h.created_at
    and (p.ended_at is null or p.ended_at > h.created_at - interval '5 s')
)
