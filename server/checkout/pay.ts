/**
 * `POST /payment`: begins a payment (or finds the one that this key, or this order, already has), drives it as far
 * as it goes now, and answers from the ledger (rules O5–O10). Two submits have one charge and one answer.
 */
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { PaymentMethod, Provider, ProviderName, Providers } from '../payments/index.ts';
import { type Result, refuse } from '../protocol/index.ts';
import { type Ledger, statement } from '../stores/index.ts';
import { createReadOrderTickets } from '../tickets/index.ts';
import type { Notify } from '../transport/index.ts';
import { answerFor, type PaymentAnswer } from './answer.ts';
import { createBegin } from './begin.ts';
import { requestHash } from './idempotency.ts';
import { createReadOrder } from './orders.ts';
import { drive, type Run, type SagaDeps } from './saga.ts';
import { chargeOf, isAtRest, NOT_ASKED, type Standing } from './standing.ts';

export interface PayRequest {
  orderId: string;
  method: PaymentMethod;
  /** What the page showed: refused AMOUNT_MISMATCH where the order is for something else. */
  amountCents?: number;
  currency?: string;
  /** Whoever pays is not known to be the order's fan, whose kept cards are not theirs. */
  byAnybody?: boolean;
}

export interface ChosenMethod {
  provider: Provider;
  /** Of the vendor's own; null: the installation's. */
  methodId: string | null;
  /** Card brands it is restricted to; null: any. */
  brands: readonly string[] | null;
  /** Its account is the vendor's own: that the installation's is away does not matter. */
  ownAccount: boolean;
}

export interface PayDeps {
  ledger: Ledger;
  ids: Ids;
  clock: Clock;
  log: Logger;
  providers: Providers;
  notify: Notify;
  /** Refuses before anything freezes, when payments are paused (rule O28). */
  ready(provider: ProviderName): Result<void>;
  /** The provider behind the way to pay a fan chose for an order, where its event accepts that. */
  choose(userId: string, orderId: string, method: PaymentMethod): Promise<Result<ChosenMethod>>;
  saga: SagaDeps;
  /** How long a second submit waits for the first; default limits.ts. */
  waitMs?: number;
}

export interface Pay {
  pay(userId: string, request: PayRequest, key: string | null): Promise<Result<PaymentAnswer>>;
  /** The step the fan owes: approved or refused. */
  confirm(userId: string, orderId: string, approved: boolean): Promise<Result<PaymentAnswer>>;
  /** Drives an existing payment on by asking its provider, and tells its fan what changed. */
  resume(paymentId: string): Promise<Standing | undefined>;
  /** The answer an order's latest payment stands for, without driving it; null: there was none. */
  standing(userId: string, orderId: string): Promise<Result<PaymentAnswer> | null>;
}

const latest = statement(
  'payment_latest',
  `select p.id from ticketing.payments p join ticketing.orders o on o.id = p.order_id
    where o.id = $1 and o.user_id = $2 order by p.created_at desc, p.id desc limit 1`,
);

const forgetKey = statement(
  'payment_forget_key',
  'delete from ticketing.idempotency_keys where user_id = $1 and key = $2 and subject_id = $3',
);

/** Not for an order that costs nothing, nor for one whose payment is under way or done: that has its answer in the ledger. */
const wouldAsk = statement(
  'payment_would_ask',
  `select o.total_cents > 0 and not exists (
            select from ticketing.payments p where p.order_id = o.id
               and p.status in ('started', 'requires_action', 'authorized', 'captured', 'unknown')) as asks
     from ticketing.orders o where o.id = $1 and o.user_id = $2`,
);

const POLL_MS = 20;
const RETRY_AFTER_MS = 2_000;

