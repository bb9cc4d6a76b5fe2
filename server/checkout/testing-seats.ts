/**
 * Reserved seats for checkout's tests: an event on a small map, and holds of seats written into the ledger as the batch
 * writes them, so that a test says exactly which seats are held and when.
 */
import { hallMap, type MadeSeatEvent, type SeatEventSeed, seatEvent } from '../seating/testing.ts';
import { type Db, statement } from '../stores/index.ts';
import type { MadeEvent } from '../stores/testing.ts';
import type { Booking, CheckoutWorld } from './testing.ts';

/** Rows A and B of six seats: seats 0 to 11, all of the event's first tier. Its second tier has no seats. */
export const SEATS = 12;
const PER_ROW = 6;
export const SECTION = 'Section A';

export const seatedEvent = (w: CheckoutWorld, seed: SeatEventSeed = {}): Promise<MadeSeatEvent> =>
  seatEvent(w.world, {
    map: hallMap({ rows: SEATS / PER_ROW, seatsPerRow: PER_ROW }),
    tiers: [{ quantity: SEATS }, { quantity: 20 }],
    ...seed,
  });

const lockTier = statement(
  'test_lock_tier',
  'select 1 from ticketing.ticket_tiers where id = $1 for no key update',
);
const takenSeats = statement(
  'test_taken_seats',
  'select seat from ticketing.seat_claims where event_id = $1 and seat = any ($2)',
);
const insertHold = statement(
  'test_seat_hold',
  `with d as (select id, epoch, hold_seconds from ticketing.drops where id = $2),
        h as (insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
              select $1, d.id, $3, gen_random_uuid(), 'by hand', 'active', $4::int + $5::int,
                     now() + make_interval(secs => d.hold_seconds), d.epoch from d
              returning id, user_id, expires_at)
   insert into ticketing.ticket_holds (hold_id, tier_id, user_id, quantity, unit_price_cents, status, expires_at, seats)
   select h.id, t.id, h.user_id, x.quantity, t.price_cents, 'active', h.expires_at, x.seats
     from h, unnest($6::uuid[]) with ordinality as u (tier, n)
     join ticketing.ticket_tiers t on t.id = u.tier
     cross join lateral (select case u.n when 1 then $4::int else $5::int end as quantity,
                                case u.n when 1 then $7::int[] end as seats) x
    where x.quantity > 0`,
);
const countFan = statement(
  'test_seat_fan',
  `insert into ticketing.fans (drop_id, user_id, held) values ($1, $2, $3)
   on conflict (drop_id, user_id) do update set held = ticketing.fans.held + excluded.held`,
);
const countTiers = statement(
  'test_seat_tiers',
  `update ticketing.ticket_tiers t
      set kept_quantity = t.kept_quantity - case when t.seated then
            (select count(*) from ticketing.seats s where s.event_id = $1 and s.seat = any ($2) and s.channel <> 0) else 0 end,
          reserved_quantity = t.reserved_quantity + case when t.seated then cardinality($2::int[]) else $3::int end
    where t.event_id = $1`,
);
const insertClaims = statement(
  'test_seat_claims',
  'insert into ticketing.seat_claims (event_id, seat, hold_id) select $1, s, $3 from unnest($2::int[]) s',
);

/** The hold's id, or null when one of the seats is taken. `units`: tickets of the event's tier without seats. */
export function holdSeats(
  w: CheckoutWorld,
  event: MadeEvent,
  userId: string,
  seats: number[],
  units = 0,
): Promise<string | null> {
  const holdId = w.world.ids.next();
  return w.world.ledger.holds.transaction(async (tx: Db) => {
    for (const tierId of [...event.tierIds].sort()) await tx.all(lockTier, [tierId]);
    if ((await tx.all(takenSeats, [event.eventId, seats])).length > 0) return null;
    await tx.all(insertHold, [holdId, event.dropId, userId, seats.length, units, event.tierIds, seats]);
    await tx.all(countFan, [event.dropId, userId, seats.length + units]);
    await tx.all(insertClaims, [event.eventId, seats, holdId]);
    await tx.all(countTiers, [event.eventId, seats, units]);
    return holdId;
  });
}

/** A booked hold of seats: of a fresh event and fan, unless given. */
export async function bookSeats(
  w: CheckoutWorld,
  seats: number[],
  options: { event?: MadeEvent; userId?: string; units?: number } = {},
): Promise<Booking> {
  const event = options.event ?? (await seatedEvent(w));
  const userId = options.userId ?? (await w.world.createUser()).id;
  const holdId = await holdSeats(w, event, userId, seats, options.units);
  if (holdId === null) throw new Error(`seats ${seats.join()} are taken`);
  const booked = await w.checkout.book(userId, { holdId }, null);
  if (!booked.ok) throw new Error(`not booked: ${booked.error.code}`);
  return { event, userId, holdId, orderId: booked.value.order.id };
}

