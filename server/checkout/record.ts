/** The saga's writes: idempotent transactions, those that arrive together committed together (together.ts). */
import type { Clock } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type Db, repeating, type Statement, statement } from '../stores/index.ts';
import type { PaymentStatus } from './standing.ts';
import { createTogether } from './together.ts';

const mark = statement(
  'payment_mark',
  `update ticketing.payments set status = $2, provider_ref = coalesce($3, provider_ref), updated_at = now()
    where id = $1 and status = any ($4)`,
);
/** Only while nobody has begun to wonder what became of it: whoever asked first is sure that nothing was authorised. */
const prepared = statement(
  'payment_prepared',
  `update ticketing.payments set provider_ref = $2, updated_at = now()
    where id = $1 and status = 'started' and provider_ref is null`,
);
const stray = statement('payment_stray', 'select outcome from ticketing.stray_payment($1, $2, $3, $4, $5)');
const withdraw = statement(
  'payment_withdraw',
  'select outcome from ticketing.withdraw_payment($1, $2, $3, $4)',
);
const complete = statement(
  'order_complete',
  'select outcome, limit_reached as "limitReached" from ticketing.complete_order($1, $2, $3, $4)',
);
const completeAll = statement(
  'orders_complete',
  'select completed, full_fans as "fullFans" from ticketing.complete_orders($1, $2, $3, $4)',
);
const codeless = statement(
  'tickets_to_release',
  `select k.id, k.event_id as "eventId", k.code_version as version from ticketing.tickets k
     join ticketing.payments p on p.order_id = k.order_id where p.id = $1 and k.status = 'issued' order by k.id`,
);
const captured = statement(
  'payment_captured',
  'select outcome, limit_reached as "limitReached" from ticketing.payment_captured($1, $2, $3, $4)',
);
const capturedAll = statement(
  'payments_captured',
  'select ticketing.payments_captured($1, $2, $3, $4) as paid',
);
const cancel = statement(
  'order_cancel',
  'select outcome, gate_forgot as "gateForgot" from ticketing.cancel_order($1, $2)',
);

export type CompleteOutcome = 'COMPLETED' | 'RESEATED' | 'DONE' | 'NO_STOCK' | 'CLOSED' | 'NOT_FOUND';

export interface Completion {
  paymentId: string;
  dropId: string;
  userId: string;
  ref: string | undefined;
  ticketIds: readonly string[];
  /** Released with the tickets (cash on arrival); null: by the capture. */
  codes: readonly string[] | null;
}

export interface Completed {
  outcome: CompleteOutcome;
  /** The fan has now bought all that the drop allows one person. */
  limitReached: boolean | null;
}

export interface Capture {
  paymentId: string;
  dropId: string;
  ref: string | undefined;
  ticketIds: readonly string[];
  codes: readonly string[];
  /** As the completion said; unknown to whoever resumes. */
  limitReached: boolean | null;
}

export interface Captured {
  outcome: string;
  limitReached: boolean | null;
}

export interface Records {
  mark(
    paymentId: string,
    to: PaymentStatus,
    ref: string | undefined,
    from: readonly PaymentStatus[],
  ): Promise<void>;
  /** The provider's own name for a charge that nobody has paid yet. */
  prepared(paymentId: string, ref: string): Promise<void>;
  /** Taken money without a use, and its refund; `takenCents`: what the provider says it took. */
  stray(
    paymentId: string,
    refundId: string,
    ref: string | undefined,
    takenCents: number,
    cause: string,
  ): Promise<void>;
  withdraw(
    paymentId: string,
    to: 'declined' | 'voided',
    cause: string,
    ref: string | undefined,
  ): Promise<string>;
  complete(completion: Completion): Promise<Completed>;
  /** The order's tickets whose codes the capture releases. */
  toRelease(paymentId: string): Promise<{ id: string; eventId: string; version: number }[]>;
  captured(capture: Capture): Promise<Captured>;
  cancel(paymentId: string, reason: string): Promise<{ outcome: string; gateForgot: boolean }>;
}

const SIZES = { maxBatch: LIMITS.checkoutBatchMax, maxInFlight: LIMITS.checkoutBatchesInFlight };
/** Cash releases its codes at once, and whoever resumes knows no limit: theirs is the way that asks. */
const ALONE = ' alone';

export function createRecords(db: Db, clock: Clock): Records {
  const one = <Row>(s: Statement, values: readonly unknown[]): Promise<Row> =>
    repeating(clock, async () => (await db.one<Row>(s, values)) as Row);

  const completions = createTogether<Completion, Completed>({
    ...SIZES,
    clock,
    distinct: (c) => c.paymentId,
    async all(key, batch) {
      if (key.endsWith(ALONE)) return batch.map(() => undefined);
      const done = await db.one<{ completed: string[]; fullFans: string[] | null }>(completeAll, [
        key,
        batch.map((c) => c.paymentId),
        batch.map((c) => c.ref ?? null),
        batch.flatMap((c) => c.ticketIds),
      ]);
      const completed = new Set(done?.completed);
      const full = new Set(done?.fullFans);
      return batch.map((c) =>
        completed.has(c.paymentId)
          ? { outcome: 'COMPLETED' as const, limitReached: full.has(c.userId) }
          : undefined,
      );
    },
    one: async (c) =>
      (await db.one<Completed>(complete, [c.paymentId, c.ref ?? null, c.ticketIds, c.codes])) as Completed,
  });

  const captures = createTogether<Capture, Captured>({
    ...SIZES,
    clock,
    distinct: (c) => c.paymentId,
    async all(key, batch) {
      if (key.endsWith(ALONE)) return batch.map(() => undefined);
      const done = await db.one<{ paid: string[] }>(capturedAll, [
        batch.map((c) => c.paymentId),
        batch.map((c) => c.ref ?? null),
        batch.flatMap((c) => c.ticketIds),
        batch.flatMap((c) => c.codes),
      ]);
      const paid = new Set(done?.paid);
      return batch.map((c) =>
        paid.has(c.paymentId) ? { outcome: 'PAID', limitReached: c.limitReached } : undefined,
      );
    },
    one: async (c) =>
      (await db.one<Captured>(captured, [c.paymentId, c.ref ?? null, c.ticketIds, c.codes])) as Captured,
  });

  return {
    mark: async (paymentId, to, ref, from) => {
      await one(mark, [paymentId, to, ref ?? null, from]);
    },
    prepared: async (paymentId, ref) => {
      await one(prepared, [paymentId, ref]);
    },
    stray: async (paymentId, refundId, ref, takenCents, cause) => {
      await one(stray, [paymentId, refundId, ref ?? null, takenCents, cause]);
    },
    withdraw: async (paymentId, to, cause, ref) =>
      (await one<{ outcome: string }>(withdraw, [paymentId, to, cause, ref ?? null])).outcome,
    complete: (c) => completions.submit(c.codes === null ? c.dropId : c.dropId + ALONE, c),
    toRelease: (paymentId) => db.all(codeless, [paymentId]),
    captured: (c) => captures.submit(c.limitReached === null ? c.dropId + ALONE : c.dropId, c),
    cancel: (paymentId, reason) => one(cancel, [paymentId, reason]),
  };
}
