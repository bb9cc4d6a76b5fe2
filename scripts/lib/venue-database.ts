/**
 * The database a command works on: the configured one, the embedded one of a Holdfast that runs here, or, when none runs,
 * the embedded one started for the moment.
 */
import process from 'node:process';
import { readConfig } from '../../server/config.ts';
import { createLog, systemClock } from '../../server/kernel/index.ts';
import { runningPostgres, startPostgres } from '../../server/stores/embedded.ts';
import { createPool, type Pool } from '../../server/stores/index.ts';
import { migrate } from '../../server/stores/migrate.ts';

/** Whoever waits at a terminal waits this long for one statement. */
const STATEMENT_MS = 60_000;

const poolAt = (url: string): Pool =>
  createPool(
    { url, max: 2, name: 'venue', statementTimeoutMs: STATEMENT_MS, lockTimeoutMs: STATEMENT_MS },
    createLog('silent', 'venue'),
  );

async function use<T>(url: string, work: (db: Pool) => Promise<T>): Promise<T> {
  const db = poolAt(url);
  try {
    return await work(db);
  } finally {
    await db.end();
  }
}

/** @throws PlainError when there is no database to be had */
export async function withDatabase<T>(work: (db: Pool) => Promise<T>): Promise<T> {
  const { DATABASE_URL, HOLDFAST_DATA } = process.env;
  const config = readConfig({ DATABASE_URL, HOLDFAST_DATA });
  const url = config.databaseUrl ?? runningPostgres(config);
  if (url) return use(url, work);
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  say('Starting the database for a moment …');
  const embedded = await startPostgres(config, say, systemClock);
  try {
    await migrate(embedded.url);
    return await use(embedded.url, work);
  } finally {
    await embedded.stop();
  }
}
