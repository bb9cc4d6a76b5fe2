/** A real Postgres in a temporary folder, gone afterwards: for tests (without fsync) and benchmarks (with). */
import { chmodSync, chownSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  freePort,
  initCluster,
  postgresAccount,
  runCluster,
  urlOf,
  usableBinaries,
} from './embedded-postgres.ts';

export interface TemporaryCluster {
  adminUrl: string;
  urlOf(database: string): string;
  /** Its folder, which goes with it. */
  dir: string;
  stop(): Promise<void>;
}

/** Nobody pulls the plug on a test. */
const FOR_TESTS = { fsync: 'off', full_page_writes: 'off', max_connections: '200', shared_buffers: '128MB' };

/** `settings`: what differs from the defaults for tests. */
export async function temporaryCluster(
  settings: Record<string, string> = FOR_TESTS,
): Promise<TemporaryCluster> {
  const account = postgresAccount();
  const binaries = await usableBinaries(account);
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'holdfast-test-'));
  chmodSync(root, 0o755);
  if (account) chownSync(root, account.uid, account.gid);
  const cluster = {
    dir: join(root, 'postgres'),
    port: await freePort(),
    user: 'holdfast',
    password: 'test',
    logFile: join(root, 'postgres.log'),
    removeAfter: root,
    settings: {
      ...settings,
      unix_socket_directories: '',
      listen_addresses: '127.0.0.1',
      timezone: 'UTC',
      log_timezone: 'UTC',
      deadlock_timeout: '200ms',
    },
  };
  initCluster(cluster, binaries, account);
  const child = await runCluster(cluster, binaries, account);
  return {
    dir: root,
    adminUrl: urlOf(cluster, 'postgres'),
    urlOf: (database) => urlOf(cluster, database),
    stop: () => child.stop(),
  };
}
