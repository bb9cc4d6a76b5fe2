/** A small sale with everything in it, for tests that need a ledger which is in order. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { uuidBytes } from '../kernel/index.ts';
import { statement } from '../stores/index.ts';
import type { MadeEvent, TestWorld } from '../stores/testing.ts';

export interface MadeSale extends MadeEvent {
  /** Bought two tickets, and had a turn that is done. */
  buyer: string;
  /** Has a live turn and holds three tickets. */
  holder: string;
  /** Still waits in the line. */
  waiting: string;
  orderId: string;
  paymentId: string;
  soldHoldId: string;
  liveHoldId: string;
  ticketIds: string[];
}

const run = (text: string) => statement('made_sale', text);
const hmac = (key: Buffer, message: Buffer) => createHmac('sha256', key).update(message).digest();

/** Three lobby places, drawn: the draw's record and the numbers follow from the drop's secret. */
async function drawLobby(world: TestWorld, event: MadeEvent, fans: string[]): Promise<string[]> {
  const root = createHash('sha256').update('root').digest();
  const seed = hmac(event.secret, root);
  const places = fans.map((userId) => ({ userId, id: world.ids.next() }));
  const inOrder = [...places].sort((a, b) =>
    Buffer.compare(hmac(seed, uuidBytes(a.id)), hmac(seed, uuidBytes(b.id))),
  );
  await world.ledger.reads.transaction(async (tx) => {
    for (const place of places)
      await tx.all(
        run(`insert into ticketing.places (id, drop_id, user_id, joined_at, commitment, lobby, state)
             values ($1, $2, $3, now() - interval '10 min', $4, true, 'waiting')`),
        [place.id, event.dropId, place.userId, hmac(event.receiptSalt, uuidBytes(place.userId))],
      );
    await tx.all(
      run(`with given as (
             insert into ticketing.place_numbers (drop_id, number, place_id)
             select $1, ordinality, id from unnest($2::uuid[]) with ordinality as t (id, ordinality) returning *
           )
           update ticketing.places p set number = g.number from given g where p.id = g.place_id`),
      [event.dropId, inOrder.map((place) => place.id)],
    );
    await tx.all(
      run(`insert into ticketing.draws (drop_id, closed_at, root, place_count, seed, drawn_at)
           values ($1, now() - interval '5 min', $2, $3, $4, now() - interval '5 min')`),
      [event.dropId, root, places.length, seed],
    );
    await tx.all(
      run(
        'update ticketing.lines set last_number = $2::bigint, joined = $2::bigint, turns_in_use = 1, serving = $2::bigint - 1, version = 1 where drop_id = $1',
      ),
      [event.dropId, places.length],
    );
    await tx.all(
      run(`update ticketing.places set state = 'turn', called_at = now() - interval '4 min', claimed_at = now() - interval '3 min',
             turn_expires_at = now() + interval '7 min'
           where drop_id = $1 and number < (select last_number from ticketing.lines where drop_id = $1)`),
      [event.dropId],
    );
    await tx.all(
      run(`insert into ticketing.fans (drop_id, user_id, turn_expires_at, place_id)
           select drop_id, user_id, turn_expires_at, id from ticketing.places where drop_id = $1 and state = 'turn'`),
      [event.dropId],
    );
  });
  return inOrder.map((place) => place.userId);
}

interface HoldRow {
  userId: string;
  quantity: number;
  status: 'active' | 'completed';
}

async function insertHold(world: TestWorld, event: MadeEvent, hold: HoldRow): Promise<string> {
  const holdId = world.ids.next();
  const values = [
    holdId,
    event.dropId,
    hold.userId,
    world.ids.next(),
    hold.status,
    hold.quantity,
    event.tierIds[0],
  ];
  await world.ledger.reads.all(
    run(`with h as (
           insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch, created_at)
           values ($1, $2, $3, $4, 'hash', $5, $6, now() + interval '12 min', 1, now() - interval '2 min') returning *
         )
         insert into ticketing.ticket_holds (hold_id, tier_id, user_id, quantity, unit_price_cents, status, expires_at)
         select h.id, $7, h.user_id, h.quantity, 5000, h.status, h.expires_at from h`),
    values,
  );
  return holdId;
}

