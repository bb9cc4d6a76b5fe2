/**
 * Who has bought all that the drop allows one person needs no turn any more: the next in line does (rule O18). In a
 * transaction of its own after the purchase, so that the purchase waits for nobody; if it is lost, the turn runs out.
 */
import type { Gate } from '../holds/index.ts';
import { endTurn } from '../queue/index.ts';
import { type Pool, statement } from '../stores/index.ts';

const fence = statement(
  'full_turn_fence',
  'select pg_advisory_xact_lock_shared(lock_key) from ticketing.drops where id = $1',
);
const full = statement(
  'full_turn_fan',
  `select f.bought >= d.limit_per_fan as "isFull" from ticketing.fans f join ticketing.drops d on d.id = f.drop_id
    where f.drop_id = $1 and f.user_id = $2 for no key update of f`,
);

export async function endFullTurn(
  pool: Pool,
  gate: Pick<Gate, 'endTurn'>,
  dropId: string,
  userId: string,
): Promise<void> {
  const ended = await pool.transaction(async (tx) => {
    await tx.all(fence, [dropId]);
    const fan = await tx.one<{ isFull: boolean }>(full, [dropId, userId]);
    return fan?.isFull ? endTurn(tx, dropId, userId, 'limit bought') : false;
  });
  if (ended) await gate.endTurn(dropId, userId);
}
