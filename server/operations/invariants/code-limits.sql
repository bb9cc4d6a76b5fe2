-- A code is used no more often than it may be, in all and per fan, and counts exactly its uses.
select c.id, c.used, c.max_tickets, c.max_per_fan, u.live, u.most
from ticketing.codes c
left join lateral (
  select coalesce(sum(f.tickets), 0) as live, coalesce(max(f.tickets), 0) as most
  from (select u.user_id, sum(u.tickets) as tickets from ticketing.code_uses u where u.code_id = c.id and u.live group by 1) f
) u on true
where c.used <> u.live or u.live > c.max_tickets or u.most > c.max_per_fan
