/** `npm run check`: types, lint and format, and what only this project checks. Ends with 1 when anything is wrong. */
import { ensureInstalled, runNode } from './lib/install.mjs';

ensureInstalled();
process.exit(runNode(['scripts/lib/check.ts']));
