/**
 * Brings a database to this program's schema: numbered migrations (append-only, one transaction each), then the
 * functions that stand beside their verbs (`server/**` + `/<verb>.function.sql`), each re-applied when its text changed.
 * Any number of processes may run this at once: one works, the others wait and find it done.
 */
import { createHash } from 'node:crypto';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { PlainError } from './plain-error.ts';

const SERVER_DIR = fileURLToPath(new URL('..', import.meta.url));
export const MIGRATIONS_DIR = fileURLToPath(new URL('./migrations', import.meta.url));
/** Any constant: this program's own, so that functions and migrations stand under one lock. */
const MIGRATION_LOCK = 482_913_057;

const CREATE_BOOKKEEPING = `
  create schema if not exists holdfast;
  create table if not exists holdfast.functions (
    path text primary key,
    checksum text not null,
    applied_at timestamptz not null default now()
  )`;

const FIND_APPLIED = `
  select name from holdfast.migrations order by id`;

const HAS_MIGRATIONS = `
  select to_regclass('holdfast.migrations') is not null as present`;

const FIND_FUNCTION = `
  select checksum from holdfast.functions where path = $1`;

const RECORD_FUNCTION = `
  insert into holdfast.functions (path, checksum) values ($1, $2)
  on conflict (path) do update set checksum = excluded.checksum, applied_at = now()`;

const READ_FITNESS = `
  select current_setting('server_version_num')::int as version,
         current_setting('synchronous_commit') as "synchronousCommit"`;

export interface Migrated {
  migrations: string[];
  functions: string[];
}

/** Names of this program's migrations, in order. */
export function knownMigrations(dir = MIGRATIONS_DIR): string[] {
  return readdirSync(dir)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => file.slice(0, -'.sql'.length));
}

/** `server/**` + `/<verb>.function.sql`, sorted by path. */
export function functionFiles(root = SERVER_DIR): { path: string; text: string; checksum: string }[] {
  return globSync('**/*.function.sql', { cwd: root })
    .sort()
    .map((path) => {
      const text = readFileSync(new URL(path, `file://${root}/`), 'utf8');
      return { path: relative('.', path), text, checksum: createHash('sha256').update(text).digest('hex') };
    });
}

/** @throws PlainError when the server is too old or would acknowledge what it has not written. */
export async function assertPostgresFit(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number; synchronousCommit: string }>(READ_FITNESS);
  const { version, synchronousCommit } = rows[0]!;
  if (version < 150_000)
    throw new PlainError(
      `Postgres ${Math.floor(version / 10_000)} is too old.`,
      'Holdfast needs Postgres 15 or later: point DATABASE_URL at one, or leave it unset to use the packaged one.',
    );
  if (synchronousCommit === 'off' || synchronousCommit === 'local')
    throw new PlainError(
      `This Postgres runs with synchronous_commit=${synchronousCommit}: a crash could lose holds that fans were told they have.`,
      'Set it: ALTER SYSTEM SET synchronous_commit = on; SELECT pg_reload_conf();',
    );
}

async function refuseNewer(client: pg.Client, dir: string): Promise<void> {
  const { rows } = await client.query<{ present: boolean }>(HAS_MIGRATIONS);
  if (!rows[0]?.present) return;
  const known = new Set(knownMigrations(dir));
  const applied = await client.query<{ name: string }>(FIND_APPLIED);
  const unknown = applied.rows.map((row) => row.name).filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new PlainError(
      `The database is newer than this program: it has ${unknown.join(', ')}, which this version does not know.`,
      'Start the newer version of Holdfast, restore a backup made by this one, or begin anew with npm run reset.',
    );
}

async function applyFunctions(client: pg.Client, root: string): Promise<string[]> {
  const applied: string[] = [];
  await client.query('BEGIN');
  try {
    for (const file of functionFiles(root)) {
      const { rows } = await client.query<{ checksum: string }>(FIND_FUNCTION, [file.path]);
      if (rows[0]?.checksum === file.checksum) continue;
      try {
        await client.query(file.text);
      } catch (err) {
        throw new Error(`${file.path}: ${(err as Error).message}`, { cause: err });
      }
      await client.query(RECORD_FUNCTION, [file.path, file.checksum]);
      applied.push(file.path);
    }
    await client.query('COMMIT');
  } catch (err) {
    await client.query('ROLLBACK');
    throw err;
  }
  return applied;
}

/**
 * @returns what was applied, by name. @throws PlainError when the database is unfit, unreachable or newer.
 */
export async function migrate(
  databaseUrl: string,
  dirs = { migrations: MIGRATIONS_DIR, functions: SERVER_DIR },
): Promise<Migrated> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'holdfast-migrate' });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (err) {
    throw unreachable(databaseUrl, err as NodeJS.ErrnoException);
  }
  try {
    await assertPostgresFit(client);
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await refuseNewer(client, dirs.migrations);
    await client.query(CREATE_BOOKKEEPING);
    const ran = await runner({
      dbClient: client,
      dir: dirs.migrations,
      direction: 'up',
      migrationsSchema: 'holdfast',
      migrationsTable: 'migrations',
      singleTransaction: false,
      checkOrder: true,
      advisoryLockMode: 'wait',
      logger: {
        debug: () => undefined,
        info: () => undefined,
        warn: () => undefined,
        error: () => undefined,
      },
    });
    const functions = await applyFunctions(client, dirs.functions);
    return { migrations: ran.map((migration) => migration.name), functions };
  } finally {
    // Ending the session releases the lock.
    await client.end();
  }
}

function unreachable(databaseUrl: string, err: NodeJS.ErrnoException): Error {
  const { host } = new URL(databaseUrl);
  if (err.code === 'ECONNREFUSED' || err.code === 'ENOTFOUND' || err.code === 'ETIMEDOUT')
    return new PlainError(
      `No Postgres answers at ${host} (${err.code}).`,
      'Start it, or correct DATABASE_URL.',
    );
  if (err.code === '28P01' || err.code === '28000' || err.code === '3D000')
    return new PlainError(
      `Postgres at ${host} refuses: ${err.message}.`,
      'Correct the user, password or database in DATABASE_URL.',
    );
  return err;
}
