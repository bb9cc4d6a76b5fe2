-- One batch of holds in one transaction: the five steps of docs/holds.md, in the order every transaction that
-- moves counters keeps. VOLATILE, so that each statement sees what committed before it (rules H1, H3–H9).
--
-- Holds arrive in order in parallel arrays; their lines are flattened into p_item_*, sorted by p_item_hold
-- (1-based position of the hold). Quantities are units.
-- Returns the batch's status (OK, STALE: another epoch, GONE: no such drop) and, per hold, comma-joined:
--   G granted | R<hold id> repeated request | B request id reused with another body | X unknown tier
--   N drop not open | P paused | T no turn | L over the limit | S not enough left
-- Rejected: windowed sums instead of the loop. Same speed at 400 holds, but a refused hold used up the sum.
create or replace function ticketing.place_holds(
  p_batch uuid, p_drop uuid, p_epoch bigint,
  p_hold uuid[], p_user uuid[], p_request uuid[], p_hash text[],
  p_item_hold int[], p_item_tier uuid[], p_item_qty int[],
  out status text, out results text, out expires_at timestamptz,
  out tier_ids text, out remaining text, out prices text
) language plpgsql volatile as $$
declare
  v_lock bigint; v_epoch bigint; v_phase text; v_event uuid; v_line boolean; v_limit int; v_seconds int;
  v_open text; v_tiers uuid[]; v_avail int[]; v_price int[];
  v_used int[] := array_fill(null::int, array[coalesce(array_length(p_hold, 1), 0)]);
  v_taken int[]; v_grant boolean[] := '{}'; v_qty int[] := '{}'; v_result text[] := '{}';
  v_item int := 1; v_items int := coalesce(array_length(p_item_hold, 1), 0);
  v_first int; v_total int; v_code text; v_t int; v_now timestamptz := now(); r record;
