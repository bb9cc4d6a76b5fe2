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
import {
  answersOf,
  type BatchAnswer,
  type BatchEntry,
  params,
  type Row,
  type UnitPrice,
} from './batch-call.ts';

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
  `select h.id, h.status, h.expires_at, json_agg(json_build_object(
            'priceCents', i.unit_price_cents, 'feeCents', i.unit_fee_cents, 'taxCents', i.unit_tax_cents) order by i.tier_id) as prices
     from ticketing.holds h left join ticketing.ticket_holds i on i.hold_id = h.id
    where h.id = any ($1) group by h.id`,
);

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
    const rows = await pool.all<{ id: string; status: string; expires_at: Date; prices: UnitPrice[] }>(
      FOUND,
      [batch.map((entry) => entry.holdId)],
    );
    const found = new Map(rows.map((row) => [row.id, row]));
    const missing = batch.filter((entry) => !found.has(entry.holdId));
    const again =
      missing.length > 0 ? await attempt((batch[0] as BatchEntry).dropId, missing, deadline, tries) : [];
    return batch.map((entry) => {
      const row = found.get(entry.holdId);
      if (!row) return again[missing.indexOf(entry)] as BatchAnswer;
      if (row.status === 'void') return { code: 'VOID' };
      return { code: 'GRANTED', expiresAt: row.expires_at, prices: row.prices };
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

  const gather = (maxBatch: number) =>
    createGroupCommit<BatchEntry, BatchAnswer>({
      commit: (_epochOfDrop, batch) =>
        attempt((batch[0] as BatchEntry).dropId, batch, clock.now() + resolveForMs),
      maxBatch,
      maxInFlight: LIMITS.holdBatchesInFlight,
      maxWaiting: LIMITS.batchQueueMax,
      onFull: () => ({ code: 'AWAY' }),
    });
  const group = gather(LIMITS.holdBatchMax);
  const exchanges = gather(1);
  return {
    // A call of the ledger is of one epoch: what passed different gates never shares a batch. An exchange goes by itself.
    submit: (entry) => (entry.replaces ? exchanges : group).submit(`${entry.dropId}:${entry.epoch}`, entry),
    async idle() {
      await Promise.all([group.idle(), exchanges.idle()]);
    },
  };
}
