/** One call of `ticketing.place_holds`: a batch as its arguments, its row as one answer per hold. */
import type { HoldRequest } from './request.ts';

export interface BatchEntry extends HoldRequest {
  holdId: string;
  userId: string;
  epoch: number;
}

export interface TakenSeat {
  seat: number;
  holdId: string;
  sold: boolean;
}

/** What a unit was locked at, minor units. */
export interface UnitPrice {
  priceCents: number;
  feeCents: number;
  taxCents: number;
}

export type BatchAnswer =
  /** `prices`: per line. */
  | { code: 'GRANTED'; expiresAt: Date; prices: UnitPrice[] }
  | { code: 'REPEAT'; holdId: string }
  | {
      code:
        | 'REQUEST_ID_REUSED'
        | 'NOT_FOUND'
        | 'NOT_OPEN'
        | 'DROP_PAUSED'
        | 'NO_TURN'
        | 'LIMIT_EXCEEDED'
        | 'SOLD_OUT'
        | 'SEATS_TAKEN'
        | 'HOLD_EXPIRED';
      /** Units left per tier without seats. */
      left: ReadonlyMap<string, number>;
      /** Seats of the batch that are another hold's. */
      taken: readonly TakenSeat[];
    }
  /** Another epoch is live: go through the gate again. */
  | { code: 'STALE' }
  /** The ledger could not be reached in time; whether the hold exists is open. */
  | { code: 'AWAY' }
  /** This hold id can never be granted (a tombstone): try with a new one. */
  | { code: 'VOID' };

const CODES = {
  B: 'REQUEST_ID_REUSED',
  X: 'NOT_FOUND',
  N: 'NOT_OPEN',
  P: 'DROP_PAUSED',
  T: 'NO_TURN',
  L: 'LIMIT_EXCEEDED',
  S: 'SOLD_OUT',
  C: 'SEATS_TAKEN',
  E: 'HOLD_EXPIRED',
} as const;

/** What `place_holds` and `swap_hold` return. */
export interface Row {
  status: 'OK' | 'STALE' | 'GONE';
  results: string;
  expires_at: Date;
  tier_ids: string;
  remaining: string | null;
  prices: string | null;
  taken: string | null;
}

/** Sums by id, sorted by id: the order in which rows are locked. */
function sums(of: ReadonlyMap<string, number>): { ids: string[]; units: number[] } {
  const ids = [...of.keys()].sort();
  return { ids, units: ids.map((id) => of.get(id) as number) };
}

/** What `place_holds` takes, as array literals. */
export function params(batchId: string, dropId: string, batch: readonly BatchEntry[]): unknown[] {
  const itemHold: number[] = [];
  const itemTier: string[] = [];
  const itemQty: number[] = [];
  const itemSeats: string[] = [];
  const seated = batch.some((entry) => entry.wish !== null);
  const perFan = new Map<string, number>();
  const perTier = new Map<string, number>();
  const units = batch.map((entry, i) => {
    let sum = 0;
    for (const { tierId, quantity, seats } of entry.lines) {
      itemHold.push(i + 1);
      itemTier.push(tierId);
      itemQty.push(quantity);
      if (seated) itemSeats.push(seats ? `"{${seats.join(',')}}"` : 'NULL');
      perTier.set(tierId, (perTier.get(tierId) ?? 0) + quantity);
      sum += quantity;
    }
    perFan.set(entry.userId, (perFan.get(entry.userId) ?? 0) + sum);
    return sum;
  });
  const fans = sums(perFan);
  const tiers = sums(perTier);
  // Array literals are joined here: ids, base64 hashes and integers need no quoting, which spares the driver's
  // escaping of every element.
  const array = (values: readonly (string | number)[]) => `{${values.join(',')}}`;
  return [
    batchId,
    dropId,
    (batch[0] as BatchEntry).epoch,
    array(batch.map((entry) => entry.holdId)),
    array(batch.map((entry) => entry.userId)),
    array(batch.map((entry) => entry.requestId)),
    array(batch.map((entry) => entry.bodyHash)),
    array(units),
    array(fans.ids),
    array(fans.units),
    array(tiers.ids),
    array(tiers.units),
    array(itemHold),
    array(itemTier),
    array(itemQty),
    array(itemSeats),
    array(seated ? batch.map((entry) => entry.wish?.channel ?? 0) : []),
    array(seated ? batch.map((entry) => String(entry.wish?.accessible ?? false)) : []),
  ];
}

function takenOf(row: Row): TakenSeat[] {
  if (!row.taken) return [];
  return row.taken.split(',').map((text) => {
    const [seat, holdId, sold] = text.split(':') as [string, string, string];
    return { seat: Number(seat), holdId, sold: sold === '1' };
  });
}

/** `price:fee:tax`, as the ledger writes it. */
function unitPriceOf(text: string): UnitPrice {
  const [priceCents, feeCents, taxCents] = text.split(':').map(Number) as [number, number, number];
  return { priceCents, feeCents, taxCents };
}

export function answersOf(row: Row, batch: readonly BatchEntry[]): BatchAnswer[] {
  const tiers = row.tier_ids ? row.tier_ids.split(',') : [];
  const remaining = (row.remaining ?? '').split(',');
  const prices = (row.prices ?? '').split(',').map(unitPriceOf);
  const left = new Map(tiers.flatMap((id, i) => (remaining[i] ? [[id, Number(remaining[i])] as const] : [])));
  const taken = takenOf(row);
  const price = new Map(tiers.map((id, i) => [id, prices[i] as UnitPrice]));
  return row.results.split(',').map((code, i) => {
    if (code === 'G') {
      const lines = (batch[i] as BatchEntry).lines;
      return {
        code: 'GRANTED',
        expiresAt: row.expires_at,
        prices: lines.map((l) => price.get(l.tierId) as UnitPrice),
      };
    }
    if (code.startsWith('R')) return { code: 'REPEAT', holdId: code.slice(1) };
    return { code: CODES[code as keyof typeof CODES], left, taken };
  });
}
