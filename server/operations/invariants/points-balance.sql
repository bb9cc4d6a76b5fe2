-- Each entry of a fan's points follows from the one before, and nobody has less than none.
select e.user_id, e.seq, e.points, e.balance, e.owed, e.net_before, e.seq_before
from (
  select e.*, coalesce(lag(e.balance - e.owed) over w, 0) as net_before, coalesce(lag(e.seq) over w, 0) as seq_before
  from loyalty.entries e window w as (partition by e.user_id order by e.seq)
) e
where e.balance - e.owed <> e.net_before + e.points or e.seq <> e.seq_before + 1
  or e.balance < 0 or e.owed < 0 or (e.balance > 0 and e.owed > 0)
