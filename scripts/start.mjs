/** `npm start`: installs what is missing, builds the pages when they are out of date, and runs the server. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, fail, ROOT, runNode, superviseNode } from './lib/install.mjs';

const BUILT = join(ROOT, 'dist/client/index.html');
/** What the pages are made of. */
const SOURCES = ['client', 'server/protocol', 'vite.config.ts', 'package-lock.json'];

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  // The folder's own time tells of removed files.
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function buildPages() {
  const built = existsSync(BUILT) ? statSync(BUILT).mtimeMs : 0;
  if (built > Math.max(...SOURCES.map((source) => newest(join(ROOT, source))))) return;
  process.stderr.write('Building the pages ...\n');
  const code = runNode([join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn']);
  if (code !== 0) fail('The pages could not be built.', 'See the lines above.');
}

ensureInstalled();
buildPages();
process.exitCode = await superviseNode([join(ROOT, 'server/main.ts')], {
  NODE_NO_WARNINGS: process.env.NODE_NO_WARNINGS ?? '1',
});
// The forwarding of signals would keep us here.
process.exit();
