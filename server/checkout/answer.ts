/** What a payment's standing means to its fan (contract, section 9): 200, 202, or a refusal. Read from the ledger. */

import type { Logger } from '../kernel/index.ts';
import type { NextAction, Providers } from '../payments/index.ts';
import { type OrderView, ok, type Result, refuse, type TicketView } from '../protocol/index.ts';
import type { ReadOrderTickets } from '../tickets/index.ts';
import type { ReadOrder } from './orders.ts';
import { chargeOf, isAtRest, NOT_ASKED, type Standing } from './standing.ts';

export interface PaymentAnswer {
  /** False: the outcome is not known yet (202); an `order:updated` follows. */
  settled: boolean;
  body: { order: OrderView; tickets?: TicketView[]; nextAction?: NextAction };
}

const PROVIDER_RETRY_MS = 5_000;
const DECLINED_TOO_LATE = 'The card was declined, and the time of your hold is over.';
const NOT_IN_TIME = 'The payment was not completed in time. Nothing was charged: try again.';

/** A payment that took nothing and never will; what the order still allows decides the code. */
function refusalOf(s: Standing, order: OrderView): Result<PaymentAnswer> {
  const details = { orderId: order.id, orderStatus: order.status, expiresAt: order.expiresAt };
  if (s.payment === 'capture_failed') return refuse('CAPTURE_FAILED', details);
  if (s.payment === 'declined')
    return refuse('PAYMENT_DECLINED', details, order.status === 'expired' ? DECLINED_TOO_LATE : undefined);
  if (order.status === 'expired') return refuse('ORDER_EXPIRED', details);
  if (order.status === 'canceled') return refuse('ORDER_CLOSED', details);
  if (s.cause === NOT_ASKED)
    return refuse('TEMPORARILY_UNAVAILABLE', { ...details, retryAfterMs: PROVIDER_RETRY_MS });
  return refuse('PAYMENT_DECLINED', details, NOT_IN_TIME);
}

/** What the fan has to do now; of a provider that does not answer, nothing yet (the next look tells). */
async function nextActionOf(
  s: Standing,
  { providers, log }: Pick<AnswerReads, 'providers' | 'log'>,
): Promise<NextAction | undefined> {
  const provider = await providers.get(s.provider, s.methodId);
  if (!provider.ok) return undefined;
  const { nextAction } = provider.value;
  if (!nextAction) return { type: 'confirm', url: '/payment/confirm' };
  try {
    return await nextAction(chargeOf(s));
  } catch (err) {
    // The payment stands as it stands; its fan asks again, or gets it with the order.
    log.warn({ err, paymentId: s.paymentId }, 'the step of a payment could not be read');
    return undefined;
  }
}

export interface AnswerReads {
  readOrder: ReadOrder;
  readTickets: ReadOrderTickets;
  providers: Providers;
  log: Logger;
}

export async function answerFor(
  s: Standing,
  { readOrder, readTickets, providers, log }: AnswerReads,
): Promise<Result<PaymentAnswer>> {
  const order = await readOrder(s.userId, s.orderId);
  if (!order) return refuse('NOT_FOUND');
  switch (s.payment) {
    case 'declined':
    case 'voided':
    case 'capture_failed':
      return refusalOf(s, order);
    case 'requires_action': {
      const nextAction = await nextActionOf(s, { providers, log });
      return ok({ settled: false, body: { order, ...(nextAction ? { nextAction } : {}) } });
    }
    case 'stray':
      return refuse('PAYMENT_RETURNED', { orderId: order.id, orderStatus: order.status });
    case 'captured':
    case 'refunded':
    case 'authorized':
    case 'started':
    case 'unknown': {
      const settled = s.payment !== 'unknown' && isAtRest(s);
      if (!settled) return ok({ settled, body: { order } });
      return ok({ settled, body: { order, tickets: await readTickets(s.userId, s.orderId) } });
    }
  }
}
