/** `npm run venue -- import | export | check | generate | list`: venue maps from the command line (docs/venue-maps.md). */
import process from 'node:process';
import { ensureInstalled, runNode } from './lib/install.mjs';

ensureInstalled();
// Files are named from where npm was called, while what npm runs stands in the project's folder.
const from = process.env.npm_lifecycle_event === 'venue' ? process.env.INIT_CWD : undefined;
process.exit(
  runNode(['scripts/lib/venue.ts', ...process.argv.slice(2)], {
    HOLDFAST_VENUE_FROM: from ?? process.cwd(),
    NODE_NO_WARNINGS: '1',
  }),
);
