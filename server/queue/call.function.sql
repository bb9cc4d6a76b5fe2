-- Calls the next places (rules Q18-Q20, Q22): as many as fit beside live turns and open calls under
-- min(cap x health, floor(units available x overbook)), no more than the rate allows; late ones that asked first, by number,
-- then the next numbers. Places that left are passed over without a slot. The line's lock is the compare-and-set: a second
-- worker waits for it and finds what the first one did. p_health: 0 to 1, share of the cap that checkout can bear.
-- Plans are pinned to index look-ups: right after a draw the statistics still know an empty table.
create or replace function ticketing.call_next(p_drop uuid, p_health float8)
returns table (place_id uuid, user_id uuid, number bigint, claim_by timestamptz) language plpgsql volatile set enable_seqscan = off as $$
#variable_conflict use_column
declare
  v_lock bigint; v_drop ticketing.drops%rowtype; v_line ticketing.lines%rowtype; v_now timestamptz; v_in_use int;
  v_units bigint; v_room int; v_per_second float8; v_burst float8; v_tokens float8; v_called uuid[]; v_next uuid[]; v_n int;
begin
  select d.lock_key into v_lock from ticketing.drops d where d.id = p_drop;
  if v_lock is null then return; end if;
  perform pg_advisory_xact_lock_shared(v_lock);
  select * into v_drop from ticketing.drops d where d.id = p_drop;
  if not v_drop.has_line or v_drop.phase not in ('live', 'sold_out') then return; end if;
  select * into v_line from ticketing.lines l where l.drop_id = p_drop for no key update;
  v_now := clock_timestamp();

  select count(*) into v_in_use from ticketing.places p where p.drop_id = p_drop and p.state in ('called', 'turn');
  select coalesce(sum(t.quantity - t.reserved_quantity - t.issued_quantity - t.kept_quantity), 0) into v_units
    from ticketing.ticket_tiers t where t.event_id = v_drop.event_id and t.status = 'active';
  v_room := least(ceil(v_drop.max_turns * least(greatest(p_health, 0), 1)), floor(v_units * v_drop.overbook), 1000000) - v_in_use;
  if v_drop.max_calls_per_minute is not null then
    v_per_second := v_drop.max_calls_per_minute / 60.0;
    v_burst := greatest(1, v_per_second);
    v_tokens := least(v_burst, case when v_line.call_tokens_at is null then v_burst else
      v_line.call_tokens + v_per_second * extract(epoch from v_now - v_line.call_tokens_at) end);
    v_room := least(v_room, floor(v_tokens));
  end if;

  if v_room > 0 then
    v_called := array(select p.id from ticketing.places p
      where p.drop_id = p_drop and p.state = 'late' and p.asked_at is not null
      order by p.number limit v_room);
    v_next := array(select n.place_id from ticketing.place_numbers n
      where n.drop_id = p_drop and n.number > v_line.serving
        and exists (select 1 from ticketing.places p where p.id = n.place_id and p.state = 'waiting' offset 0)
      order by n.number limit v_room - cardinality(v_called));
  end if;
  update ticketing.places p
    set state = 'called', called_at = coalesce(p.called_at, v_now), claim_by = v_now + make_interval(secs => v_drop.claim_seconds),
        asked_at = null
    where p.id = any (v_called || v_next) and p.state in ('waiting', 'late');
  get diagnostics v_n = row_count;

  if v_n > 0 then
    insert into ticketing.call_rates as r (drop_id, bucket, calls)
      values (p_drop, date_bin('10 seconds', v_now, 'epoch'::timestamptz), v_n)
      on conflict (drop_id, bucket) do update set calls = r.calls + excluded.calls;
  end if;
  if v_n > 0 or v_line.turns_in_use <> v_in_use then
    update ticketing.lines l set turns_in_use = v_in_use + v_n, version = l.version + 1,
        serving = greatest(l.serving, (select max(p.number) from ticketing.places p where p.id = any (v_next) and p.state = 'called')),
        call_tokens = coalesce(v_tokens - v_n, 0), call_tokens_at = v_now
      where l.drop_id = p_drop;
  end if;
  return query select p.id, p.user_id, p.number, p.claim_by from ticketing.places p
    where p.id = any (v_called || v_next) and p.state = 'called' order by p.number;
end $$;
