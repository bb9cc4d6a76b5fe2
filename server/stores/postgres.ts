/**
 * The ledger's connections: one pool per kind of work, so that reads can never starve payments, each with its
 * own time-outs (on the server, where they end the work and not only the wait).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { type Logger, waiting } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';

// bigint columns (counters, versions, numbers) stay far below 2^53; money is integer.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** A prepared statement: parsed and planned once per connection, by name. */
export interface Statement {
  name: string;
  text: string;
}

/** Anything that runs statements: a pool, or one connection inside a transaction. */
export interface Db {
  /** Rows of a named statement. @throws pg.DatabaseError, or a connection error */
  all<Row>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
  /** The first row, or undefined. */
  one<Row>(statement: Statement, values?: readonly unknown[]): Promise<Row | undefined>;
}

export interface Pool extends Db {
  /**
   * One transaction (READ COMMITTED): commits what `work` returns, rolls back what it throws. `statementMs`: how long
   * `work` lets the server take for one statement, where that is longer than the pool's own time-out.
   */
  transaction<T>(work: (tx: Db) => Promise<T>, statementMs?: number): Promise<T>;
  readonly raw: pg.Pool;
  end(): Promise<void>;
}

export interface Ledger {
  /** Batches of holds and joins. */
  holds: Pool;
  /** Checkout and payments: never behind a queue of reads. */
  payments: Pool;
  /** Everything else: pages, accounts, sweeps. */
  reads: Pool;
  /** Figures that may be a moment old (sales, alerts): may stand on a replica, and cannot write. */
  views: Pool;
  end(): Promise<void>;
}

/** One statement from text, named by its content. */
export function statement(label: string, text: string): Statement {
  return { name: `${label}_${createHash('sha1').update(text).digest('hex').slice(0, 12)}`, text };
}

/** Text that differs from call to call: planned each time, for the values it comes with. */
export const unprepared = (text: string): Statement => ({ name: '', text });

/** One statement from a `.sql` file beside the caller: `sqlFile(import.meta.url, 'release.sql')`. */
export function sqlFile(base: string, file: string): Statement {
  return statement(file.replace(/\W+/g, '_'), readFileSync(fileURLToPath(new URL(file, base)), 'utf8'));
}

/** What @types/pg leaves out of a query's own settings. */
type Query = pg.QueryConfig & { query_timeout?: number };

function dbOn(client: { query(config: Query): Promise<pg.QueryResult> }, statementMs?: number): Db {
  const wait = statementMs === undefined ? {} : { query_timeout: statementMs + LIMITS.ledgerAnswerMs };
  const all = async <Row>(s: Statement, values: readonly unknown[] = []) =>
    (await waiting('db', client.query({ name: s.name, text: s.text, values: values as unknown[], ...wait })))
      .rows as Row[];
  return {
    all,
    one: async <Row>(s: Statement, values?: readonly unknown[]) => (await all<Row>(s, values))[0],
  };
}

export interface PoolOptions {
  url: string;
  max: number;
  statementTimeoutMs: number;
  lockTimeoutMs: number;
  /** Shows in pg_stat_activity. */
  name: string;
  /** Refuses to write, whatever it is asked. */
  readOnly?: boolean;
}

export function createPool(options: PoolOptions, log: Logger): Pool {
  const raw = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    connectionTimeoutMillis: LIMITS.poolConnectTimeoutMs,
    // A server that is frozen, or behind a cut cable, ends no statement and answers nothing: nobody waits for it for ever.
    query_timeout: options.statementTimeoutMs + LIMITS.ledgerAnswerMs,
    keepAlive: true,
    idleTimeoutMillis: 60_000,
    application_name: `holdfast-${options.name}`,
    options: [
      `-c statement_timeout=${options.statementTimeoutMs}`,
      `-c lock_timeout=${options.lockTimeoutMs}`,
      '-c idle_in_transaction_session_timeout=15000',
      '-c synchronous_commit=on',
      `-c default_transaction_read_only=${options.readOnly ? 'on' : 'off'}`,
      '-c timezone=UTC',
      '-c jit=off',
    ].join(' '),
  });
  // An idle connection that dies emits here; one that dies while checked out emits on the client.
  // Without both listeners either ends the process.
  raw.on('error', (err) => log.warn({ err: err.message, pool: options.name }, 'idle ledger connection lost'));
  raw.on('connect', (client) => {
    client.on('error', (err) => log.warn({ err: err.message, pool: options.name }, 'ledger connection lost'));
  });

  async function transaction<T>(work: (tx: Db) => Promise<T>, statementMs?: number): Promise<T> {
    const client = await waiting('db', raw.connect());
    let broken: Error | undefined;
    try {
      await waiting('db', client.query('BEGIN'));
      const value = await work(dbOn(client, statementMs));
      await waiting('db', client.query('COMMIT'));
      return value;
    } catch (err) {
      // Asking a server that did not answer to roll back is another wait: closing the connection does it too.
      if (isSilence(err)) broken = err as Error;
      else
        try {
          await client.query('ROLLBACK');
        } catch (rollbackError) {
          broken = rollbackError as Error;
        }
      throw err;
    } finally {
      client.release(broken);
    }
  }

  return { ...dbOn(raw), transaction, raw, end: () => raw.end() };
}

export function connectLedger(url: string, readUrl: string | undefined, log: Logger): Ledger {
  const timeouts = {
    statementTimeoutMs: LIMITS.holdStatementTimeoutMs,
    lockTimeoutMs: LIMITS.holdLockTimeoutMs,
  };
  const holds = createPool({ url, max: 8, name: 'holds', ...timeouts }, log);
  const payments = createPool({ url, max: 10, name: 'payments', ...timeouts }, log);
  const reading = { ...timeouts, statementTimeoutMs: LIMITS.readStatementTimeoutMs };
  const reads = createPool({ url, max: 10, name: 'reads', ...reading }, log);
  const views = createPool({ url: readUrl ?? url, max: 4, name: 'views', ...reading, readOnly: true }, log);
  return {
    holds,
    payments,
    reads,
    views,
    end: async () => {
      await Promise.all([holds.end(), payments.end(), reads.end(), views.end()]);
    },
  };
}

/** SQLSTATE of an error the server answered with; undefined when the connection itself failed (outcome unknown). */
export function sqlState(err: unknown): string | undefined {
  return err instanceof pg.DatabaseError ? err.code : undefined;
}

/** The server did not answer in time (pg gives this error no code); what it did is open. */
export const isSilence = (err: unknown): boolean =>
  err instanceof Error && err.message === 'Query read timeout';

const RETRY_STATES = new Set(['40001', '40P01', '55P03']);

/** Deadlock, serialisation failure, lock time-out: the same transaction may simply be repeated. */
export const isRepeatable = (err: unknown): boolean => RETRY_STATES.has(sqlState(err) ?? '');

/**
 * Whether an error leaves it open if the transaction committed: anything but an error response on a live
 * connection (a lost connection, a client-side time-out, an administrator's shutdown).
 */
export function isOutcomeUnknown(err: unknown): boolean {
  const state = sqlState(err);
  return state === undefined || state.startsWith('57P') || state.startsWith('08');
}
