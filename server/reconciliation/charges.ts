/**
 * One account's books, read page by page beside the ledger's payments, which come in the order they were made too: what
 * is in memory is the charges of the last moments whose payment was not read yet, and of these a bounded number.
 */
import type { BookedCharge, Provider } from '../payments/index.ts';
import type { ItemPayment } from './item.ts';

export interface Charges {
  /** Reads on until the books are past a moment, or end, or as many wait as may. */
  until(ms: number): Promise<void>;
  /** Whether the books have been read to their end. */
  readonly ended: boolean;
  /** The charge of a payment, once. */
  take(payment: Pick<ItemPayment, 'id' | 'ref'>): BookedCharge | undefined;
  /** Charges no payment took that were made before a moment. */
  left(beforeMs: number): BookedCharge[];
  /** Charges read so far. */
  readonly read: number;
}

export interface Range {
  fromMs: number;
  toMs: number;
}

/** Whether a charge is the one a payment names: by its name there, or, while there is none, by the payment's id. */
export const isOf = (charge: BookedCharge, payment: Pick<ItemPayment, 'id' | 'ref'>): boolean =>
  payment.ref === null ? charge.paymentId === payment.id : charge.ref === payment.ref;

export function readCharges(list: NonNullable<Provider['list']>, range: Range, max: number): Charges {
  const waiting = new Map<string, BookedCharge>();
  const refOf = new Map<string, string>();
  let cursor: string | null = null;
  let ended = false;
  let lastMs = Number.NEGATIVE_INFINITY;
  let read = 0;

  function drop(charge: BookedCharge): void {
    waiting.delete(charge.ref);
    if (charge.paymentId !== null && refOf.get(charge.paymentId) === charge.ref)
      refOf.delete(charge.paymentId);
  }

  async function page(): Promise<void> {
    const { items, nextCursor } = await list(range, cursor);
    for (const charge of items) {
      waiting.set(charge.ref, charge);
      if (charge.paymentId !== null && !refOf.has(charge.paymentId)) refOf.set(charge.paymentId, charge.ref);
      lastMs = Math.max(lastMs, charge.createdAtMs);
    }
    read += items.length;
    cursor = nextCursor;
    ended = nextCursor === null;
  }

  return {
    async until(ms) {
      while (!ended && lastMs < ms && waiting.size < max) await page();
    },
    take({ id, ref }) {
      const named = ref ?? refOf.get(id);
      const charge = named === undefined ? undefined : waiting.get(named);
      if (charge) drop(charge);
      return charge;
    },
    left(beforeMs) {
      const out = [...waiting.values()].filter((charge) => charge.createdAtMs < beforeMs);
      for (const charge of out) drop(charge);
      return out;
    },
    get ended() {
      return ended;
    },
    get read() {
      return read;
    },
  };
}
