/**
 * Every bound in one place, its unit in its name. Relations between them are asserted at start (`assertLimits`),
 * each with its reason.
 */
import { MACHINES } from './limits/machines.ts';
import { MARKET } from './limits/market.ts';
import { MONEY } from './limits/money.ts';
import { PEOPLE } from './limits/people.ts';
import { SELLING } from './limits/selling.ts';
import { TELLING } from './limits/telling.ts';

export const LIMITS = {
  ...SELLING,
  ...MONEY,
  ...MARKET,
  ...TELLING,
  ...PEOPLE,
  ...MACHINES,
} as const;

/** @throws Error naming the relation that does not hold. */
export function assertLimits(limits: typeof LIMITS = LIMITS): void {
  const relations: [boolean, string][] = [
    [
      limits.holdLockTimeoutMs < limits.holdStatementTimeoutMs,
      'a lock wait must end before its statement does',
    ],
    [
      limits.holdStatementTimeoutMs < limits.pendingLookupMs,
      'a batch must be over before its pending entries are looked up',
    ],
    [
      limits.jobHeartbeatMs * 2 < limits.jobUnlockMs,
      'a living worker must be seen before it is thought dead',
    ],
    [
      Number.isInteger(limits.pointsPer100Cents) &&
        limits.pointsPer100Cents > 0 &&
        limits.pointsPer100Cents < 100,
      'points are worth less than the money that earned them',
    ],
    [limits.tickEveryMs < limits.workerLeaseMs, 'a lease must outlive a tick'],
    [limits.claimSecondsDefault < limits.turnSecondsDefault, 'a call is shorter than a turn'],
    [
      limits.paymentAnswerMs < limits.paymentRetryPausesMs[0],
      'a payment must be answered or unknown before it is taken up again',
    ],
    [
      limits.paymentRetryPausesMs[0] < limits.payingCapSeconds * 1_000,
      'a payment is asked about before its hold is decided',
    ],
    [
      limits.payingCapSeconds < limits.reconcileGraceSeconds &&
        limits.reconcileGraceSeconds < limits.paymentStuckSeconds,
      'a payment is decided before it is compared, and compared before it is thought stuck',
    ],
    [
      limits.paymentStuckSeconds < limits.reconcileOverlapSeconds,
      'what was in flight in one run is looked at by the next',
    ],
    [
      limits.reconcileAliveMs * 2 < limits.reconcileLostSeconds * 1_000,
      'a run that is at work must be seen before it is thought lost',
    ],
    [
      limits.payingCapSeconds + limits.holdSecondsDefault < limits.cardFormsAfterSeconds,
      'a form must be allowed for as long as a payment that began through it can be open',
    ],
    [limits.drainSpreadMs < limits.shutdownMs, 'sockets must have moved before the process stops'],
    [
      limits.pressJobMs + limits.mailTimeoutMs < limits.mailLeaseSeconds * 1_000,
      'a mail must be made and sent, or given up, before another worker takes it up',
    ],
    [
      limits.cacheWaitMs < limits.cacheLeaseMs && limits.cacheLeaseMs < limits.cacheFreshMs,
      'who waits for a load gives up before its lease ends, and that before what it loads is old',
    ],
    [
      limits.cacheCopyAgainMs * 2 < limits.cacheKeptMs,
      'a copy of something that is read is written again before it is let go of',
    ],
    [
      limits.pushTimeoutMs * 2 < limits.noticeLeaseSeconds * 1_000,
      'a notice must be sent, or given up, before another worker takes it up',
    ],
    [limits.bodyMs < limits.uploadMs, 'a picture may take longer to arrive than anything else'],
    [
      limits.storeGiveUpMs * 2 < limits.pictureStoringSeconds * 1_000 &&
        limits.pictureStoringSeconds < limits.strayFilesSeconds,
      'an upload is over before it is thought killed, and that before its files are strays',
    ],
    [
      limits.sessionCacheMs + limits.sessionCheckEveryMs < 5_000,
      'a revoked session is cut within five seconds',
    ],
  ];
  for (const [holds, reason] of relations) if (!holds) throw new Error(`limits.ts: ${reason}`);
}