const end = statement('test_end_hold', `select ticketing.end_holds($1, array[$2::uuid], 'released', 1)`);
/** What `end_holds` leaves of the hold's claims, if anything. */
const freeSeats = statement(
  'test_free_seats',
  `with freed as (delete from ticketing.seat_claims where event_id = $1 and hold_id = $2 returning event_id, seat)
   update ticketing.ticket_tiers t set kept_quantity = t.kept_quantity + g.n
     from (select s.tier_id, count(*)::int as n from freed f join ticketing.seats s using (event_id, seat)
            where s.channel <> 0 group by 1) g
    where t.id = g.tier_id`,
);
const thaw = statement('test_thaw_hold', `update ticketing.holds set status = 'active' where id = $1`);

/** Ends a hold while it is being paid for, which no part of this program does: its seats are anybody's again. */
export async function endUnderPayment(w: CheckoutWorld, b: Booking): Promise<void> {
  await w.world.ledger.holds.transaction(async (tx) => {
    await tx.all(thaw, [b.holdId]);
    await tx.all(end, [b.event.dropId, b.holdId]);
    await tx.all(freeSeats, [b.event.eventId, b.holdId]);
  });
}

/** Keeps seats for a channel, which is made if need be; those that are taken are kept once they are free. */
export const keepSeats = (w: CheckoutWorld, event: MadeEvent, channel: number, seats: number[]) =>
  w.sql(
    `with made as (
       insert into ticketing.seat_channels (event_id, channel, name) values ($1, $3, 'Friends') on conflict do nothing),
     kept as (
       update ticketing.seats s set channel = $3 where s.event_id = $1 and s.seat = any ($2) and s.channel = 0
         returning s.seat, s.tier_id)
     update ticketing.ticket_tiers t set kept_quantity = t.kept_quantity + g.n
       from (select k.tier_id, count(*)::int as n from kept k
              where not exists (select from ticketing.seat_claims c where c.event_id = $1 and c.seat = k.seat) group by 1) g
      where t.id = g.tier_id`,
    [event.eventId, seats, channel],
  );

/** Who has a seat: by its claim, in the map's order. */
export const claimsOf = (w: CheckoutWorld, event: MadeEvent) =>
  w.sql<{ seat: number; hold: string; ticket: string | null }>(
    'select seat, hold_id as hold, ticket_id as ticket from ticketing.seat_claims where event_id = $1 order by seat',
    [event.eventId],
  );

/** Seats of an order's tickets that admit, in the order of their lines. */
export const seatsOf = async (w: CheckoutWorld, b: Booking): Promise<(number | null)[]> =>
  (
    await w.sql<{ seat: number | null }>(
      `select k.seat from ticketing.tickets k join ticketing.ticket_tiers t on t.id = k.tier_id
        where k.order_id = $1 and k.status = 'issued' order by t.position, k.ordinal`,
      [b.orderId],
    )
  ).map((row) => row.seat);

/** What is not as it has to be with an event's seats: empty when claims, tickets, holds and counters tell the same. */
export async function seatProblems(w: CheckoutWorld, event: MadeEvent): Promise<string[]> {
  const rows = await w.sql<{ problem: string }>(
    `with taken as (
       select s.seat, i.hold_id, null::uuid as ticket_id
         from ticketing.ticket_holds i join ticketing.holds h on h.id = i.hold_id, unnest(i.seats) s (seat)
        where h.drop_id = $2 and h.status in ('active', 'paying')
       union all
       select k.seat, o.hold_id, k.id from ticketing.tickets k join ticketing.orders o on o.id = k.order_id
        where k.event_id = $1 and k.seat is not null and k.status in ('issued', 'transferred', 'redeemed'))
     select 'seat ' || seat || ' was given ' || count(*) || ' times' as problem from taken group by seat having count(*) > 1
     union all
     select 'seat ' || coalesce(t.seat, c.seat) || ' and its claim differ'
       from taken t full join (select * from ticketing.seat_claims where event_id = $1) c on c.seat = t.seat
      where t.seat is null or c.seat is null or c.hold_id <> t.hold_id or c.ticket_id is distinct from t.ticket_id
     union all
     select 'a line''s seats and its tickets'' differ' from ticketing.order_items i join ticketing.orders o on o.id = i.order_id
      where o.event_id = $1 and o.status in ('committed', 'paid') and i.seats is distinct from
            (select array_agg(k.seat order by k.seat) filter (where k.seat is not null)
               from ticketing.tickets k where k.order_item_id = i.id)
     union all
     select 'the tier counts ' || t.kept_quantity || ' seats as kept, there are ' || g.n
       from ticketing.ticket_tiers t, lateral (
         select count(*) as n from ticketing.seats s where s.tier_id = t.id and s.channel <> 0
            and not exists (select from ticketing.seat_claims c where c.event_id = s.event_id and c.seat = s.seat)) g
      where t.event_id = $1 and t.kept_quantity <> g.n`,
    [event.eventId, event.dropId],
  );
  return rows.map((row) => row.problem);
}
