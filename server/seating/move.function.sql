-- Moves a sold ticket to a free seat of its tier (rules S31 to S33). The lock order is the one of every transaction that moves
-- counters: fence, tier, hold, order, ticket; all is read again after its lock. The hold's and the order's lines keep
-- naming the seats they have, so that whatever ends them later frees the right ones.
-- p_any: an operator, whose event it need not be.
-- Outcomes: MOVED | SAME (it sits there already) | TAKEN | WRONG_TIER (another tier's, or not on sale) | NO_SEAT
--   NO_SEATS (its tier has none) | NOT_LIVE (used, refunded or canceled) | NOT_FOUND (or somebody else's event)
create or replace function ticketing.move_ticket(
  p_ticket uuid, p_seat int, p_actor uuid, p_any boolean, p_reason text,
  out outcome text, out event_id uuid, out drop_id uuid, out order_id uuid, out from_seat int
) language plpgsql volatile as $$
declare
  v_ticket ticketing.tickets; v_order ticketing.orders; v_lock bigint; v_epoch bigint; v_hold uuid;
  v_from ticketing.seats; v_to ticketing.seats;
begin
  select k.* into v_ticket from ticketing.tickets k join events.events e on e.id = k.event_id
   where k.id = p_ticket and (p_any or e.vendor_id = p_actor);
  if not found then outcome := 'NOT_FOUND'; return; end if;
  if v_ticket.seat is null then outcome := 'NO_SEATS'; return; end if;
  select o.* into v_order from ticketing.orders o where o.id = v_ticket.order_id;
  event_id := v_ticket.event_id; drop_id := v_order.drop_id; order_id := v_order.id;

  select d.lock_key into v_lock from ticketing.drops d where d.id = v_order.drop_id;
  perform pg_advisory_xact_lock_shared(v_lock);
  select d.epoch into v_epoch from ticketing.drops d where d.id = v_order.drop_id;
  perform 1 from ticketing.ticket_tiers t where t.id = v_ticket.tier_id for no key update;
  perform 1 from ticketing.holds h where h.id = v_order.hold_id for update;
  perform 1 from ticketing.orders o where o.id = v_order.id for update;
  select k.* into v_ticket from ticketing.tickets k where k.id = p_ticket for update;
  if v_ticket.status not in ('issued', 'transferred') then outcome := 'NOT_LIVE'; return; end if;
  from_seat := v_ticket.seat;
  if from_seat = p_seat then outcome := 'SAME'; return; end if;
  select s.* into v_from from ticketing.seats s where s.event_id = v_ticket.event_id and s.seat = v_ticket.seat;
  select s.* into v_to from ticketing.seats s where s.event_id = v_ticket.event_id and s.seat = p_seat;
  if not found then outcome := 'NO_SEAT'; return; end if;
  if v_to.tier_id is distinct from v_ticket.tier_id then outcome := 'WRONG_TIER'; return; end if;
  perform 1 from ticketing.seat_claims c where c.event_id = v_ticket.event_id and c.seat = p_seat;
  if found then outcome := 'TAKEN'; return; end if;

  delete from ticketing.seat_claims c
   where c.event_id = v_ticket.event_id and c.seat = v_ticket.seat and c.ticket_id = p_ticket returning c.hold_id into v_hold;
  if not found then raise exception 'ticket % has no claim on its seat %', p_ticket, v_ticket.seat; end if;
  insert into ticketing.seat_claims (event_id, seat, hold_id, ticket_id) values (v_ticket.event_id, p_seat, v_hold, p_ticket);
  update ticketing.tickets k set seat = p_seat, updated_at = now() where k.id = p_ticket;
  update ticketing.order_items i set seats = array(select x from unnest(array_replace(i.seats, v_from.seat, p_seat)) x order by x)
   where i.id = v_ticket.order_item_id;
  update ticketing.ticket_holds i set seats = array(select x from unnest(array_replace(i.seats, v_from.seat, p_seat)) x order by x)
   where i.hold_id = v_hold and i.tier_id = v_ticket.tier_id;
  -- what was kept is taken now, and what was taken is kept again
  update ticketing.ticket_tiers t
     set kept_quantity = t.kept_quantity + (v_from.channel <> 0)::int - (v_to.channel <> 0)::int,
         version = t.version + 1, updated_at = now()
   where t.id = v_ticket.tier_id;
  insert into ticketing.seat_log (event_id, actor_user_id, action, ticket_id, from_seat, to_seat, reason)
  values (v_ticket.event_id, p_actor, 'move', p_ticket, v_from.seat, p_seat, p_reason);
  insert into ticketing.gate_credits (drop_id, hold_id, user_id, epoch, kind, seats)
  values (v_order.drop_id, v_hold, v_order.user_id, v_epoch, 'move', array[v_from.seat, p_seat]);
  insert into ticketing.outbox (topic, payload)
  values ('ticket.moved', jsonb_build_object('orderId', v_order.id, 'ticketId', p_ticket, 'userId', v_ticket.owner_user_id));
  outcome := 'MOVED';
end $$;
