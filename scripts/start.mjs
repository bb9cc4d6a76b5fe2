/** `npm start`: installs what is missing, builds the pages when they are out of date, and runs the server. */
import { join } from 'node:path';
import { buildPages } from './lib/build-pages.mjs';
import { ensureInstalled, ROOT, superviseNode } from './lib/install.mjs';

ensureInstalled();
buildPages();
process.exitCode = await superviseNode([join(ROOT, 'server/main.ts')], {
  NODE_NO_WARNINGS: process.env.NODE_NO_WARNINGS ?? '1',
});
// The forwarding of signals would keep us here.
process.exit();
