/** A transaction over very many places or holds gets more time than a batch does. */
import { LIMITS } from '../limits.ts';
import { type Db, type Pool, statement } from '../stores/index.ts';

const ALLOW_TIME = statement('queue_allow_time', `select set_config('statement_timeout', $1, true)`);

export const patiently = <T>(pool: Pool, work: (tx: Db) => Promise<T>): Promise<T> =>
  pool.transaction(async (tx) => {
    await tx.all(ALLOW_TIME, [String(LIMITS.drawStatementTimeoutMs)]);
    return work(tx);
  }, LIMITS.drawStatementTimeoutMs);
