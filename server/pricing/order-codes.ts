/** A promo code on an order that waits to be paid (rules C20 to C27): put on, changed, taken off. */
import type { Clock } from '../kernel/index.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, type Ledger, repeating, statement } from '../stores/index.ts';
import type { Guessing } from './guessing.ts';

const APPLY = statement('code_apply', 'select outcome, why from ticketing.apply_code($1, $2, $3)');
const REMOVE = statement('code_remove', 'select ticketing.remove_code($1, $2) as outcome');

type Outcome =
  | 'APPLIED'
  | 'SAME'
  | 'REMOVED'
  | 'CODE_NOT_VALID'
  | 'CODE_USED_UP'
  | 'ORDER_EXPIRED'
  | 'PAYING'
  | 'CLOSED'
  | 'NOT_FOUND';

function answerOf(outcome: Outcome, why: string | null): Result<void> {
  switch (outcome) {
    case 'APPLIED':
    case 'SAME':
    case 'REMOVED':
      return ok(undefined);
    case 'CODE_NOT_VALID':
      return refuse('CODE_NOT_VALID', { why });
    case 'PAYING':
      return refuse('INVALID_STATE', { status: 'paying' }, 'A payment of this order is under way.');
    case 'CLOSED':
      return refuse('ORDER_CLOSED');
    default:
      return refuse(outcome);
  }
}

/** Within a transaction of the caller's, who ends it when this refuses. */
export async function applyCode(
  tx: Db,
  userId: string,
  orderId: string,
  code: string,
): Promise<Result<void>> {
  // Text that Postgres cannot store is no code either.
  if (code.includes('\0')) return answerOf('CODE_NOT_VALID', 'unknown');
  const row = await tx.one<{ outcome: Outcome; why: string | null }>(APPLY, [orderId, userId, code.trim()]);
  return answerOf(row!.outcome, row!.why);
}

export interface OrderCodes {
  apply(userId: string, orderId: string, code: string): Promise<Result<void>>;
  remove(userId: string, orderId: string): Promise<Result<void>>;
}

export function createOrderCodes(deps: { ledger: Ledger; clock: Clock; guessing: Guessing }): OrderCodes {
  const { ledger, clock, guessing } = deps;

  return {
    apply: (userId, orderId, code) =>
      guessing(userId, () => repeating(clock, () => applyCode(ledger.payments, userId, orderId, code))),
    remove: (userId, orderId) =>
      repeating(clock, async () => {
        const row = await ledger.payments.one<{ outcome: Outcome }>(REMOVE, [orderId, userId]);
        return answerOf(row!.outcome, null);
      }),
  };
}
