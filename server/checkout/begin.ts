/** How a payment begins: written down and the hold frozen before anybody's bank is asked (rules O5, O8, O9). */
import type { Clock } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { columnsOf, type Db, statement } from '../stores/index.ts';
import { createTogether } from './together.ts';

export interface Beginning {
  orderId: string;
  userId: string;
  /** Of the payment that begins, if one does: the same id again finds what became of it. */
  paymentId: string;
  provider: string;
  methodId: string | null;
  last4: string | null;
  brand: string | null;
  amountCents: number | null;
  currency: string | null;
  key: string | null;
  hash: Buffer;
}

export interface Begun {
  outcome:
    | 'STARTED'
    | 'LIVE'
    | 'SEEN'
    | 'KEY_REUSED'
    | 'HOLD_EXPIRED'
    | 'ORDER_EXPIRED'
    | 'CLOSED'
    | 'AMOUNT_MISMATCH'
    | 'METHOD_GONE'
    | 'NOT_FOUND';
  paymentId: string;
}

const beginOne = statement(
  'payment_begin',
  `select outcome, payment_id as "paymentId"
     from ticketing.begin_payment($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
);
const beginAll = statement(
  'payments_begin',
  'select ticketing.begin_payments($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) as begun',
);

const valuesOf = (b: Beginning): unknown[] => [
  b.orderId,
  b.userId,
  b.paymentId,
  b.provider,
  b.methodId,
  b.last4,
  b.brand,
  b.amountCents,
  b.currency,
  b.key,
  b.hash,
];
const BOUNDS = [LIMITS.payingCapSeconds, LIMITS.paymentRetryPausesMs[0]];

export function createBegin(db: Db, clock: Clock): (beginning: Beginning) => Promise<Begun> {
  const beginnings = createTogether<Beginning, Begun>({
    clock,
    maxBatch: LIMITS.checkoutBatchMax,
    maxInFlight: LIMITS.checkoutBatchesInFlight,
    distinct: (b) => b.orderId,
    async all(_key, batch) {
      const done = await db.one<{ begun: string[] }>(beginAll, [
        ...columnsOf(batch.map(valuesOf)),
        ...BOUNDS,
      ]);
      const begun = new Set(done?.begun);
      return batch.map(({ paymentId }) =>
        begun.has(paymentId) ? { outcome: 'STARTED' as const, paymentId } : undefined,
      );
    },
    one: async (b) => (await db.one<Begun>(beginOne, [...valuesOf(b), ...BOUNDS])) as Begun,
  });
  return (beginning) => beginnings.submit('', beginning);
}
