/**
 * Claiming a called place (rules Q21–Q23): the turn is in the ledger before it is answered; the gate hears of it afterwards, as a
 * hint. The token is for other services: here a turn is found by account.
 */
import type { Uuid } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { ok, type Refusal, type Result } from '../protocol/index.ts';
import { type Pool, statement } from '../stores/index.ts';
import type { LineGate } from './line.ts';

export interface Turn {
  token: string;
  expiresAt: string;
}

interface Row {
  code: 'TURN' | 'NOT_CALLED' | 'CALL_LAPSED' | 'NO_PLACE' | 'NOT_OPEN' | 'DROP_PAUSED' | 'NOT_FOUND';
  place_id: Uuid;
  number: number;
  expires_at: Date;
  ahead: number;
  fresh: boolean;
}

const CLAIM = statement('queue_claim', 'select * from ticketing.claim_turn($1, $2)');

export interface TurnClaims {
  dropId: Uuid;
  placeId: Uuid;
  userId: Uuid;
  number: number;
  expiresAt: Date;
}

/** The admission token: EdDSA, bound to drop, place and account. The same turn signs to the same token. */
export function signTurn(keys: KeyRing, turn: TurnClaims): Turn {
  const token = keys.signToken('turn', {
    drop: turn.dropId,
    place: turn.placeId,
    sub: turn.userId,
    number: turn.number,
    exp: Math.floor(turn.expiresAt.getTime() / 1000),
  });
  return { token, expiresAt: turn.expiresAt.toISOString() };
}

export interface ClaimDeps {
  pool: Pool;
  keys: KeyRing;
  gate: LineGate;
}

/** Refuses NOT_FOUND, NOT_OPEN, DROP_PAUSED, NO_PLACE, NOT_CALLED with `details.ahead`, CALL_LAPSED. */
export async function claim(deps: ClaimDeps, dropId: Uuid, userId: Uuid): Promise<Result<{ turn: Turn }>> {
  const row = (await deps.pool.one<Row>(CLAIM, [dropId, userId]))!;
  if (row.code !== 'TURN') {
    const error: Refusal = { code: row.code };
    if (row.code === 'NOT_CALLED') error.details = { ahead: row.ahead, number: row.number };
    return { ok: false, error };
  }
  if (row.fresh) await deps.gate.grantTurn(dropId, userId, row.expires_at.getTime());
  return ok({
    turn: signTurn(deps.keys, {
      dropId,
      placeId: row.place_id,
      userId,
      number: row.number,
      expiresAt: row.expires_at,
    }),
  });
}
