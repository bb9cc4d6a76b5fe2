-- Judges a batch in arrival order, under the locks of ticketing.place_holds, when not all of it can be granted: a
-- hold is granted if it fits beside those granted before it, and a refused one uses up nothing (rules H5, H7, H8).
-- Seats: p_seat_codes, per hold, is what ticketing.judge_seats found; a seat that stands twice in the batch goes to the first.
-- Returns a code per hold (place.function.sql names them) and the units taken per tier, in v_tiers' order.
create or replace function ticketing.decide_holds(
  p_drop uuid, p_phase text, p_line boolean, p_limit int, p_tiers uuid[], p_free int[], p_seated boolean[],
  p_hold uuid[], p_user uuid[], p_request uuid[], p_hash text[], p_qty int[],
  p_item_hold int[], p_item_tier uuid[], p_item_qty int[], p_item_seats text[], p_seat_codes text[],
  out codes text[], out taken int[]
) language plpgsql volatile as $$
declare
  v_open text := case when p_phase in ('live', 'sold_out') then null when p_phase = 'paused' then 'P' else 'N' end;
  v_used int[] := array_fill(null::int, array[array_length(p_hold, 1)]);
  v_item int := 1; v_items int := array_length(p_item_hold, 1); v_first int; v_code text; v_t int; r record;
  v_seats int[]; v_twice int[] := '{}'; v_gone int[] := '{}';
begin
  codes := '{}';
  if p_seat_codes is not null then
    select coalesce(array_agg(d.seat), '{}') into v_twice from (
      select x.seat from unnest(p_item_seats) as i (seats) cross join unnest(i.seats::int[]) as x (seat)
       group by x.seat having count(*) > 1) d;
  end if;
  taken := array_fill(0, array[coalesce(array_length(p_tiers, 1), 0)]);
  for r in
    select o.ord::int as ord, o.hold, o.hash, o.qty, (dense_rank() over (order by o.usr))::int as fan,
           coalesce(f.held + f.bought, 0) as used, (not p_line or coalesce(f.turn_expires_at > now(), false)) as turn,
           h.id as known, h.body_hash as known_hash,
           first_value(o.hold) over same_request as first_hold, first_value(o.hash) over same_request as first_hash
      from unnest(p_hold, p_user, p_request, p_hash, p_qty) with ordinality as o (hold, usr, request, hash, qty, ord)
      left join ticketing.fans f on f.drop_id = p_drop and f.user_id = o.usr
      left join ticketing.holds h on h.drop_id = p_drop and h.user_id = o.usr and h.request_id = o.request
    window same_request as (partition by o.usr, o.request order by o.ord)
    order by o.ord
  loop
    v_first := v_item; v_code := null; v_seats := '{}';
    if v_used[r.fan] is null then v_used[r.fan] := r.used; end if;
    while v_item <= v_items and p_item_hold[v_item] = r.ord loop
      v_t := array_position(p_tiers, p_item_tier[v_item]);
      if v_t is null or p_seated[v_t] <> (p_item_seats[v_item] is not null) then v_code := 'X';
      elsif p_seated[v_t] then
        if v_twice <> '{}' then v_seats := v_seats || p_item_seats[v_item]::int[]; end if;
      elsif p_free[v_t] - taken[v_t] < p_item_qty[v_item] then v_code := coalesce(v_code, 'S');
      end if;
      v_item := v_item + 1;
    end loop;
    if p_seat_codes[r.ord] = 'X' then v_code := 'X';
    elsif p_seat_codes[r.ord] = 'C' or v_seats && v_gone then v_code := coalesce(v_code, 'C');
    end if;
    -- the order of refusals of design section 12
    v_code := case
      when v_code = 'X' then 'X'
      when r.known is not null then case when r.known_hash = r.hash then 'R' || r.known else 'B' end
      when r.first_hold <> r.hold and codes[array_position(p_hold, r.first_hold)] = 'G'
        then case when r.first_hash = r.hash then 'R' || r.first_hold else 'B' end
      when v_open is not null then v_open
      when not r.turn then 'T'
      when v_used[r.fan] + r.qty > p_limit then 'L'
      else coalesce(v_code, 'G') end;
    if v_code = 'G' then
      v_used[r.fan] := v_used[r.fan] + r.qty;
      if v_twice <> '{}' then v_gone := v_gone || array(select unnest(v_seats) intersect select unnest(v_twice)); end if;
      for i in v_first .. v_item - 1 loop
        v_t := array_position(p_tiers, p_item_tier[i]);
        taken[v_t] := taken[v_t] + p_item_qty[i];
      end loop;
    end if;
    codes[r.ord] := v_code;
  end loop;
end $$;
