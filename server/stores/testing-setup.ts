/**
 * Once per test run: a real Postgres in a temporary folder, with one migrated database that every test file copies.
 * fsync is off (nobody pulls the plug on a test); everything else is as in production.
 */
import { chmodSync, chownSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import {
  freePort,
  initCluster,
  postgresAccount,
  runCluster,
  urlOf,
  usableBinaries,
} from './embedded-postgres.ts';
import { redisBinary } from './embedded-redis.ts';
import { migrate } from './migrate.ts';
import { TEMPLATE_DATABASE } from './testing.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  // Once, before files race to install it.
  redisBinary(say);
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
      fsync: 'off',
      full_page_writes: 'off',
      max_connections: '200',
      shared_buffers: '128MB',
      unix_socket_directories: '',
      listen_addresses: '127.0.0.1',
      timezone: 'UTC',
      log_timezone: 'UTC',
      deadlock_timeout: '200ms',
    },
  };
  initCluster(cluster, binaries, account);
  const child = await runCluster(cluster, binaries, account);
  const adminUrl = urlOf(cluster, 'postgres');
  try {
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${TEMPLATE_DATABASE}`);
    await admin.end();
    await migrate(urlOf(cluster, TEMPLATE_DATABASE));
  } catch (err) {
    await child.stop();
    throw err;
  }
  project.provide('postgresUrl', adminUrl);
  return () => child.stop();
}
