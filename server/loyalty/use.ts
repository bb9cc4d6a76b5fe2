/** Points on an order that waits to be paid (rules Y10 to Y17): put on in place of those it has, and taken off again. */
import type { Clock } from '../kernel/index.ts';
import { ok, type PointsWish, type Result, refuse } from '../protocol/index.ts';
import { type Db, type Ledger, repeating, statement } from '../stores/index.ts';

const USE = statement(
  'points_use',
  'select outcome, why, needed, balance from loyalty.use_points($1, $2, $3, $4, $5, $6)',
);
const REMOVE = statement('points_remove', 'select loyalty.remove_points($1, $2) as outcome');
const HAS = statement(
  'points_has',
  `select 1 from loyalty.redemptions r
    where r.order_id = $1 and r.user_id = $2 and r.kind = $3 and r.asked is not distinct from $4
      and r.tier_id is not distinct from $5 and r.from_tier_id is not distinct from $6`,
);

type Outcome =
  | 'USED'
  | 'REMOVED'
  | 'NOT_ENOUGH_POINTS'
  | 'POINTS_NOT_USABLE'
  | 'ORDER_EXPIRED'
  | 'PAYING'
  | 'CLOSED'
  | 'NOT_FOUND';

interface Answer {
  outcome: Outcome;
  why: string | null;
  needed: number | null;
  balance: number | null;
}

function resultOf({ outcome, why, needed, balance }: Answer): Result<void> {
  switch (outcome) {
    case 'USED':
    case 'REMOVED':
      return ok(undefined);
    case 'NOT_ENOUGH_POINTS':
      return refuse('NOT_ENOUGH_POINTS', { needed, balance });
    case 'POINTS_NOT_USABLE':
      return refuse('POINTS_NOT_USABLE', { why });
    case 'PAYING':
      return refuse('INVALID_STATE', { status: 'paying' }, 'A payment of this order is under way.');
    case 'CLOSED':
      return refuse('ORDER_CLOSED');
    default:
      return refuse(outcome);
  }
}

/** What a schema cannot say: one wish, and a whole one. */
export function judgeWish({ use, freeTier, upgradeTier, fromTier }: PointsWish): Result<void> {
  const wrong = (field: string, message: string) => refuse('INVALID_REQUEST', { field }, message);
  const wishes = [use, freeTier, upgradeTier].filter((wish) => wish !== undefined).length;
  if (wishes !== 1) return wrong('use', 'Say one of use, freeTier and upgradeTier.');
  if ((upgradeTier === undefined) !== (fromTier === undefined))
    return wrong('fromTier', 'An upgrade names both tiers: upgradeTier and fromTier.');
  return ok(undefined);
}

/** kind, asked, tier, from: as the ledger keeps a wish. */
function partsOf({ use, freeTier, upgradeTier, fromTier }: PointsWish) {
  if (use !== undefined) return ['discount', use, null, null] as const;
  if (freeTier !== undefined) return ['free', null, freeTier, null] as const;
  return ['upgrade', null, upgradeTier, fromTier] as const;
}

/** Within a transaction of the caller's, who ends it when this refuses. */
export async function usePoints(
  tx: Db,
  userId: string,
  orderId: string,
  wish: PointsWish,
): Promise<Result<void>> {
  const judged = judgeWish(wish);
  if (!judged.ok) return judged;
  return resultOf((await tx.one<Answer>(USE, [orderId, userId, ...partsOf(wish)])) as Answer);
}

/** Asked again for what it has: whatever became of the order, there is nothing to do. */
export const hasPoints = async (
  tx: Db,
  userId: string,
  orderId: string,
  wish: PointsWish,
): Promise<boolean> => (await tx.one(HAS, [orderId, userId, ...partsOf(wish)])) !== undefined;

export interface OrderPoints {
  /**
   * Refuses NOT_ENOUGH_POINTS (details.needed, details.balance), POINTS_NOT_USABLE (details.why: `nothing`, `tier`, `from_tier`,
   * `not_cheaper`), INVALID_STATE while it is paid for, ORDER_CLOSED, ORDER_EXPIRED, NOT_FOUND.
   */
  use(userId: string, orderId: string, wish: PointsWish): Promise<Result<void>>;
  remove(userId: string, orderId: string): Promise<Result<void>>;
}

export function createOrderPoints({ ledger, clock }: { ledger: Ledger; clock: Clock }): OrderPoints {
  return {
    use: (userId, orderId, wish) => repeating(clock, () => usePoints(ledger.payments, userId, orderId, wish)),
    remove: (userId, orderId) =>
      repeating(clock, async () => {
        const row = await ledger.payments.one<{ outcome: Outcome }>(REMOVE, [orderId, userId]);
        return resultOf({ outcome: row!.outcome, why: null, needed: null, balance: null });
      }),
  };
}
