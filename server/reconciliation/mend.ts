/**
 * What a run does by itself about a difference it has just looked at again: what any process here would do about such a
 * payment, by the same functions, each of which asks once more under its locks and has one effect however often it is called.
 */
import type { Checkout } from '../checkout/index.ts';
import type { Ids, Logger } from '../kernel/index.ts';
import type { Refunds } from '../refunds/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { type Accounts, nameOf } from './accounts.ts';
import { isEnded, isOpen } from './judge.ts';
import { untold } from './judge-returns.ts';
import { type Difference, KINDS, type Kind } from './kinds.ts';
import { chargeOf, type Looked } from './look.ts';

export interface MendDeps {
  db: Db;
  ids: Ids;
  log: Logger;
  resume: Checkout['resume'];
  /** Writes a chargeback down, as its webhook would have (refunds). */
  onDispute: Refunds['onDispute'];
}

const stray = statement(
  'reconcile_stray',
  'select outcome from reconciliation.return_stray($1, $2, $3, $4, $5)',
);
const settle = statement(
  'reconcile_settle_refund',
  `select outcome from ticketing.settle_refund($1, null, 'succeeded', $2, null)`,
);

/** Sends back what a provider kept of an ended payment; `refundId` makes it once. Null: not now. */
export async function returnStray(
  db: Db,
  looked: Looked,
  refundId: string,
  cause: 'late_payment' | 'duplicate',
): Promise<boolean> {
  const p = looked.item?.payment;
  const { booked, state } = looked.books ?? { booked: null, state: 'none' };
  // What went back already in parts, or in another currency, is a person's to count.
  if (!p || !isEnded(p) || (booked && (booked.refundedCents > 0 || booked.currency !== p.currency)))
    return false;
  const taken = booked?.capturedCents ?? (state === 'captured' ? p.amountCents : 0);
  if (taken <= 0) return false;
  const ref = booked?.ref ?? p.ref;
  const done = await db.one<{ outcome: string }>(stray, [p.id, refundId, ref, taken, cause]);
  return done?.outcome === 'STRAY' || done?.outcome === 'DONE';
}

/** Whether it is mended; false: it is left for a person, or for the next run. */
export async function mend(
  deps: MendDeps,
  accounts: Accounts,
  d: Difference,
  looked: Looked,
): Promise<boolean> {
  const { db, ids, log, resume, onDispute } = deps;
  const { item } = looked;
  const p = item?.payment;
  if (!item || !p) return false;
  const how: Kind['mend'] = KINDS[d.kind].mend;
  switch (how) {
    case null:
      return false;
    case 'resume': {
      try {
        const after = await resume(p.id);
        return after !== undefined && !isOpen({ ...p, status: after.payment });
      } catch (err) {
        // Its provider may be one that is not configured any more: a person has to see to it.
        log.error({ err, paymentId: p.id }, 'stuck payment not driven on');
        return false;
      }
    }
    case 'void': {
      if (!isEnded(p)) return false;
      const provider = await accounts.provider(accounts.of(p));
      const { state } = await provider.void(chargeOf(item, p));
      log.warn(
        { paymentId: p.id, account: nameOf(accounts.of(p)), state },
        'authorisation left open: voided',
      );
      return state === 'voided' || state === 'declined';
    }
    case 'stray':
      return returnStray(db, looked, ids.next(), 'late_payment');
    case 'record_dispute': {
      const disputes = looked.books && untold(p, looked.books);
      const ref = looked.books?.booked?.ref;
      if (!disputes || !ref) return false;
      for (const { ref: name, createdAtMs, ...dispute } of disputes)
        await onDispute({
          ...dispute,
          provider: p.provider,
          ref: name,
          paymentRef: ref,
          createdAt: new Date(createdAtMs),
        });
      return true;
    }
    case 'settle_refund': {
      const { refundId } = d.subject;
      if (!refundId) return false;
      const ref = looked.heard?.get(refundId)?.ref ?? null;
      const done = await db.one<{ outcome: string }>(settle, [refundId, ref]);
      return done?.outcome === 'SETTLED' || done?.outcome === 'DONE';
    }
  }
}
