/**
 * Payments nobody is working on any more: their process was killed, their provider was slow or away (rule O11).
 * Lists first, then asks about each; what it finds is decided by the same steps as any payment. Two workers share
 * the list: taking a payment up stamps it, and a stamped one is left alone for a while.
 */
import type { Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { Pay } from './pay.ts';
import { isAtRest } from './standing.ts';

const take = statement(
  'payments_to_recover',
  `update ticketing.payments p set updated_at = clock_timestamp()
     from (select u.id from ticketing.payments u
            where (u.status in ('started', 'requires_action', 'unknown')
                   or (u.status = 'authorized' and u.provider <> 'cash_on_arrival'))
              and u.updated_at <= now() - make_interval(secs => $1::double precision / 1000)
            order by u.updated_at limit $2 for update skip locked) due
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
  /** Only payments untouched for as long as this, ms; default limits.ts. */
  olderThanMs?: number;
}

export type Recover = (options?: RecoverOptions) => Promise<Recovery>;

export function createRecover(ledger: Pick<Ledger, 'payments'>, resume: Pay['resume'], log: Logger): Recover {
  return async ({ olderThanMs = LIMITS.recoverAfterMs } = {}) => {
    const due = await ledger.payments.all<{ id: string }>(take, [olderThanMs, LIMITS.recoverBatchMax]);
    const result: Recovery = { looked: due.length, settled: 0, failed: 0 };
    for (const { id } of due) {
      try {
        const s = await resume(id);
        if (s && isAtRest(s) && s.payment !== 'unknown' && s.payment !== 'requires_action') result.settled++;
      } catch (err) {
        // One payment that cannot be resolved now must not keep the others waiting.
        log.error({ err, paymentId: id }, 'payment not recovered');
        result.failed++;
      }
    }
    return result;
  };
}
