-- Judges the seats of a batch, under the locks of their tiers (rules S65–S67). Per hold, in the batch's order:
--   X a seat that is not of the tier it was asked in | C a seat that is held, sold, or kept for others | null: all free
-- open: every seat of every hold is free. kept: some of them are kept for the channel they are asked through.
-- taken: seats that are another's, `seat:hold:1 if sold`, comma-joined: the gate did not know.
create or replace function ticketing.judge_seats(
  p_event uuid, p_hold uuid[], p_item_hold int[], p_item_tier uuid[], p_item_seats text[], p_channel int[], p_accessible boolean[],
  out codes text[], out open boolean, out kept boolean, out taken text
) language plpgsql volatile as $$
declare r record;
begin
  select bool_and(s.tier_id is not distinct from u.tier and s.channel = 0 and c.seat is null), false into open, kept
    from (select i.tier, x.seat from unnest(p_item_tier, p_item_seats) as i (tier, seats)
           cross join unnest(i.seats::int[]) as x (seat)) u
    left join ticketing.seats s on s.event_id = p_event and s.seat = u.seat
    left join ticketing.seat_claims c on c.event_id = p_event and c.seat = u.seat;
  codes := array_fill(null::text, array[array_length(p_hold, 1)]);
  -- nearly always: the gate let through what is free
  if open then return; end if;
  open := true;
  for r in
    select u.hold, bool_or(s.tier_id is distinct from u.tier) as unknown,
           bool_or(c.seat is not null
             or s.channel <> 0 and s.channel <> p_channel[u.hold] and not (s.channel = 1 and p_accessible[u.hold])) as gone,
           bool_or(s.channel <> 0) as kept,
           string_agg(u.seat || ':' || c.hold_id || ':' || (c.ticket_id is not null)::int, ',') as taken
      from (select i.hold, i.tier, x.seat from unnest(p_item_hold, p_item_tier, p_item_seats) as i (hold, tier, seats)
             cross join unnest(i.seats::int[]) as x (seat)) u
      left join ticketing.seats s on s.event_id = p_event and s.seat = u.seat
      left join ticketing.seat_claims c on c.event_id = p_event and c.seat = u.seat
     group by u.hold
    having bool_or(s.tier_id is distinct from u.tier) or bool_or(c.seat is not null) or bool_or(s.channel <> 0)
  loop
    kept := kept or coalesce(r.kept, false);
    if r.unknown or r.gone then
      open := false;
      codes[r.hold] := case when r.unknown then 'X' else 'C' end;
      taken := concat_ws(',', taken, r.taken);
    end if;
  end loop;
end $$;
