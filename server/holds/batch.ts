/**
 * The group commit of holds: what the gate let through gathers while the previous batch commits, and is decided by
 * one call of `ticketing.place_holds` (place.function.sql). This file owns what may go wrong around that call:
 *
 *   answered ─────────────▶ each hold's answer
 *   deadlock, lock time-out ─▶ the same batch again, under a new batch id
 *   bad data ─────────────▶ bisected until the one bad row stands alone
 *   outcome unknown ──────▶ resolver: insert the same batch id; a conflict means it committed, success means it never can
 *   ledger away ──────────▶ AWAY for each: nobody hears "yes", the gate's entries stay pending until looked up
 */
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import {
  createGroupCommit,
  isOutcomeUnknown,
  isRepeatable,
  type Pool,
  sqlState,
  statement,
} from '../stores/index.ts';
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

export type BatchAnswer =
  | { code: 'GRANTED'; expiresAt: Date; pricesCents: number[] }
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

export const PLACE = statement(
  'place_holds',
  'select * from ticketing.place_holds($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)',
);
const SWAP = statement(
  'swap_hold',
  'select * from ticketing.swap_hold($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19)',
);
const CLAIM_BATCH = statement(
  'resolve_batch',
  'insert into ticketing.hold_batches (id, drop_id) values ($1, $2)',
);
const FOUND = statement(
  'resolve_holds',
  `select h.id, h.status, h.expires_at, array_agg(i.unit_price_cents order by i.tier_id) as prices
     from ticketing.holds h left join ticketing.ticket_holds i on i.hold_id = h.id
    where h.id = any ($1) group by h.id`,
);

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

const REPEATS_MAX = 5;
const UNIQUE_VIOLATION = '23505';

export interface BatchDeps {
  pool: Pool;
  clock: Clock;
  ids: Ids;
  log: Logger;
  /** How long an unknown outcome is pursued before the fan is asked to come back, ms. */
  resolveForMs?: number;
}

interface Row {
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

/** What `PLACE` takes, as array literals. */
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

function answersOf(row: Row, batch: readonly BatchEntry[]): BatchAnswer[] {
  const tiers = row.tier_ids ? row.tier_ids.split(',') : [];
  const remaining = (row.remaining ?? '').split(',');
  const prices = (row.prices ?? '').split(',');
  const left = new Map(tiers.flatMap((id, i) => (remaining[i] ? [[id, Number(remaining[i])] as const] : [])));
  const taken = takenOf(row);
  const price = new Map(tiers.map((id, i) => [id, Number(prices[i])]));
  return row.results.split(',').map((code, i) => {
    if (code === 'G') {
      const lines = (batch[i] as BatchEntry).lines;
      return {
        code: 'GRANTED',
        expiresAt: row.expires_at,
        pricesCents: lines.map((l) => price.get(l.tierId) as number),
      };
    }
    if (code.startsWith('R')) return { code: 'REPEAT', holdId: code.slice(1) };
    return { code: CODES[code as keyof typeof CODES], left, taken };
  });
}

export interface Batches {
  submit(entry: BatchEntry): Promise<BatchAnswer>;
  idle(): Promise<void>;
}

export function createBatches(deps: BatchDeps): Batches {
  const { pool, clock, ids, log } = deps;
  const resolveForMs = deps.resolveForMs ?? 8_000;

  async function attempt(
    dropId: string,
    batch: BatchEntry[],
    deadline: number,
    tries = 0,
  ): Promise<BatchAnswer[]> {
    const batchId = ids.next();
    try {
      const { replaces } = batch[0] as BatchEntry;
      const args = params(batchId, dropId, batch);
      const row = await (replaces ? pool.one<Row>(SWAP, [...args, replaces]) : pool.one<Row>(PLACE, args));
      if (!row || row.status === 'GONE')
        return batch.map(() => ({ code: 'NOT_FOUND', left: new Map(), taken: [] }));
      if (row.status === 'STALE') return batch.map(() => ({ code: 'STALE' }));
      return answersOf(row, batch);
    } catch (err) {
      if (isOutcomeUnknown(err)) return resolve(batchId, dropId, batch, deadline, err);
      if (isRepeatable(err) && tries < REPEATS_MAX) return attempt(dropId, batch, deadline, tries + 1);
      // 57014: the server ended the statement itself; nothing was written.
      if (sqlState(err) === '57014' || isRepeatable(err)) return batch.map(() => ({ code: 'AWAY' }));
      if (batch.length > 1) {
        const middle = batch.length >> 1;
        return [
          ...(await attempt(dropId, batch.slice(0, middle), deadline)),
          ...(await attempt(dropId, batch.slice(middle), deadline)),
        ];
      }
      if (sqlState(err) === UNIQUE_VIOLATION && tries < REPEATS_MAX)
        return lookUp(batch, deadline, tries + 1);
      log.error({ err, dropId, holdId: batch[0]?.holdId }, 'hold refused by the ledger as bad data');
      return [{ code: 'VOID' }];
    }
  }

  /** The holds that stand in the ledger; those that do not are judged afresh. */
  async function lookUp(batch: BatchEntry[], deadline: number, tries = 0): Promise<BatchAnswer[]> {
    const rows = await pool.all<{ id: string; status: string; expires_at: Date; prices: number[] }>(FOUND, [
      batch.map((entry) => entry.holdId),
    ]);
    const found = new Map(rows.map((row) => [row.id, row]));
    const missing = batch.filter((entry) => !found.has(entry.holdId));
    const again =
      missing.length > 0 ? await attempt((batch[0] as BatchEntry).dropId, missing, deadline, tries) : [];
    return batch.map((entry) => {
      const row = found.get(entry.holdId);
      if (!row) return again[missing.indexOf(entry)] as BatchAnswer;
      if (row.status === 'void') return { code: 'VOID' };
      return { code: 'GRANTED', expiresAt: row.expires_at, pricesCents: row.prices };
    });
  }

  async function resolve(
    batchId: string,
    dropId: string,
    batch: BatchEntry[],
    deadline: number,
    cause: unknown,
  ): Promise<BatchAnswer[]> {
    log.warn(
      { err: (cause as Error).message, dropId, holds: batch.length },
      'outcome of a batch unknown: asking the ledger',
    );
    for (let pause = 20; clock.now() < deadline; pause = Math.min(pause * 2, 500)) {
      try {
        await pool.all(CLAIM_BATCH, [batchId, dropId]);
        // The id is ours now: the straggler can never commit.
        return await attempt(dropId, batch, deadline);
      } catch (err) {
        if (sqlState(err) === UNIQUE_VIOLATION) return lookUp(batch, deadline);
        if (!isOutcomeUnknown(err) && !isRepeatable(err)) throw err;
        await clock.sleep(pause);
      }
    }
    return batch.map(() => ({ code: 'AWAY' }));
  }

  const group = createGroupCommit<BatchEntry, BatchAnswer>({
    commit: (_epochOfDrop, batch) =>
      attempt((batch[0] as BatchEntry).dropId, batch, clock.now() + resolveForMs),
    maxBatch: LIMITS.holdBatchMax,
    maxInFlight: LIMITS.holdBatchesInFlight,
    maxWaiting: LIMITS.batchQueueMax,
    onFull: () => ({ code: 'AWAY' }),
  });
  return {
    // A call of the ledger is of one epoch: what passed different gates never shares a batch. An exchange goes by itself.
    submit: (entry) => {
      const key = `${entry.dropId}:${entry.epoch}`;
      return group.submit(entry.replaces ? `${key}:${entry.holdId}` : key, entry);
    },
    idle: group.idle,
  };
}
