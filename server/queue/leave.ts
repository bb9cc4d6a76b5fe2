/** Leaving the line, being done with a turn, and the end of a turn whose limit is bought (rules Q8, Q25). */
import type { Uuid } from '../kernel/index.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, type Pool, statement } from '../stores/index.ts';
import type { LineGate } from './line.ts';

const LEAVE = statement('queue_leave', 'select ticketing.leave_line($1, $2) as state');
const END_PLACE = statement(
  'queue_end_turn_place',
  `update ticketing.places set state = 'done', ended_at = now(), end_reason = $3
   where drop_id = $1 and user_id = $2 and state = 'turn' returning id`,
);
const END_FAN_TURN = statement(
  'queue_end_turn_fan',
  'update ticketing.fans set turn_expires_at = null where drop_id = $1 and user_id = $2',
);

export interface Left {
  /** `left` the line, was `done` with a turn, or null: there was nothing left to leave. */
  state: 'left' | 'done' | null;
}

/** Refuses NOT_FOUND. Leaving twice is fine. */
export async function leave(
  deps: { pool: Pool; gate: LineGate },
  dropId: Uuid,
  userId: Uuid,
): Promise<Result<Left>> {
  const { state } = (await deps.pool.one<{ state: 'left' | 'done' | 'GONE' | null }>(LEAVE, [
    dropId,
    userId,
  ]))!;
  if (state === null) return refuse('NOT_FOUND');
  if (state === 'done') await deps.gate.endTurn(dropId, userId);
  return ok({ state: state === 'GONE' ? null : state });
}

/**
 * Ends a fan's turn inside the caller's transaction, which holds the drop's fence and the fan's row (checkout, when the limit is
 * bought). Returns whether there was one; the caller tells the gate (`endTurn`) after its commit.
 */
export async function endTurn(tx: Db, dropId: Uuid, userId: Uuid, reason: string): Promise<boolean> {
  const ended = await tx.one(END_PLACE, [dropId, userId, reason]);
  if (ended) await tx.all(END_FAN_TURN, [dropId, userId]);
  return ended !== undefined;
}
