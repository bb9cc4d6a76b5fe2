/** Holds as batches would have left them, for benchmarks that begin behind them; the gate opens on the ledger afterwards. */
import type { MadeEvent } from '../../server/stores/testing-factories.ts';
import type { BenchWorld } from './world.ts';

const HOUR_MS = 3_600_000;
/** Tickets per hold. */
export const TICKETS = 2;

export interface Held {
  userId: string;
  holdId: string;
}

/** `count` holds of the event's first tier, shared out evenly among `users`. */
export async function holdMany(
  world: BenchWorld,
  event: Pick<MadeEvent, 'eventId' | 'dropId' | 'tierIds'>,
  users: string[],
  count: number,
): Promise<Held[]> {
  const held = Array.from({ length: count }, (_, i) => ({
    userId: users[i % users.length] as string,
    holdId: world.ids.next(),
  }));
  const until = new Date(world.clock.now() + HOUR_MS);
  const ids = held.map((h) => h.holdId);
  const owners = held.map((h) => h.userId);
  const run = (text: string, values: unknown[]) => world.ledger.reads.raw.query(text, values);
  await run(
    `insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
     select h.id, $3, h.owner, h.id, 'bench', 'active', $4, $5, 1 from unnest($1::uuid[], $2::uuid[]) as h (id, owner)`,
    [ids, owners, event.dropId, TICKETS, until],
  );
  await run(
    `insert into ticketing.ticket_holds (hold_id, tier_id, user_id, quantity, unit_price_cents, status, expires_at)
     select h.id, $3, h.owner, $4, 5000, 'active', $5 from unnest($1::uuid[], $2::uuid[]) as h (id, owner)`,
    [ids, owners, event.tierIds[0], TICKETS, until],
  );
  await run(
    `insert into ticketing.fans (drop_id, user_id, held) select $1, u, $3::int from unnest($2::uuid[]) as u`,
    [event.dropId, users, (count / users.length) * TICKETS],
  );
  await run('update ticketing.ticket_tiers set reserved_quantity = $2 where id = $1', [
    event.tierIds[0],
    count * TICKETS,
  ]);
  return held;
}
