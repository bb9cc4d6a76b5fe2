-- Counts tickets sold since the last reading into their events' popularity (rule L7), each weighed by 2 ^ (weeks since 2020)
-- and kept as a logarithm, so that a weight never outgrows a double. Who reads at the same time waits here and finds nothing left.
-- Ticket ids begin with their time in milliseconds (RFC 9562, version 7), so what is new is a range of the primary key.
create or replace function events.refresh_popularity(p_lag interval default '10 seconds') returns integer language plpgsql as $$
declare
  v_from timestamptz;
  -- The newest are left for next time: one with an earlier id may still be committing.
  v_to timestamptz := date_trunc('milliseconds', now() - p_lag);
  v_weeks double precision := extract(epoch from v_to - timestamptz '2020-01-01') / 604800;
  v_moved integer;
begin
  select up_to into v_from from events.popularity_read for update;
  if v_to <= v_from then return 0; end if;
  with sold as (
    select k.event_id, ln(sum(exp(extract(epoch from k.created_at - v_to)::double precision / 604800 * ln(2::double precision))))
             / ln(2::double precision) + v_weeks as gain
      from ticketing.tickets k
     where k.id >= events.first_id_at(v_from) and k.id < events.first_id_at(v_to)
     group by k.event_id),
  moved as (
    update events.listings l
       set popularity = case when l.popularity = '-infinity' then s.gain
             else greatest(l.popularity, s.gain)
               + ln(1 + exp(-abs(l.popularity - s.gain) * ln(2::double precision))) / ln(2::double precision) end
      from sold s where l.event_id = s.event_id
    returning 1)
  select count(*)::int into v_moved from moved;
  update events.popularity_read set up_to = v_to;
  return v_moved;
end $$;
