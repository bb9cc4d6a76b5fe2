/**
 * Payments nobody is working on any more: their process was killed, their provider was slow or away (rule O11).
 * Lists first, then asks about each, some at once; what it finds is decided by the same steps as any payment. Two workers share
 * the list: taking a payment up puts it off, by 5, 10, 20 and 40 s and then a minute (rule O29), so that a webhook that
 * was lost is made up for within two.
 */
import type { Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { Pay } from './pay.ts';
import { isAtRest } from './standing.ts';

const take = statement(
  'payments_to_recover',
  `update ticketing.payments p
      set checks = p.checks + 1,
          check_at = clock_timestamp() + make_interval(
            secs => ($2::bigint[])[least(p.checks + 2, cardinality($2))]::double precision / 1000)
     from (select u.id from ticketing.payments u
            where (u.status in ('started', 'requires_action', 'unknown')
                   or (u.status = 'authorized' and u.provider <> 'cash_on_arrival'))
              and (u.check_at <= now() or $1)
            order by u.check_at limit $3 for update skip locked) due
    where p.id = due.id returning p.id`,
);

export interface Recovery {
  /** Payments that were asked about. */
  looked: number;
  /** Those that came to an end. */
  settled: number;
  /** Those that could not be asked about; they are taken up again. */
  failed: number;
}

export interface RecoverOptions {
  /** All that are open, whenever they are due. */
  all?: boolean;
}

export type Recover = (options?: RecoverOptions) => Promise<Recovery>;

export function createRecover(
  ledger: Pick<Ledger, 'payments'>,
  resume: Pay['resume'],
  log: Logger,
  retryPausesMs?: readonly number[],
): Recover {
  return async ({ all = false } = {}) => {
    const pauses = retryPausesMs ?? LIMITS.paymentRetryPausesMs;
    const due = await ledger.payments.all<{ id: string }>(take, [all, pauses, LIMITS.recoverBatchMax]);
    const result: Recovery = { looked: due.length, settled: 0, failed: 0 };
    const rest = due.values();
    // Several at once: an account that keeps silent must not make every other one wait behind it.
    const takeUp = async (): Promise<void> => {
      for (const { id } of rest) {
        try {
          const s = await resume(id);
          if (s && isAtRest(s) && s.payment !== 'unknown' && s.payment !== 'requires_action')
            result.settled++;
        } catch (err) {
          // One payment that cannot be resolved now must not keep the others waiting.
          log.error({ err, paymentId: id }, 'payment not recovered');
          result.failed++;
        }
      }
    };
    await Promise.all(Array.from({ length: LIMITS.recoverAtOnce }, takeUp));
    return result;
  };
}
