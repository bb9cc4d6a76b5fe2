/** Loyalty: points for money paid, and what they buy (rules Y…). */
import type { Clock } from '../kernel/index.ts';
import type { PointsView } from '../protocol/index.ts';
import type { Ledger } from '../stores/index.ts';
import { readPoints, readStanding, type Standing } from './read.ts';
import { createLoyaltyJobs, type LoyaltyJobs } from './settle.ts';
import { createOrderPoints, type OrderPoints } from './use.ts';

export { loyaltyRoutes } from './routes.ts';
export { hasPoints, judgeWish, usePoints } from './use.ts';

export interface Loyalty {
  /** One page of what came and went, newest first. `after`: the cursor of the page before. */
  points(userId: string, limit: number, after: number | null): Promise<PointsView>;
  standing(userId: string): Promise<Standing>;
  onOrders: OrderPoints;
  /** For the worker: what follows a payment, a refund, a lost dispute. */
  jobs: LoyaltyJobs;
}

export function createLoyalty({ ledger, clock }: { ledger: Ledger; clock: Clock }): Loyalty {
  return {
    points: (userId, limit, after) => readPoints(ledger.reads, userId, limit, after),
    // From where it was just written.
    standing: (userId) => readStanding(ledger.payments, userId),
    onOrders: createOrderPoints({ ledger, clock }),
    jobs: createLoyaltyJobs({ ledger, clock }),
  };
}
