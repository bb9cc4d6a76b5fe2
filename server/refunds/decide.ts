/** An operator's word: approve, reject, try again (rules F40–F45). Each is logged with who said it and why. */
import { ok, type RefundCase, type Result, refuse } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { refusalOf } from './ask.ts';
import type { RefundDeps } from './index.ts';
import { patiently } from './patiently.ts';
import { askAbout, hear, readSendable } from './send.ts';
import { readRefund, refundCase } from './view.ts';

const decideOne = statement(
  'refund_decide',
  'select outcome, status, why from ticketing.decide_refund($1, $2, $3, $4)',
);
const actor = statement(
  'refund_actor',
  `select set_config('holdfast.actor', $1, true), set_config('holdfast.reason', $2, true)`,
);
const again = statement(
  'refund_again',
  `update ticketing.refunds
      set status = 'sending', attempt_id = $2, provider_ref = null, failure = null, tries = 0, try_at = now(),
          decided_by = $3, updated_at = now()
    where id = $1 and status = 'failed' and coalesce(attempt_id, id) = $4
      and not exists (select from ticketing.disputes d where d.payment_id = refunds.payment_id and d.status in ('open', 'lost'))
   returning id`,
);
const disputed = statement(
  'refund_disputed',
  `select 1 from ticketing.refunds r join ticketing.disputes d on d.payment_id = r.payment_id and d.status in ('open', 'lost')
    where r.id = $1`,
);

export interface Word {
  refundId: string;
  actorId: string;
  reason: string | null;
}

async function caseOf(db: Db, id: string): Promise<Result<RefundCase>> {
  const row = await readRefund(db, id);
  return row ? ok(refundCase(row)) : refuse('NOT_FOUND');
}

/** Of two operators at once one decides; the other is refused INVALID_STATE with what was decided. */
export async function decide(
  deps: RefundDeps,
  { refundId, actorId, reason }: Word,
  approve: boolean,
): Promise<Result<RefundCase>> {
  const db = deps.ledger.payments;
  const { outcome, status, why } = await patiently<{
    outcome: 'DECIDED' | 'REFUSED' | 'DONE' | 'NOT_FOUND';
    status: string;
    why: string | null;
  }>(deps, decideOne, [refundId, actorId, approve, reason]);
  switch (outcome) {
    case 'NOT_FOUND':
      return refuse('NOT_FOUND');
    case 'DONE':
      return refuse('INVALID_STATE', { status }, 'This refund does not wait for a decision any more.');
    case 'REFUSED':
      return refusalOf({ why, ticketId: null, refundId });
    case 'DECIDED': {
      const refund = await readRefund(db, refundId);
      if (refund) await deps.aftermath.decided([refund]);
      return caseOf(db, refundId);
    }
  }
}

/**
 * Sends a failed refund once more, under an id of its own: a provider answers the old one as it did. So it is asked first
 * whether that really took no effect; while that is not certain, nothing is sent (TEMPORARILY_UNAVAILABLE).
 */
export async function retry(
  deps: RefundDeps,
  { refundId, actorId, reason }: Word,
): Promise<Result<RefundCase>> {
  const db = deps.ledger.payments;
  const s = await readSendable(deps, refundId);
  if (s?.status !== 'failed') {
    const found = await readRefund(db, refundId);
    return found ? refuse('INVALID_STATE', { status: found.status }) : refuse('NOT_FOUND');
  }
  const heard = await askAbout(deps, s);
  if (heard.state === 'succeeded') {
    await hear(deps, s, heard);
    return caseOf(db, refundId);
  }
  if (heard.state !== 'failed' && heard.state !== 'none')
    return refuse(
      'TEMPORARILY_UNAVAILABLE',
      { refundId },
      'It is not certain yet that the first attempt took no effect.',
    );
  const attempt = deps.ids.next();
  const moved = await db.transaction(async (tx) => {
    await tx.all(actor, [actorId, reason ?? '']);
    return tx.one(again, [refundId, attempt, actorId, s.attempt]);
  });
  if (moved) return caseOf(db, refundId);
  // What a bank holds, or took back, is not sent as well.
  if (await db.one(disputed, [refundId])) return refusalOf({ why: 'disputed', ticketId: null, refundId });
  return refuse('INVALID_STATE', { refundId }, 'Somebody else has taken it up already.');
}
