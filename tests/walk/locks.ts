/**
 * Holding a process between two transactions from outside: a lock on what its next transaction needs, and a look at who waits
 * for it. Nothing in the program knows of it. Killed while it waits, a process leaves its transaction behind, still waiting:
 * it may commit by itself once the lock is gone (`release`), or never (`lose`).
 */
import pg from 'pg';
import { until } from '../../server/stores/testing.ts';

export interface Lock {
  /** Resolves once a transaction whose text has `word` waits for this lock. */
  waits(word: string): Promise<void>;
  /** Whoever waits goes on. */
  release(): Promise<void>;
  /** Whoever waits is ended, without effect. */
  lose(): Promise<void>;
}

const WAITERS = `select pid from pg_stat_activity
  where datname = current_database() and $1::int = any (pg_blocking_pids(pid)) and strpos(query, $2) > 0`;

export async function lock(databaseUrl: string, text: string, values: unknown[] = []): Promise<Lock> {
  const holder = new pg.Client({ connectionString: databaseUrl });
  const watcher = new pg.Client({ connectionString: databaseUrl });
  await Promise.all([holder.connect(), watcher.connect()]);
  await holder.query('begin');
  await holder.query(text, values);
  const { rows } = await holder.query<{ pid: number }>('select pg_backend_pid() as pid');
  const { pid } = rows[0] as { pid: number };
  const waiters = async (word = ''): Promise<number[]> =>
    (await watcher.query<{ pid: number }>(WAITERS, [pid, word])).rows.map((row) => row.pid);
  const end = async (): Promise<void> => {
    await holder.query('rollback');
    await Promise.all([holder.end(), watcher.end()]);
  };
  return {
    waits: (word) => until(`${word} waits for ${text}`, async () => (await waiters(word)).length > 0, 60_000),
    release: end,
    async lose() {
      for (const waiter of await waiters()) await watcher.query('select pg_terminate_backend($1)', [waiter]);
      await until('gone', async () => (await waiters()).length === 0);
      await end();
    },
  };
}
