/**
 * Builds the pages to dist/client when they are out of date. They are built aside and moved into place whole, one
 * build at a time: a server that starts meanwhile finds all of the old pages or all of the new ones.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { fail, ROOT, runNode } from './install.mjs';

const DIST = join(ROOT, 'dist');
const BUILT = join(DIST, 'client');
const LOCK = join(DIST, '.building');
/** A build takes seconds: a lock this old was left behind by a process that was killed. */
const LOCK_OLD_MS = 60_000;
const LOOK_EVERY_MS = 100;
/** What the pages are made of. */
const SOURCES = ['client', 'server/protocol', 'vite.config.ts', 'package-lock.json'];

const timeOf = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  // The folder's own time tells of removed files.
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const isFresh = () =>
  timeOf(join(BUILT, 'index.html')) > Math.max(...SOURCES.map((source) => newest(join(ROOT, source))));

function lock() {
  mkdirSync(DIST, { recursive: true });
  for (;;)
    try {
      return mkdirSync(LOCK);
    } catch (err) {
      if (err.code !== 'EEXIST') throw err;
      if (Date.now() - timeOf(LOCK) > LOCK_OLD_MS) rmSync(LOCK, { recursive: true, force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
    }
}

function build() {
  const aside = join(DIST, `client-${process.pid}`);
  const old = `${aside}-old`;
  process.stderr.write('Building the pages ...\n');
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  // Whatever runs us (a test, say): what is served is what is shipped.
  const code = runNode([vite, 'build', '--outDir', aside, '--logLevel', 'warn'], { NODE_ENV: 'production' });
  if (code === 0) {
    if (existsSync(BUILT)) renameSync(BUILT, old);
    renameSync(aside, BUILT);
  }
  for (const left of [aside, old]) rmSync(left, { recursive: true, force: true });
  return code === 0;
}

export function buildPages() {
  if (isFresh()) return;
  lock();
  let built = true;
  try {
    built = isFresh() || build();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
  if (!built) fail('The pages could not be built.', 'See the lines above.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildPages();