export function createPay(deps: PayDeps): Pay {
  const { ledger, ids, clock, providers, notify, saga } = deps;
  const { readStanding } = saga;
  const db = ledger.payments;
  const begin = createBegin(db, clock);
  const readOrder = createReadOrder(db);
  const readTickets = createReadOrderTickets(db);
  const answer = (s: Standing) => answerFor(s, { readOrder, readTickets, providers, log: deps.log });

  async function tell(s: Standing): Promise<void> {
    const order = await readOrder(s.userId, s.orderId);
    if (order) notify.toUser(s.userId, 'order:updated', order);
  }

  /** Drives, tells the fan's other pages, and returns how it then stands. */
  async function run(paymentId: string, how: Run): Promise<Standing | undefined> {
    const s = await drive(saga, paymentId, how);
    if (s) await tell(s);
    return s;
  }

  /** Another submit is at work on this payment: its outcome is ours too (rule O9). */
  async function outcomeOf(paymentId: string): Promise<Result<PaymentAnswer>> {
    const deadline = clock.now() + (deps.waitMs ?? LIMITS.paymentWaitMs);
    for (;;) {
      const s = await readStanding(paymentId);
      if (!s) return refuse('NOT_FOUND');
      if (isAtRest(s)) return answer(s);
      if (clock.now() >= deadline) return refuse('REQUEST_IN_PROGRESS', { retryAfterMs: RETRY_AFTER_MS });
      await clock.sleep(POLL_MS);
    }
  }

  const asksABank = async (userId: string, orderId: string): Promise<boolean> =>
    (await db.one<{ asks: boolean }>(wouldAsk, [orderId, userId]))?.asks ?? false;

  async function pay(userId: string, request: PayRequest, key: string | null) {
    const { orderId, method, amountCents, currency, byAnybody = false } = request;
    const chosen = await deps.choose(userId, orderId, method);
    if (!chosen.ok) return chosen;
    const { provider, methodId, brands, ownAccount } = chosen.value;
    if (!ownAccount) {
      const ready = deps.ready(method.provider);
      if (!ready.ok && (await asksABank(userId, orderId))) return ready;
    }
    const instrument = await provider.instrument(method, byAnybody ? null : userId);
    if (!instrument.ok) return instrument;
    const { last4, brand } = instrument.value;
    if (brands && (brand === null || !brands.includes(brand)))
      return refuse('METHOD_NOT_ACCEPTED', { brand, accepted: brands });
    const hash = requestHash('pay', { orderId, provider: method.provider, last4 });
    const { outcome, paymentId } = await begin({
      orderId,
      userId,
      paymentId: ids.next(),
      // What costs nothing is judged once more as it begins: a code may have been taken off meanwhile.
      provider: provider.name === 'free' ? 'free' : method.provider,
      methodId,
      last4,
      brand,
      amountCents: amountCents ?? null,
      currency: currency ?? null,
      key,
      hash,
    });
    switch (outcome) {
      case 'STARTED': {
        const s = await run(paymentId, { instrument: instrument.value, ask: false, resting: false });
        // Its provider was not even asked: the same key may try again.
        if (s?.cause === NOT_ASKED && key !== null) await db.all(forgetKey, [userId, key, paymentId]);
        return s ? answer(s) : refuse('NOT_FOUND');
      }
      case 'LIVE':
      case 'SEEN':
        return outcomeOf(paymentId);
      case 'KEY_REUSED':
        return refuse('IDEMPOTENCY_KEY_REUSED');
      case 'CLOSED':
        return refuse('ORDER_CLOSED');
      case 'METHOD_GONE':
        return refuse('METHOD_NOT_ACCEPTED', { provider: method.provider });
      default:
        return refuse(outcome);
    }
  }

  async function latestOf(userId: string, orderId: string): Promise<Standing | undefined> {
    const row = await db.one<{ id: string }>(latest, [orderId, userId]);
    return row && readStanding(row.id);
  }

  /** A worker asks again and again: only what changed is worth telling. */
  async function resume(paymentId: string): Promise<Standing | undefined> {
    const before = await readStanding(paymentId);
    const after = await drive(saga, paymentId, { ask: true, resting: false });
    if (after && (after.payment !== before?.payment || after.order !== before.order)) await tell(after);
    return after;
  }

  async function confirm(userId: string, orderId: string, approved: boolean) {
    const s = await latestOf(userId, orderId);
    if (!s) return (await readOrder(userId, orderId)) ? refuse('INVALID_STATE') : refuse('NOT_FOUND');
    // Said before: the answer is what came of it.
    if (s.payment !== 'requires_action')
      return isAtRest(s) && s.payment !== 'unknown' ? answer(s) : outcomeOf(s.paymentId);
    const provider = await providers.get(s.provider, s.methodId);
    if (!provider.ok) return provider;
    // Where the step was taken elsewhere (a bank's page), asking is enough.
    await provider.value.approve?.(chargeOf(s), approved);
    const after = await resume(s.paymentId);
    return after ? answer(after) : refuse('NOT_FOUND');
  }

  return {
    pay,
    confirm,
    resume,
    async standing(userId, orderId) {
      const s = await latestOf(userId, orderId);
      return s ? answer(s) : null;
    },
  };
}
