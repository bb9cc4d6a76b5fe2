/** What money and tickets that came or went mean in points (rules Y3 to Y6). Each job may run any number of times, in any order. */
import type { Clock } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type Ledger, repeating, statement } from '../stores/index.ts';

const SETTLE = statement('points_settle', 'select loyalty.settle_order($1, $2, $3)');

/** By outbox topic. */
export type LoyaltyJobs = Record<string, (payload: unknown) => Promise<void>>;

const idIn = (payload: unknown, name: string): string => {
  const value = (payload as Record<string, unknown> | null)?.[name];
  if (typeof value !== 'string') throw new Error(`a job without ${name}`);
  return value;
};

export function createLoyaltyJobs({ ledger, clock }: { ledger: Ledger; clock: Clock }): LoyaltyJobs {
  const settle = async (orderId: string, refundId: string | null): Promise<void> => {
    await repeating(clock, () => ledger.payments.one(SETTLE, [orderId, refundId, LIMITS.pointsPer100Cents]));
  };
  return {
    'order.paid': (payload) => settle(idIn(payload, 'orderId'), null),
    'refund.decided': (payload) => settle(idIn(payload, 'orderId'), idIn(payload, 'refundId')),
    'dispute.lost': (payload) => settle(idIn(payload, 'orderId'), null),
  };
}
