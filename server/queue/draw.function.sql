-- The draw (rules Q13-Q15): seed = HMAC-SHA-256(secret, root || beacon), numbers in the order of HMAC-SHA-256(seed, place id).
-- The draws row's lock makes it once; seed and numbers are one transaction, so that a killed draw leaves nothing.
-- Inserted into place_numbers in the order of numbers, and updated page-locally in places (0003_drops.sql tells why).
-- Returns DRAWN | DONE (already) | WAITING (the fixed beacon round's value is missing) | NOT_CLOSED.
create or replace function ticketing.draw_numbers(p_drop uuid, p_beacon bytea, p_signature bytea)
returns text language plpgsql volatile set work_mem = '64MB' set enable_nestloop = off as $$
declare
  v_lock bigint; v_phase text; v_draw ticketing.draws%rowtype; v_secret bytea; v_seed bytea;
  v_outer bytea; v_inner bytea; v_given bigint;
begin
  select lock_key into v_lock from ticketing.drops where id = p_drop;
  if v_lock is null then return 'NOT_CLOSED'; end if;
  perform pg_advisory_xact_lock_shared(v_lock);
  select phase into v_phase from ticketing.drops where id = p_drop;
  select * into v_draw from ticketing.draws where drop_id = p_drop for update;
  if not found or v_phase <> 'drawing' then return 'NOT_CLOSED'; end if;
  if v_draw.seed is not null then return 'DONE'; end if;
  if v_draw.beacon_round is not null and p_beacon is null then return 'WAITING'; end if;

  select secret into v_secret from ticketing.drop_secrets where drop_id = p_drop;
  v_seed := sha256(ticketing.hmac_pad(v_secret, 92)
    || sha256(ticketing.hmac_pad(v_secret, 54) || v_draw.root
      || case when v_draw.beacon_round is null then ''::bytea else p_beacon end));
  v_outer := ticketing.hmac_pad(v_seed, 92);
  v_inner := ticketing.hmac_pad(v_seed, 54);

  insert into ticketing.place_numbers (drop_id, number, place_id)
    select p_drop, row_number() over (order by ranked.rank), ranked.id
    from (select p.id, sha256(v_outer || sha256(v_inner || uuid_send(p.id))) as rank
            from ticketing.places p where p.drop_id = p_drop and p.lobby) ranked
    order by 2;
  get diagnostics v_given = row_count;
  if v_given <> v_draw.place_count then
    raise exception 'draw of % would number % places, its root has %', p_drop, v_given, v_draw.place_count;
  end if;
  update ticketing.places p set number = n.number
    from ticketing.place_numbers n
    where n.drop_id = p_drop and p.id = n.place_id and p.drop_id = p_drop and p.lobby;
  update ticketing.draws set seed = v_seed, drawn_at = clock_timestamp(),
      beacon_value = case when beacon_round is not null then p_beacon end,
      beacon_signature = case when beacon_round is not null then p_signature end
    where drop_id = p_drop;
  update ticketing.lines set last_number = v_given, version = version + 1 where drop_id = p_drop;
  return 'DRAWN';
end $$;
