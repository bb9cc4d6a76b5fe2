/**
 * Once per test run: a real Postgres in a temporary folder, with one migrated database that every test file copies.
 */
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { redisBinary } from './embedded-redis.ts';
import { migrate } from './migrate.ts';
import { installPackages, onPath } from './system-packages.ts';
import { TEMPLATE_DATABASE } from './testing.ts';
import { temporaryCluster } from './testing-cluster.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  // Once, before files race to install it.
  redisBinary(say);
  if (process.env.HOLDFAST_TEST_ALL === '1') ensureBrowser(say);
  const cluster = await temporaryCluster();
  try {
    const admin = new pg.Client({ connectionString: cluster.adminUrl });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${TEMPLATE_DATABASE}`);
    await admin.end();
    await migrate(cluster.urlOf(TEMPLATE_DATABASE));
  } catch (err) {
    await cluster.stop();
    throw err;
  }
  project.provide('postgresUrl', cluster.adminUrl);
  return () => cluster.stop();
}

/** The browser test drives Debian's Chromium (or CHROMIUM_PATH). */
function ensureBrowser(say: (line: string) => void): void {
  if (process.env.CHROMIUM_PATH || onPath(['chromium', 'chromium-browser', 'google-chrome'])) return;
  say('No Chromium on this machine: installing it for the browser test.');
  const problem = installPackages('chromium');
  // Not the end of the run: the browser test fails and says what it lacks, the others still tell what they know.
  if (problem) say(`Chromium could not be installed (${problem}): set CHROMIUM_PATH.`);
}
