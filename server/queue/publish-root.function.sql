-- Reads the closed lobby's places in a snapshot of its own and stores their Merkle root with the count (rules Q11, Q12):
-- leaf hashes sorted, a level halved at a time, a lone right node going up unchanged (RFC 6962). One root per drop.
-- Who left stays in the tree. Sorted in memory: on disk 100,000 leaves take twice as long. Returns whether this call stored it.
create or replace function ticketing.publish_root(p_drop uuid)
returns boolean language plpgsql volatile set work_mem = '64MB' as $$
declare v_lock bigint; v_drop ticketing.drops%rowtype; v_level bytea[]; v_count bigint;
begin
  select lock_key into v_lock from ticketing.drops where id = p_drop;
  if v_lock is null then return false; end if;
  perform pg_advisory_xact_lock_shared(v_lock);
  select * into v_drop from ticketing.drops where id = p_drop;
  if v_drop.phase <> 'drawing' then return false; end if;
  perform 1 from ticketing.draws where drop_id = p_drop;
  if found then return false; end if;

  v_level := array(select ticketing.place_leaf(p.drop_id, p.id, p.commitment, p.joined_at) as leaf
    from ticketing.places p where p.drop_id = p_drop and p.lobby order by leaf);
  v_count := cardinality(v_level);
  if v_count = 0 then v_level := array[sha256('')]; end if;
  while cardinality(v_level) > 1 loop
    v_level := array(
      select case when pair.r is null then pair.l else sha256('\x01'::bytea || pair.l || pair.r) end
      from (select h as l, lead(h) over (order by o) as r, o from unnest(v_level) with ordinality u (h, o)) pair
      where pair.o % 2 = 1 order by pair.o);
  end loop;

  insert into ticketing.draws (drop_id, closed_at, root, place_count, beacon_source, beacon_round)
    values (p_drop, v_drop.closed_at, v_level[1], v_count, v_drop.beacon_source, v_drop.beacon_round)
    on conflict (drop_id) do nothing;
  if not found then return false; end if;
  update ticketing.lines set version = version + 1 where drop_id = p_drop;
  return true;
end $$;
