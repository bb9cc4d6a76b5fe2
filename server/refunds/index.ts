/** Refunds and chargebacks: tickets and money on their way back. RULES.md says what holds here. */
import { Counter, type Registry } from 'prom-client';
import { readOrder } from '../checkout/index.ts';
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import type { Providers } from '../payments/index.ts';
import type { RefundCase, RefundQuote, Result } from '../protocol/index.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { Notify } from '../transport/index.ts';
import { type GiveBack, giveBack, quote } from './ask.ts';
import { decide, retry, type Word } from './decide.ts';
import { type DisputeOutcome, type DisputeReport, hearDispute } from './dispute.ts';
import { type EventCanceled, refundEvent } from './event-canceled.ts';
import { hearOf, type Settled, sendDue } from './send.ts';
import type { RefundRow } from './view.ts';

export type { DisputeOutcome, DisputeReport } from './dispute.ts';
export { nextRefundStatus, REFUND_EVENTS, type RefundEvent } from './refund.ts';
export { type RefundRoutesDeps, refundRoutes } from './routes.ts';
export type { Settled } from './send.ts';

/** What follows once the ledger has it: nothing depends on it, workers make up for what is missed. */
interface Aftermath {
  decided(refunds: readonly RefundRow[]): Promise<void>;
  settled(refund: RefundRow): Promise<void>;
  /** An order's tickets are not what they were. */
  changed(orderId: string): Promise<void>;
}

export interface RefundsDeps {
  ledger: Ledger;
  clock: Clock;
  ids: Ids;
  log: Logger;
  notify: Notify;
  providers: Providers;
  /** Tells the gate of one drop what the ledger freed, and every edge its figures. */
  settleGate(dropId: string): Promise<unknown>;
  publish(dropId: string): Promise<void>;
  registry?: Registry;
  /** Overrides for tests, ms. */
  answerMs?: number;
  retryPausesMs?: readonly number[];
}

export interface RefundDeps extends RefundsDeps {
  aftermath: Aftermath;
}

export interface Refunds {
  /** What giving this ticket back would bring now. */
  quote(userId: string, ticketId: string): Promise<Result<RefundQuote>>;
  /** One refund per order, all of them or none. */
  giveBack(wanted: GiveBack): Promise<Result<RefundRow[]>>;
  approve(word: Word): Promise<Result<RefundCase>>;
  reject(word: Word): Promise<Result<RefundCase>>;
  retry(word: Word): Promise<Result<RefundCase>>;
  /** For the worker, every second: sends what is due. `all`: whenever it is due. */
  settle(options?: { all?: boolean }): Promise<Settled>;
  /** For webhooks: something happened to a refund at its provider. */
  onRefundEvent(providerRef: string, refundId?: string | null): Promise<'known' | 'unknown'>;
  onDispute(report: DisputeReport): Promise<DisputeOutcome>;
  /** By outbox topic; each may run any number of times. */
  jobs: Record<string, (payload: unknown) => Promise<void>>;
}

const OWNER = statement('refunds_order_owner', 'select user_id from ticketing.orders where id = $1');

function countRefunds(registry: Registry | undefined): (refund: RefundRow) => void {
  if (!registry) return () => undefined;
  const counter = new Counter({
    name: 'holdfast_refunds_total',
    help: 'Refunds by what made them and what became of them',
    labelNames: ['cause', 'outcome'],
    registers: [registry],
  });
  return ({ cause, status }) => counter.inc({ cause, outcome: status });
}

function createAftermath(deps: RefundsDeps): Aftermath {
  const { ledger, log, notify } = deps;
  const count = countRefunds(deps.registry);

  async function tell(orderId: string): Promise<void> {
    const owner = await ledger.payments.one<{ user_id: string }>(OWNER, [orderId]);
    const order = owner && (await readOrder(ledger.payments, owner.user_id, orderId));
    if (order) notify.toUser(owner.user_id, 'order:updated', order);
  }
  async function returnStock(dropId: string): Promise<void> {
    try {
      await deps.settleGate(dropId);
      await deps.publish(dropId);
    } catch (err) {
      // The credit's row stays, and the worker's next round finds it.
      log.warn({ err: (err as Error).message, dropId }, 'refund not told to the gate yet');
    }
  }

  return {
    changed: tell,
    async decided(refunds) {
      for (const refund of refunds) count(refund);
      const back = refunds.filter(({ status }) => status !== 'requested' && status !== 'rejected');
      await Promise.all([...new Set(back.map((r) => r.dropId))].map(returnStock));
      for (const orderId of new Set(refunds.map((r) => r.orderId))) await tell(orderId);
    },
    async settled(refund) {
      count(refund);
      await tell(refund.orderId);
    },
  };
}

export function createRefunds(given: RefundsDeps): Refunds {
  const deps: RefundDeps = { ...given, aftermath: createAftermath(given) };
  return {
    quote: (userId, ticketId) => quote(deps.ledger.reads, userId, ticketId),
    giveBack: (wanted) => giveBack(deps, wanted),
    approve: (word) => decide(deps, word, true),
    reject: (word) => decide(deps, word, false),
    retry: (word) => retry(deps, word),
    settle: ({ all = false } = {}) => sendDue(deps, all),
    onRefundEvent: (providerRef, refundId = null) => hearOf(deps, providerRef, refundId),
    onDispute: (report) => hearDispute(deps, report),
    jobs: {
      async 'event.canceled'(payload) {
        await refundEvent(deps, payload as EventCanceled);
      },
    },
  };
}
