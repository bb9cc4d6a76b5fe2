-- Locks these fans' points, by id: two transactions that give points back to the same fans do not wait for each other.
-- Taken last, after orders, payments and codes. What was read before has to be read again.
create or replace function loyalty.lock_members(p_users uuid[])
returns void language plpgsql volatile as $$
begin
  insert into loyalty.members (user_id) select distinct u.id from unnest(p_users) as u (id) order by 1 on conflict do nothing;
  perform 1 from loyalty.members m where m.user_id = any (p_users) order by m.user_id for update;
end $$;
