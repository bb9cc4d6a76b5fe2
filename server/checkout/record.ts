/** The saga's writes: one idempotent transaction each, repeated when the ledger only asks for patience. */
import type { Clock } from '../kernel/index.ts';
import { type Db, isRepeatable, type Statement, statement } from '../stores/index.ts';
import type { PaymentStatus } from './standing.ts';

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
const codeless = statement(
  'tickets_to_release',
  `select k.id, k.event_id as "eventId", k.code_version as version from ticketing.tickets k
     join ticketing.payments p on p.order_id = k.order_id where p.id = $1 and k.status = 'issued' order by k.id`,
);
const captured = statement(
  'payment_captured',
  'select outcome, limit_reached as "limitReached" from ticketing.payment_captured($1, $2, $3, $4)',
);
const cancel = statement(
  'order_cancel',
  'select outcome, gate_forgot as "gateForgot" from ticketing.cancel_order($1, $2)',
);

const TRIES = 6;
const PAUSE_MS = 15;

export type CompleteOutcome = 'COMPLETED' | 'RESEATED' | 'DONE' | 'NO_STOCK' | 'CLOSED' | 'NOT_FOUND';

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
  complete(
    paymentId: string,
    ref: string | undefined,
    ticketIds: readonly string[],
    codes: readonly string[] | null,
  ): Promise<{ outcome: CompleteOutcome; limitReached: boolean | null }>;
  /** The order's tickets whose codes the capture releases. */
  toRelease(paymentId: string): Promise<{ id: string; eventId: string; version: number }[]>;
  captured(
    paymentId: string,
    ref: string | undefined,
    ticketIds: readonly string[],
    codes: readonly string[],
  ): Promise<{ outcome: string; limitReached: boolean | null }>;
  cancel(paymentId: string, reason: string): Promise<{ outcome: string; gateForgot: boolean }>;
}

export function createRecords(db: Db, clock: Clock): Records {
  /** Deadlock or lock time-out: the very same transaction again, a little later each time. */
  async function patiently<Row>(s: Statement, values: readonly unknown[]): Promise<Row> {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await db.one<Row>(s, values)) as Row;
      } catch (err) {
        if (!isRepeatable(err) || attempt === TRIES) throw err;
        await clock.sleep(PAUSE_MS * attempt);
      }
    }
  }

  return {
    mark: async (paymentId, to, ref, from) => {
      await patiently(mark, [paymentId, to, ref ?? null, from]);
    },
    prepared: async (paymentId, ref) => {
      await patiently(prepared, [paymentId, ref]);
    },
    stray: async (paymentId, refundId, ref, takenCents, cause) => {
      await patiently(stray, [paymentId, refundId, ref ?? null, takenCents, cause]);
    },
    withdraw: async (paymentId, to, cause, ref) =>
      (await patiently<{ outcome: string }>(withdraw, [paymentId, to, cause, ref ?? null])).outcome,
    complete: (paymentId, ref, ticketIds, codes) =>
      patiently(complete, [paymentId, ref ?? null, ticketIds, codes]),
    toRelease: (paymentId) => db.all(codeless, [paymentId]),
    captured: (paymentId, ref, ticketIds, codes) =>
      patiently(captured, [paymentId, ref ?? null, ticketIds, codes]),
    cancel: (paymentId, reason) => patiently(cancel, [paymentId, reason]),
  };
}
