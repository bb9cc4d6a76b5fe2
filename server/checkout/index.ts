/** Checkout: orders, and the way from a hold to tickets and money. RULES.md says what holds here. */

import type { Gate, Holds } from '../holds/index.ts';
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import type { Providers } from '../payments/index.ts';
import { type Guessing, unbounded } from '../pricing/index.ts';
import { ok } from '../protocol/index.ts';
import type { Ledger } from '../stores/index.ts';
import type { Notify } from '../transport/index.ts';
import { type Book, createBook } from './book.ts';
import { endFullTurn } from './end-turn.ts';
import { createPay, type Pay, type PayDeps } from './pay.ts';
import { createRecords } from './record.ts';
import { createRecover, type Recover } from './recover.ts';
import type { Aftermath, SagaDeps } from './saga.ts';
import { createReadStanding } from './standing.ts';

export type { PaymentAnswer } from './answer.ts';
export type { Booked, BookRequest } from './book.ts';
export { countMismatches } from './count-mismatches.ts';
export { nextStatus, ORDER_EVENTS, type OrderEvent } from './order.ts';
export { readOrder } from './orders.ts';
export type { ChosenMethod, PayRequest } from './pay.ts';
export { createPaymentLinks, type PaymentLinks } from './payment-link.ts';
export { paymentLinkRoutes } from './payment-link-routes.ts';
export type { Recovery } from './recover.ts';
export { type CheckoutRoutesDeps, routes } from './routes.ts';

export interface CheckoutDeps {
  ledger: Ledger;
  clock: Clock;
  ids: Ids;
  log: Logger;
  keys: KeyRing;
  notify: Notify;
  providers: Providers;
  /** Bounds how often codes are tried; default: not at all. */
  guessing?: Guessing;
  /** Default: never paused. */
  ready?: PayDeps['ready'];
  /** Default: whatever the installation offers, for every event. */
  choose?: PayDeps['choose'];
  /** Pauses between looks at an open payment, ms; default limits.ts. */
  retryPausesMs?: readonly number[];
  /** Counts charges that are not for what was asked. */
  onMismatch?(): void;
  holds: Pick<Holds, 'place' | 'settle'> & { readonly gate: Pick<Gate, 'reopen' | 'endTurn'> };
  /** Overrides for tests, ms. */
  answerMs?: number;
  waitMs?: number;
}

export interface Checkout extends Pay {
  book: Book;
  /** For the worker, every few seconds. */
  recover: Recover;
  /** Resolves once no late provider answer is being waited for. */
  idle(): Promise<void>;
}

const installationsOwn =
  (providers: Providers): PayDeps['choose'] =>
  async (_userId, _orderId, method) => {
    const provider = await providers.get(method.provider, null);
    return provider.ok
      ? ok({ provider: provider.value, methodId: null, brands: null, ownAccount: false })
      : provider;
  };

export function createCheckout(deps: CheckoutDeps): Checkout {
  const { ledger, clock, ids, log, keys, notify, providers, holds } = deps;
  const late = new Set<Promise<void>>();

  const attempt = async (what: string, dropId: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (err) {
      log.warn({ err, dropId }, what);
    }
  };
  const aftermath: Aftermath = {
    limitReached: (s) =>
      attempt('turn not ended', s.dropId, () => endFullTurn(ledger.payments, holds.gate, s.dropId, s.userId)),
    stockReturned: (s) => attempt('credit not applied yet', s.dropId, () => holds.settle(s.dropId)),
    gateAstray: (s, why) => attempt('gate not reopened', s.dropId, () => holds.gate.reopen(s.dropId, why)),
  };

  /** The provider answered after all (or failed): asked once more, it says how the charge stands. */
  function onLateAnswer(paymentId: string, settled: Promise<unknown>): void {
    const done: Promise<void> = settled
      .then(
        () => pay.resume(paymentId),
        () => pay.resume(paymentId),
      )
      .then(
        () => undefined,
        (err: unknown) => log.error({ err, paymentId }, 'late answer not used: the worker will ask again'),
      )
      .finally(() => late.delete(done));
    late.add(done);
  }

  const readStanding = createReadStanding(ledger.payments);
  const records = createRecords(ledger.payments, clock);
  const saga: SagaDeps = {
    readStanding,
    records,
    providers,
    keys,
    ids,
    clock,
    log,
    aftermath,
    onLateAnswer,
    onMismatch: deps.onMismatch ?? (() => undefined),
    ...(deps.answerMs === undefined ? {} : { answerMs: deps.answerMs }),
  };
  const pay = createPay({
    ledger,
    ids,
    clock,
    log,
    providers,
    notify,
    ready: deps.ready ?? (() => ok(undefined)),
    choose: deps.choose ?? installationsOwn(providers),
    saga,
    ...(deps.waitMs === undefined ? {} : { waitMs: deps.waitMs }),
  });

  return {
    ...pay,
    book: createBook({ ledger, ids, clock, holds, guessing: deps.guessing ?? unbounded }),
    recover: createRecover(ledger, pay.resume, log, deps.retryPausesMs),
    async idle() {
      while (late.size > 0) await Promise.all(late);
    },
  };
}
