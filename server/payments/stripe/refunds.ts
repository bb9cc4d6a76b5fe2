/**
 * Money back, by the refund's id, once (rule P65). Stripe's books are looked at first: a key is forgotten after a day or more, and a
 * refund that is asked for again next week must still be the same refund. A refund that failed gave the money back to the
 * merchant and never succeeds later, so that asking again after it is a new attempt under the next key.
 */
import type Stripe from 'stripe';
import type { Logger } from '../../kernel/index.ts';
import type { Refund, RefundOutcome } from '../provider.ts';
import { isRemembered, refusedBy, StripeUnanswered } from './api.ts';
import { REFUND_ID, refundOutcomeOf } from './outcome.ts';

const GENERATIONS_MAX = 5;
const PAGE = 100;

export const refundKey = (refundId: string, generation: number): string =>
  generation === 1 ? refundId : `${refundId}:${generation}`;

export function createRefunds({ stripe, log }: { stripe: Stripe; log: Logger }) {
  /** Those made for this refund, oldest first: all but the last have failed. */
  async function attempts({ id, charge }: Refund): Promise<Stripe.Refund[]> {
    if (charge.ref === null) return [];
    const found: Stripe.Refund[] = [];
    try {
      for await (const refund of stripe.refunds.list({ payment_intent: charge.ref, limit: PAGE }))
        if (refund.metadata?.[REFUND_ID] === id) found.push(refund);
    } catch (err) {
      throw new StripeUnanswered(refusedBy(err).reason, 400, null);
    }
    return found.reverse();
  }

  async function lookupRefund(refund: Refund): Promise<RefundOutcome> {
    const last = (await attempts(refund)).at(-1);
    return last ? refundOutcomeOf(last) : { state: 'none' };
  }

  const create = (refund: Refund, generation: number): Promise<Stripe.Refund> =>
    stripe.refunds.create(
      {
        payment_intent: refund.charge.ref as string,
        amount: refund.amountCents,
        metadata: { [REFUND_ID]: refund.id },
      },
      { idempotencyKey: refundKey(refund.id, generation) },
    );

  async function refund(wanted: Refund): Promise<RefundOutcome> {
    if (wanted.charge.ref === null) return { state: 'failed', reason: 'never_charged' };
    const before = await attempts(wanted);
    const last = before.at(-1);
    if (last && refundOutcomeOf(last).state !== 'failed') return refundOutcomeOf(last);
    for (let generation = before.length + 1; ; generation++) {
      try {
        return refundOutcomeOf(await create(wanted, generation));
      } catch (err) {
        // A request that failed at Stripe has come to its end, and their list, which is never behind, shows what it did:
        // only where it did nothing is it made again.
        if (isRemembered(err) && generation < before.length + GENERATIONS_MAX) {
          const now = await attempts(wanted);
          if (now.length > before.length) return refundOutcomeOf(now.at(-1) as Stripe.Refund);
          log.warn({ refundId: wanted.id, generation }, 'asking Stripe for a refund under the next key');
          continue;
        }
        const { kind, reason } = refusedBy(err);
        if (kind === 'state') return lookupRefund(wanted);
        return { state: 'failed', reason };
      }
    }
  }

  return { refund, lookupRefund };
}
