/**
 * Joining a line (rules Q3–Q9): joins gather while the previous batch commits, and one call of `ticketing.join_batch`
 * (join.function.sql) writes them. The fan hears of the place, with its receipt, after the commit.
 *
 *   answered ──────────────────────▶ each fan's place, signed
 *   deadlock, lock time-out ────────▶ the same batch again
 *   outcome unknown ────────────────▶ the same batch again: whoever has a live place gets that one back
 *   ledger away for `retryForMs` ───▶ TEMPORARILY_UNAVAILABLE
 */
import type { Clock, Ids, Logger, Uuid } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type PlaceState, type Refusal, type Result, refuse } from '../protocol/index.ts';
import {
  createGroupCommit,
  isOutcomeUnknown,
  isRepeatable,
  type Pool,
  sqlState,
  statement,
} from '../stores/index.ts';
import { signReceipts } from './receipt.ts';

export interface Joined {
  placeId: Uuid;
  /** Null in the lobby and while drawing. */
  number: number | null;
  state: PlaceState;
  joinedAt: Date;
  receipt: string;
}

export interface JoinDeps {
  pool: Pool;
  clock: Clock;
  ids: Ids;
  keys: KeyRing;
  log: Logger;
  /** How long a batch is repeated before its fans are asked to come back, ms. */
  retryForMs?: number;
}

export interface Join {
  /** Refuses NOT_FOUND, INVALID_STATE (no line), NOT_OPEN, LIMIT_EXCEEDED, TEMPORARILY_UNAVAILABLE. */
  join(dropId: Uuid, userId: Uuid): Promise<Result<Joined>>;
  idle(): Promise<void>;
  readonly waiting: number;
}

interface Row {
  ord: number;
  code: 'J' | 'C' | 'N' | 'L' | 'R' | 'U';
  place_id: Uuid;
  number: number | null;
  state: PlaceState;
  joined_us: number;
  commitment: Buffer;
  secret_hash: Buffer;
}
type Answer = Result<Joined> | 'AGAIN';

const JOIN = statement('queue_join', 'select * from ticketing.join_batch($1, $2, $3)');

const REFUSED: Record<'C' | 'N' | 'L' | 'U', Refusal> = {
  C: { code: 'NOT_OPEN' },
  N: { code: 'INVALID_STATE', message: 'This sale has no line.' },
  L: { code: 'LIMIT_EXCEEDED' },
  U: { code: 'UNAUTHENTICATED' },
};
const away = () => refuse('TEMPORARILY_UNAVAILABLE', { retryAfterMs: 1000 });
const AGAIN_MAX = 5;

export function createJoin(deps: JoinDeps): Join {
  const { pool, clock, ids, keys, log } = deps;
  const retryForMs = deps.retryForMs ?? 8_000;

  /** Distinct accounts of the batch, and which of them each request is. */
  async function write(dropId: Uuid, users: readonly Uuid[]): Promise<Row[]> {
    const places = users.map(() => ids.next());
    const deadline = clock.now() + retryForMs;
    for (let pause = 5; ; pause = Math.min(pause * 2, 500)) {
      try {
        return await pool.all<Row>(JOIN, [dropId, `{${users.join(',')}}`, `{${places.join(',')}}`]);
      } catch (err) {
        // 57014: the statement ran into its own time limit, so it did not commit.
        const passing = isRepeatable(err) || isOutcomeUnknown(err) || sqlState(err) === '57014';
        if (!passing || clock.now() + pause > deadline) throw err;
        log.debug({ err, dropId, joins: users.length }, 'joins repeated');
        await clock.sleep(pause);
      }
    }
  }

  function answers(dropId: Uuid, rows: readonly Row[]): Answer[] {
    const joined = rows.filter((row) => row.code === 'J');
    const receipts =
      joined.length === 0
        ? []
        : signReceipts(
            keys,
            dropId,
            joined[0]!.secret_hash,
            joined.map((r) => ({
              placeId: r.place_id,
              commitment: r.commitment,
              joinedAtMicros: r.joined_us,
            })),
          );
    let signed = 0;
    return rows.map((row) => {
      if (row.code === 'R') return 'AGAIN';
      if (row.code !== 'J') return { ok: false, error: REFUSED[row.code] };
      return ok({
        placeId: row.place_id,
        number: row.number,
        state: row.state,
        joinedAt: new Date(row.joined_us / 1000),
        receipt: receipts[signed++]!,
      });
    });
  }

  async function commit(dropId: Uuid, batch: Uuid[]): Promise<Answer[]> {
    const users = [...new Set(batch)];
    try {
      const rows = await write(dropId, users);
      if (rows.length === 0) return batch.map(() => refuse('NOT_FOUND'));
      const answerOf = new Map(answers(dropId, rows).map((answer, i) => [users[i]!, answer]));
      return batch.map((user) => answerOf.get(user)!);
    } catch (err) {
      if (!isRepeatable(err) && !isOutcomeUnknown(err) && sqlState(err) !== '57014') throw err;
      log.warn({ err, dropId, joins: batch.length }, 'joins not written: the ledger is away');
      return batch.map(away);
    }
  }

  const group = createGroupCommit<Uuid, Answer>({
    commit,
    maxBatch: LIMITS.joinBatchMax,
    maxInFlight: LIMITS.joinBatchesInFlight,
    maxWaiting: LIMITS.batchQueueMax,
    onFull: away,
  });

  return {
    async join(dropId, userId) {
      for (let attempt = 0; attempt < AGAIN_MAX; attempt++) {
        const answer = await group.submit(dropId, userId);
        if (answer !== 'AGAIN') return answer;
      }
      return away();
    },
    idle: group.idle,
    get waiting() {
      return group.waiting;
    },
  };
}
