-- What a fan can spend: the balance after the last entry.
create or replace function loyalty.balance_of(p_user uuid)
returns bigint language sql stable as $$
  select coalesce((select e.balance from loyalty.entries e where e.user_id = p_user order by e.seq desc limit 1), 0)
$$;
