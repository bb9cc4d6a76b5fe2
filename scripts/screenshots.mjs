/**
 * `npm run screenshots [-- waiting called]`: a picture of every state of every page, on a phone and a desk, light and
 * dark, into .holdfast/screenshots; ends with 1 when axe finds something wrong in one of them.
 */
import { ensureInstalled, runNode } from './lib/install.mjs';

ensureInstalled();
process.exit(runNode(['scripts/lib/screenshots.ts', ...process.argv.slice(2)]));
