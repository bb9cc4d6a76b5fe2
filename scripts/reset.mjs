/** `npm run reset [-- --yes]`: removes the data of the embedded stores, after asking and never under a running server. */
import { ensureInstalled, runNode } from './lib/install.mjs';

ensureInstalled();
process.exit(runNode(['scripts/lib/reset.ts', ...process.argv.slice(2)]));
