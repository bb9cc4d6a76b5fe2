-- Opens a drawn line, or a sale without one whose time has come (rules Q16, Q17): under the exclusive fence, whoever joined
-- while drawing gets the next numbers in the order of joining, then the phase is `live`. Returns whether this call did it.
create or replace function ticketing.open_drop(p_drop uuid)
returns boolean language plpgsql volatile set enable_nestloop = off as $$
declare v_lock bigint; v_drop ticketing.drops%rowtype; v_last bigint; v_given bigint;
begin
  select lock_key into v_lock from ticketing.drops where id = p_drop;
  if v_lock is null then return false; end if;
  perform pg_advisory_xact_lock(v_lock);
  select * into v_drop from ticketing.drops where id = p_drop;
  if v_drop.has_line then
    perform 1 from ticketing.draws where drop_id = p_drop and seed is not null;
    if v_drop.phase <> 'drawing' or not found then return false; end if;
  elsif v_drop.phase <> 'scheduled' or v_drop.opens_at > clock_timestamp() then
    return false;
  end if;

  select last_number into v_last from ticketing.lines where drop_id = p_drop for no key update;
  insert into ticketing.place_numbers (drop_id, number, place_id)
    select p_drop, v_last + row_number() over (order by p.joined_at, p.id), p.id
    from ticketing.places p where p.drop_id = p_drop and not p.lobby and p.number is null;
  get diagnostics v_given = row_count;
  update ticketing.places p set number = n.number
    from ticketing.place_numbers n
    where n.drop_id = p_drop and n.number > v_last and p.id = n.place_id;
  update ticketing.drops set phase = 'live', updated_at = now() where id = p_drop;
  update ticketing.lines set last_number = v_last + v_given, version = version + 1 where drop_id = p_drop;
  return true;
end $$;