begin
  insert into ticketing.hold_batches (id, drop_id) values (p_batch, p_drop);

  -- 1. fence
  select lock_key into v_lock from ticketing.drops where id = p_drop;
  if v_lock is null then status := 'GONE'; return; end if;
  perform pg_advisory_xact_lock_shared(v_lock);
  select d.epoch, d.phase, d.event_id, d.has_line, d.limit_per_fan, d.hold_seconds
    into v_epoch, v_phase, v_event, v_line, v_limit, v_seconds from ticketing.drops d where d.id = p_drop;
  if v_epoch <> p_epoch then status := 'STALE'; return; end if;
  v_open := case when v_phase in ('live', 'sold_out') then null when v_phase = 'paused' then 'P' else 'N' end;

  -- 2. tiers
  perform 1 from ticketing.ticket_tiers t
    where t.id = any (p_item_tier) and t.event_id = v_event order by t.id for no key update;
  select array_agg(t.id order by t.id), array_agg(t.quantity - t.reserved_quantity - t.issued_quantity order by t.id),
         array_agg(t.price_cents order by t.id)
    into v_tiers, v_avail, v_price
    from ticketing.ticket_tiers t where t.id = any (p_item_tier) and t.event_id = v_event and t.status = 'active';
  v_tiers := coalesce(v_tiers, '{}');
  v_taken := array_fill(0, array[coalesce(array_length(v_tiers, 1), 0)]);

  -- 3. fans
  if not v_line then
    insert into ticketing.fans (drop_id, user_id)
      select p_drop, u from (select distinct unnest(p_user) as u) users order by u
      on conflict do nothing;
  end if;
  perform 1 from ticketing.fans f
    where f.drop_id = p_drop and f.user_id = any (p_user) order by f.user_id for no key update;

  -- 4. decide, in arrival order
  for r in
    select o.ord::int as ord, o.hold, o.hash, (dense_rank() over (order by o.usr))::int as fan,
           coalesce(f.held + f.bought, 0) as used, (not v_line or coalesce(f.turn_expires_at > v_now, false)) as turn,
           h.id as known, h.body_hash as known_hash,
           first_value(o.hold) over same_request as first_hold, first_value(o.hash) over same_request as first_hash
      from unnest(p_hold, p_user, p_request, p_hash) with ordinality as o (hold, usr, request, hash, ord)
      left join ticketing.fans f on f.drop_id = p_drop and f.user_id = o.usr
      left join ticketing.holds h on h.drop_id = p_drop and h.user_id = o.usr and h.request_id = o.request
    window same_request as (partition by o.usr, o.request order by o.ord)
    order by o.ord
  loop
    v_first := v_item; v_total := 0; v_code := null;
    if v_used[r.fan] is null then v_used[r.fan] := r.used; end if;
    while v_item <= v_items and p_item_hold[v_item] = r.ord loop
      v_t := array_position(v_tiers, p_item_tier[v_item]);
      if v_t is null then v_code := 'X';
      elsif v_avail[v_t] - v_taken[v_t] < p_item_qty[v_item] then v_code := coalesce(v_code, 'S');
      end if;
      v_total := v_total + p_item_qty[v_item];
      v_item := v_item + 1;
    end loop;
    -- the order of refusals of design section 12
    v_code := case
      when v_code = 'X' then 'X'
      when r.known is not null then case when r.known_hash = r.hash then 'R' || r.known else 'B' end
      when r.first_hold <> r.hold and v_result[array_position(p_hold, r.first_hold)] = 'G'
        then case when r.first_hash = r.hash then 'R' || r.first_hold else 'B' end
      when v_open is not null then v_open
      when not r.turn then 'T'
      when v_used[r.fan] + v_total > v_limit then 'L'
      when v_code is not null then v_code
      else 'G' end;
    if v_code = 'G' then
      v_used[r.fan] := v_used[r.fan] + v_total;
      for i in v_first .. v_item - 1 loop
        v_t := array_position(v_tiers, p_item_tier[i]);
        v_taken[v_t] := v_taken[v_t] + p_item_qty[i];
      end loop;
    end if;
    v_grant[r.ord] := v_code = 'G'; v_qty[r.ord] := v_total; v_result[r.ord] := v_code;
  end loop;

  -- 5. write: holds and lines first, then counters
  expires_at := v_now + make_interval(secs => v_seconds);
  insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
    select o.hold, p_drop, o.usr, o.request, o.hash, 'active', o.qty, place_holds.expires_at, p_epoch
      from unnest(p_hold, p_user, p_request, p_hash, v_qty, v_grant) as o (hold, usr, request, hash, qty, granted)
     where o.granted;
  insert into ticketing.ticket_holds (hold_id, tier_id, user_id, quantity, unit_price_cents, status, expires_at)
    select p_hold[i.hold], i.tier, p_user[i.hold], i.qty, v_price[array_position(v_tiers, i.tier)], 'active',
           place_holds.expires_at
      from unnest(p_item_hold, p_item_tier, p_item_qty) as i (hold, tier, qty)
     where v_grant[i.hold];
  update ticketing.fans f set held = f.held + g.qty
    from (select o.usr, sum(o.qty)::int as qty from unnest(p_user, v_qty, v_grant) as o (usr, qty, granted)
           where o.granted group by o.usr) g
   where f.drop_id = p_drop and f.user_id = g.usr;
  update ticketing.ticket_tiers t
     set reserved_quantity = t.reserved_quantity + g.qty, version = t.version + 1, updated_at = v_now
    from unnest(v_tiers, v_taken) as g (tier, qty)
   where t.id = g.tier and g.qty > 0;

  status := 'OK';
  results := array_to_string(v_result, ',');
  tier_ids := array_to_string(v_tiers, ',');
  prices := array_to_string(v_price, ',');
  remaining := (select string_agg((a - k)::text, ',' order by o) from unnest(v_avail, v_taken) with ordinality as x (a, k, o));
end $$;