async function insertOrder(world: TestWorld, event: MadeEvent, userId: string, holdId: string) {
  const orderId = world.ids.next();
  const itemId = world.ids.next();
  const paymentId = world.ids.next();
  const ticketIds = [world.ids.next(), world.ids.next()];
  await world.ledger.reads.transaction(async (tx) => {
    await tx.all(
      run(`insert into ticketing.orders (id, reference, user_id, event_id, drop_id, hold_id, status, subtotal_cents, total_cents,
             currency, paid_at) values ($1, $2, $3, $4, $5, $6, 'paid', 10000, 10000, 'EUR', now())`),
      [orderId, randomBytes(4).toString('hex'), userId, event.eventId, event.dropId, holdId],
    );
    await tx.all(
      run(
        `insert into ticketing.order_items (id, order_id, tier_id, quantity, unit_price_cents) values ($1, $2, $3, 2, 5000)`,
      ),
      [itemId, orderId, event.tierIds[0]],
    );
    await tx.all(
      run(`insert into ticketing.payments (id, order_id, provider, status, amount_cents, captured_cents, currency)
           values ($1, $2, 'test', 'captured', 10000, 10000, 'EUR')`),
      [paymentId, orderId],
    );
    await tx.all(
      run(`insert into ticketing.tickets (id, order_id, order_item_id, ordinal, event_id, tier_id, owner_user_id, status, qr_code)
           select id, $2, $3, ordinality, $4, $5, $6, 'issued', 'signed' from unnest($1::uuid[]) with ordinality as t (id, ordinality)`),
      [ticketIds, orderId, itemId, event.eventId, event.tierIds[0], userId],
    );
  });
  return { orderId, paymentId, ticketIds };
}

/** One event with a line: a buyer with two tickets, a holder of three with a live turn, and one who waits. */
export async function makeSale(world: TestWorld): Promise<MadeSale> {
  const event = await world.createEvent({
    tiers: [
      { name: 'Floor', priceCents: 5000, quantity: 100 },
      { name: 'Balcony', priceCents: 3000, quantity: 50 },
    ],
    drop: { phase: 'live', hasLine: true, maxTurns: 5, opensAt: new Date(world.clock.now() - 5 * 60_000) },
  });
  const [buyer, holder, waiting] = (await drawLobby(world, event, await world.createUsers(3))) as [
    string,
    string,
    string,
  ];
  const soldHoldId = await insertHold(world, event, { userId: buyer, quantity: 2, status: 'completed' });
  const liveHoldId = await insertHold(world, event, { userId: holder, quantity: 3, status: 'active' });
  const order = await insertOrder(world, event, buyer, soldHoldId);
  await world.ledger.reads.transaction(async (tx) => {
    await tx.all(
      run(
        `update ticketing.ticket_tiers set reserved_quantity = 3, issued_quantity = 2, version = 3 where id = $1`,
      ),
      [event.tierIds[0]],
    );
    await tx.all(run('update ticketing.fans set held = 3 where drop_id = $1 and user_id = $2'), [
      event.dropId,
      holder,
    ]);
    await tx.all(
      run('update ticketing.fans set bought = 2, turn_expires_at = null where drop_id = $1 and user_id = $2'),
      [event.dropId, buyer],
    );
    await tx.all(
      run(
        `update ticketing.places set state = 'done', ended_at = now(), end_reason = 'done' where drop_id = $1 and user_id = $2`,
      ),
      [event.dropId, buyer],
    );
  });
  return { ...event, buyer, holder, waiting, soldHoldId, liveHoldId, ...order };
}
