/**
 * `npm test [-- what vitest takes]`: the whole suite on a real Postgres and Redis of its own, from a fresh clone too.
 * The last line is `N passed, N failed`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPages } from './lib/build-pages.mjs';
import { ensureInstalled, ROOT, runNode } from './lib/install.mjs';

const say = (line) => process.stdout.write(`${line}\n`);

ensureInstalled();
// Once, before all: tests that start the program would else build them in the middle of each other.
buildPages();
const dir = mkdtempSync(join(tmpdir(), 'holdfast-summary-'));
const file = join(dir, 'summary.json');
const args = process.argv.slice(2);
const code = runNode([join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...args], {
  HOLDFAST_TEST_SUMMARY: file,
  // The whole suite has a browser test: the machine may need a browser first.
  ...(args.length === 0 ? { HOLDFAST_TEST_ALL: '1' } : {}),
  FORCE_COLOR: process.env.FORCE_COLOR ?? (process.stdout.isTTY ? '1' : '0'),
});
let summary = { passed: 0, failed: 1 };
try {
  summary = JSON.parse(readFileSync(file, 'utf8'));
} catch (err) {
  // No summary: the run itself broke, and counts as one failure.
  if (err.code !== 'ENOENT') throw err;
}
rmSync(dir, { recursive: true, force: true });
const nothing = summary.passed + summary.failed === 0;
// Vitest may fail for a reason that is no test (a leaked handle, an error after the end).
if ((code !== 0 || nothing) && summary.failed === 0) summary.failed = 1;
if (nothing) say('No test ran.');
say(`${summary.passed} passed, ${summary.failed} failed`);
process.exit(summary.failed > 0 ? 1 : 0);
