-- One batch of joins in one transaction (rules Q3-Q7). VOLATILE, so that each statement sees what committed before it:
-- the fence first, the phase in the statement after it, the line's row before anybody's number.
-- p_user: distinct accounts; p_place: an id for each, used if it gets a new place.
-- Returns per account: J and its live place (new or not) | C canceled, ended or not open yet | N the drop has no line
--   | L it has bought all it may | R its place ended in this very moment: ask again | U no such account. No row at all: no such drop.
-- `offset 0` keeps each look-up one by (drop, user): planned as a join while the table was empty, the cached plan read the whole
-- lobby for every fan (900 joins/s instead of 20,000).
create or replace function ticketing.join_batch(p_drop uuid, p_user uuid[], p_place uuid[])
returns table (ord int, code text, place_id uuid, number bigint, state text, joined_us bigint, commitment bytea, secret_hash bytea)
language plpgsql volatile set enable_seqscan = off as $$
#variable_conflict use_column
declare
  v_lock bigint; v_drop ticketing.drops%rowtype; v_outer bytea; v_inner bytea;
  v_last bigint; v_new bigint; v_high bigint; v_numbered boolean; v_now timestamptz;
begin
  select d.lock_key into v_lock from ticketing.drops d where d.id = p_drop;
  if v_lock is null then return; end if;
  perform pg_advisory_xact_lock_shared(v_lock);
  select * into v_drop from ticketing.drops d where d.id = p_drop;
  if not v_drop.has_line or v_drop.phase in ('scheduled', 'ended', 'canceled') then
    return query select o.ord::int, case when v_drop.has_line then 'C' else 'N' end,
        null::uuid, null::bigint, null::text, null::bigint, null::bytea, v_drop.secret_hash
      from unnest(p_user) with ordinality o (usr, ord);
    return;
  end if;
  v_numbered := v_drop.phase in ('live', 'sold_out', 'paused');
  if v_numbered then
    -- commit order is the order in which batches get this lock
    select l.last_number into v_last from ticketing.lines l where l.drop_id = p_drop for no key update;
  end if;
  v_now := clock_timestamp();
  select ticketing.hmac_pad(s.receipt_salt, 92), ticketing.hmac_pad(s.receipt_salt, 54) into v_outer, v_inner
    from ticketing.drop_secrets s where s.drop_id = p_drop;

  with made as (
    insert into ticketing.places as p (id, drop_id, user_id, joined_at, commitment, lobby, number, state)
    select o.place, p_drop, o.usr, v_now, sha256(v_outer || sha256(v_inner || uuid_send(o.usr))),
           v_drop.phase = 'lobby', case when v_numbered then v_last + row_number() over (order by o.ord) end, 'waiting'
      from unnest(p_user, p_place) with ordinality o (usr, place, ord)
     where exists (select 1 from accounts.users u where u.id = o.usr offset 0)
       and not exists (select 1 from ticketing.places e
                        where e.drop_id = p_drop and e.user_id = o.usr and e.ended_at is null offset 0)
       and not exists (select 1 from ticketing.fans f
                        where f.drop_id = p_drop and f.user_id = o.usr and f.bought >= v_drop.limit_per_fan offset 0)
     order by o.ord
    on conflict (drop_id, user_id) where ended_at is null do nothing
    returning p.id, p.number
  ), numbered as (
    insert into ticketing.place_numbers (drop_id, number, place_id)
    select p_drop, m.number, m.id from made m where m.number is not null order by m.number
  )
  select count(*), max(m.number) into v_new, v_high from made m;

  if v_new > 0 then
    if v_numbered and v_high <> v_last + v_new then
      raise exception 'numbers of drop % would have a gap', p_drop;
    end if;
    -- last, so that batches of a lobby wait for one another only while committing
    update ticketing.lines l set joined = l.joined + v_new, last_number = coalesce(v_high, l.last_number),
        version = l.version + 1
      where l.drop_id = p_drop;
  end if;

  return query
    select o.ord::int, case when p.id is not null then 'J'
        when exists (select 1 from ticketing.fans f
          where f.drop_id = p_drop and f.user_id = o.usr and f.bought >= v_drop.limit_per_fan) then 'L'
        when exists (select 1 from accounts.users u where u.id = o.usr) then 'R' else 'U' end,
      p.id, p.number, p.state, (extract(epoch from p.joined_at) * 1000000)::bigint, p.commitment, v_drop.secret_hash
    from unnest(p_user) with ordinality o (usr, ord)
    left join lateral (select * from ticketing.places e
      where e.drop_id = p_drop and e.user_id = o.usr and e.ended_at is null offset 0) p on true
    order by o.ord;
end $$;
